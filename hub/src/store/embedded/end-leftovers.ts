import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Refused } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { postgresIn, postmasterOf } from './running-process.ts'
import { type Connection, socketPath } from './server-settings.ts'

const POLL_MS = 20

/**
 * Makes sure that no server works in the directory. One that has outlived a killed Wizbridge is shut down: it may be
 * of another version or set differently, and a new start takes no longer than finding out. Call it under the lock.
 */
export async function endLeftovers(directory: string, connection: Connection, log: Log): Promise<void> {
  const steps = [
    { signal: 'SIGINT', patienceMs: 60_000 },
    { signal: 'SIGQUIT', patienceMs: 10_000 },
    { signal: 'SIGKILL', patienceMs: 10_000 },
  ] as const
  for (const { signal, patienceMs } of steps) {
    const found = postgresIn(directory)
    if (found.length === 0) break
    log.info({ directory, processes: found.length, signal }, 'ending a PostgreSQL that was left behind')
    interrupt(directory, found, signal)
    await untilNoneIn(directory, patienceMs)
  }
  if (postgresIn(directory).length > 0 || (await answers(connection))) refuse(directory)
}

function interrupt(directory: string, found: number[], signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
  const postmaster = postmasterOf(directory)
  const orderly = signal === 'SIGINT' && postmaster !== undefined && found.includes(postmaster)
  // Children of a dead server have nobody to tell them; SIGINT means other things to them.
  for (const pid of orderly ? [postmaster] : found) {
    try {
      process.kill(pid, signal === 'SIGINT' && !orderly ? 'SIGQUIT' : signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

async function untilNoneIn(directory: string, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (postgresIn(directory).length > 0 && Date.now() < deadline) await delay(POLL_MS)
}

/** Whether somebody listens on the socket: a container that shares the folder is invisible but can be heard. */
function answers(connection: Connection): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath(connection.host))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

function refuse(directory: string): never {
  const next = 'Stop it first, or work through it with --server URL.'
  throw new Refused('data-dir-in-use', `A Wizbridge in another container is using ${directory}. ${next}`, {
    details: { directory },
  })
}
