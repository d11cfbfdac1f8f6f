import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Refused } from '../../errors.ts'
import { isRunning, type RunningProcess, thisProcess } from './running-process.ts'

/** Makes this process the only Wizbridge of a data directory until `release`; refuses while another one lives. */
export function lockDataDir(dataDir: string): { release(): void } {
  const file = path.join(dataDir, 'wizbridge.lock')
  const draft = `${file}.${randomUUID()}`
  const mine = JSON.stringify(thisProcess())
  writeFileSync(draft, mine, { mode: 0o644 })
  try {
    while (!linked(draft, file)) removeStale(file, dataDir)
  } finally {
    rmSync(draft, { force: true })
  }
  return {
    release() {
      if (contentOf(file) === mine) rmSync(file, { force: true })
    },
  }
}

// A link brings the finished content under the name, or fails if the name is taken: there is no half a lock.
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function removeStale(file: string, dataDir: string): void {
  const seen = contentOf(file)
  if (seen === undefined) return
  refuseIfAlive(seen, dataDir)
  const aside = `${file}.${randomUUID()}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  // Two starters may judge the same stale lock; the slower one must give back what the faster one has just made.
  if (contentOf(aside) !== seen) linked(aside, file)
  rmSync(aside, { force: true })
}

function refuseIfAlive(content: string, dataDir: string): void {
  const holder = parse(content)
  if (!holder || !isRunning(holder)) return
  const next = 'Stop it first, or work through it with --server URL.'
  throw new Refused(
    'data-dir-in-use',
    `Wizbridge process ${holder.pid} is using the data directory ${dataDir}. ${next}`,
    {
      details: { dataDir, pid: holder.pid },
    },
  )
}

function parse(content: string): RunningProcess | undefined {
  try {
    const { pid, started } = JSON.parse(content) as Partial<RunningProcess>
    return Number.isInteger(pid) && typeof started === 'string' ? { pid: pid as number, started } : undefined
  } catch {
    return undefined
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
