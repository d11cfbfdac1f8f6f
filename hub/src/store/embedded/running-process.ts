import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number. */
export interface RunningProcess {
  pid: number
  /** Boot, process namespace and start time; a container that shares our files counts its processes anew. */
  started: string
}

/** The process that runs this code. */
export function thisProcess(): RunningProcess {
  return { pid: process.pid, started: startOf(process.pid) ?? '' }
}

/** Whether exactly this process still runs. */
export function isRunning(candidate: RunningProcess): boolean {
  const started = startOf(candidate.pid)
  if (started !== undefined) return started === candidate.started
  // Either it is gone, or this system does not tell us about it.
  return exists(candidate.pid)
}

/** The PostgreSQL processes, also orphaned ones, that work in a directory (which must be a real path). */
export function postgresIn(directory: string): number[] {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
    return pids.filter((pid) => linkOf(`/proc/${pid}/cwd`) === directory && commandOf(pid) === 'postgres')
  }
  const pid = postmasterOf(directory)
  return pid !== undefined && exists(pid) ? [pid] : []
}

/** The process number PostgreSQL has left in its directory, dead or alive. */
export function postmasterOf(directory: string): number | undefined {
  const pid = Number.parseInt(textOf(`${directory}/postmaster.pid`) ?? '', 10)
  return pid > 0 ? pid : undefined
}

function startOf(pid: number): string | undefined {
  // After the last parenthesis (a command may contain some): state, …, start time as the 20th.
  const fields = textOf(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')
  if (!fields) return undefined
  const ended = fields[0] === 'Z' || fields[0] === 'X'
  const boot = textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  return ended ? 'ended' : [boot, linkOf('/proc/self/ns/pid') ?? '', fields[19]].join('/')
}

function commandOf(pid: number): string | undefined {
  return textOf(`/proc/${pid}/comm`)?.trim()
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
}

function linkOf(file: string): string | undefined {
  try {
    return readlinkSync(file)
  } catch {
    return undefined
  }
}
