import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../../log.ts'
import type { Account } from './account-for.ts'
import type { Binaries } from './binaries-for.ts'
import { endWithProcess } from './end-with-process.ts'
import { namedFromInside } from './prepare-cluster.ts'
import { type Connection, serverSettings, socketPath } from './server-settings.ts'
import { startFailure } from './start-failure.ts'
import { startProgram } from './start-program.ts'

/** A server that accepts connections. */
interface Server {
  /** Ends its clients, writes everything to disk, and waits for its end. */
  stop(): Promise<void>
}

const POLL_MS = 20
const READY_WITHIN_MS = 5 * 60_000
const STOPPED_WITHIN_MS = 60_000
const KEPT_LINES = 20

/** Starts the server in a prepared directory that nobody else works in, and waits until its database can be used. */
export async function startServer(options: {
  directory: string
  connection: Connection
  account: Account | undefined
  binaries: Binaries
  fsync: boolean
  log: Log
}): Promise<Server> {
  const { directory, connection, account, binaries, log } = options
  // Nobody they could name is left; but the number may belong to a stranger by now, or to a dead process that its
  // parent does not collect, and PostgreSQL would yield to it.
  const socket = socketPath(directory)
  for (const file of [path.join(directory, 'postmaster.pid'), `${socket}.lock`, socket]) rmSync(file, { force: true })
  const args = ['-D', namedFromInside(directory, account), ...serverSettings(options)]
  const child = startProgram(binaries.postgres, args, { account, cwd: directory })
  const lines = follow(child, log)
  const server = control(child)
  try {
    await untilUsable(connection, child)
    server.onCrash(() => log.error({ lines }, 'the embedded PostgreSQL stopped by itself; start Wizbridge again'))
    return server
  } catch (error) {
    await server.stop()
    const said = lines.length > 0 ? lines.join('\n') : error
    throw startFailure(said, { dataDir: path.dirname(directory), doing: 'did not come up' })
  }
}

function control(child: ChildProcess): Server & { onCrash(report: () => void): void } {
  let asked = false
  const interrupt = () => {
    asked = true
    child.kill('SIGINT')
  }
  const forget = endWithProcess(interrupt)
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  }).finally(forget)
  return {
    onCrash: (report) => void ended.then(() => asked || report()),
    async stop() {
      interrupt()
      // Without a checkpoint; the next start recovers from the log.
      const impatience = setTimeout(() => child.kill('SIGQUIT'), STOPPED_WITHIN_MS)
      await ended.finally(() => clearTimeout(impatience))
    },
  }
}

/** Passes on what the server says, and keeps the last lines for the case that it fails. */
function follow(child: ChildProcess, log: Log): string[] {
  const lines: string[] = []
  child.once('error', (error) => lines.push(error.message))
  for (const stream of [child.stdout, child.stderr] as (Socket | null)[]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (lines.length > KEPT_LINES) lines.shift()
      log.debug({ postgres: line }, 'the embedded PostgreSQL says')
    })
    // A process that has nothing left to do may end; the server is then stopped with it.
    stream.unref()
  }
  child.unref()
  return lines
}

async function untilUsable(connection: Connection, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    try {
      return await provideDatabase(connection)
    } catch (error) {
      const over = child.pid === undefined || child.exitCode !== null || child.signalCode !== null
      if (over || !isNotYet(error) || Date.now() > deadline) throw error
      await delay(POLL_MS)
    }
  }
}

async function provideDatabase(connection: Connection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  // A server that shuts down in the middle is reported by the query.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [connection.database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${connection.database}`)
  } finally {
    await client.end()
  }
}

// No socket yet, nobody listening yet, or still starting or recovering.
function isNotYet(error: unknown): boolean {
  return ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', '57P03'].includes((error as { code?: string }).code ?? '')
}
