/* The whole product on a make-believe tenant: `node demo.ts [--once] [--size N]`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { entryAddress } from '../api/entry-address.ts'
import { openApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { codeOf, Fatal, Refused } from '../errors.ts'
import { createLog } from '../log.ts'
import { createConnection } from '../operations/connections/create.ts'
import { deleteConnection } from '../operations/connections/delete.ts'
import { startSyncing } from '../operations/runs/start-sync.ts'
import type { Executor, StartedRun } from './executor.ts'
import { report } from './failure.ts'
import { openLocal } from './local-executor.ts'
import { styleOf } from './print/answer.ts'
import { print, say, watchOutput } from './print/output.ts'
import { tableOf } from './print/table.ts'
import { complaintsOf, exitCodeOf, leftOutOf, watchRun } from './run/follow-run.ts'
import { startParts } from './start-parts.ts'

const NAME = 'demo'
const STANDARD_SIZE = '2000'

/** Runs the demo and answers the exit code: 0 only if every kind is complete. */
export async function demo(argv: readonly string[]): Promise<number> {
  watchOutput()
  const cleanUp: (() => unknown)[] = []
  try {
    const { isOnce, size } = readArguments(argv)
    say(`Starting a make-believe Wiz tenant with ${size} issues …`)
    const simulator = await startSimulator(size)
    cleanUp.push(() => simulator.stop())
    say('Opening the store …')
    const executor = await openLocal()
    cleanUp.push(() => executor.close())
    await connect(executor, simulator.credentials)
    const run = await watchRun(executor, (await executor.ask(startSyncing, { connection: NAME })) as StartedRun)
    await print(tableOf(['kind', 'expected', 'fetched', 'stored', 'state'], run.receipts, styleOf()))
    for (const line of [...leftOutOf(run), ...complaintsOf(run)]) say(line)
    if (!isOnce && !['queued', 'running'].includes(run.status)) {
      // One process at a time owns the embedded store, and within it one part: the server opens it anew.
      await cleanUp.pop()?.()
      await keepServing(simulator.credentials.apiUrl)
    }
    return exitCodeOf(run)
  } catch (error) {
    return report(error, false)
  } finally {
    for (const end of cleanUp.reverse()) await end()
  }
}

function readArguments(argv: readonly string[]): { isOnce: boolean; size: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { once: { type: 'boolean', default: false }, size: { type: 'string', default: STANDARD_SIZE } },
    })
    if (!/^[1-9]\d{0,6}$/.test(values.size)) throw new Error('--size must be a whole number of issues')
    return { isOnce: values.once, size: values.size }
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new Refused('wrong-use', `${what}. There are --once, and --size N for the number of issues.`, { cause })
  }
}

interface Credentials {
  readonly apiUrl: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Starts the simulator in a process of its own, as a tenant would be elsewhere. */
async function startSimulator(issues: string): Promise<{ credentials: Credentials; stop(): Promise<void> }> {
  const program = fileURLToPath(import.meta.resolve('wizbridge-simulator/cli'))
  const child = spawn(process.execPath, [program, '--port', '0', '--issues', issues], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000)
  })
  // Ctrl-C in a terminal reaches it by itself; however this process ends, it must not stay behind.
  const kill = () => child.kill()
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill()
    await gone
  }
  const line = await firstLine(child)
  if (line === undefined) throw new Fatal('simulator-failed', `The simulator did not start. ${complaint.trim()}`)
  return { credentials: JSON.parse(line) as Credentials, stop }
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined
  for await (const line of createInterface({ input: child.stdout })) return line
  return undefined
}

/** Begins anew: what an earlier demo left belongs to a tenant that no longer exists. */
async function connect(executor: Executor, { apiUrl, tokenUrl, clientId, clientSecret }: Credentials): Promise<void> {
  await executor.ask(deleteConnection, { connection: NAME, purge: true }).catch((error: unknown) => {
    if (codeOf(error) !== 'not-found') throw error
  })
  await executor.ask(createConnection, { name: NAME, apiUrl, tokenUrl, clientId, clientSecret })
}

/** Serves what the demo brought in until Ctrl-C, and says how to get in. */
async function keepServing(apiUrl: string): Promise<void> {
  const config = loadConfig()
  const app = await openApp(config, createLog({ level: config.logLevel ?? 'warn' }))
  const asked = new AbortController()
  const { signal } = asked
  const told = Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })])
  try {
    const parts = await startParts(app, 'all')
    try {
      say(`
Open ${parts.url && (await entryAddress(app, parts.url, 'sign-in'))}
It lets its first visitor in; sign-in and users are explained in docs/sign-in.md. The make-believe tenant answers at
${apiUrl}. Both stay until Ctrl-C. After that the store is free for the command line:

  npx wizbridge findings list --filter 'severity>=HIGH' --filter status=OPEN
  npx wizbridge assets list --filter isExposed=true
  npx wizbridge export issues --format csv > issues.csv
  npx wizbridge runs list`)
      await told
    } finally {
      await parts.stop()
    }
  } finally {
    asked.abort()
    await app.close()
  }
}

if (import.meta.main) process.exitCode = await demo(process.argv.slice(2))
