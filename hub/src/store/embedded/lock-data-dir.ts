import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Refused } from '../../errors.ts'
import { isRunning, type RunningProcess, thisProcess } from './running-process.ts'

/**
 * Makes this process the only Wizbridge of a data directory until `release`; refuses while another one lives.
 *
 * `<dataDir>/lock` holds numbered files; whoever wrote the highest number has the lock, as long as that process lives
 * and has not emptied its file. A successor makes the next number, which succeeds for one alone, and the highest file
 * is never taken away: so nobody, however slow, can mistake a new owner's lock for the stale one it looked at before.
 */
export function lockDataDir(dataDir: string): { release(): void } {
  const folder = path.join(dataDir, 'lock')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const draft = path.join(folder, `draft-${randomUUID()}`)
  const content = JSON.stringify(thisProcess())
  writeFileSync(draft, content, { mode: 0o644 })
  try {
    for (;;) {
      const last = numbersIn(folder).at(-1) ?? 0
      refuseIfAlive(contentOf(path.join(folder, String(last))), dataDir)
      const mine = path.join(folder, String(last + 1))
      if (!linked(draft, mine)) continue
      const [highest, ...lower] = numbersIn(folder).reverse()
      if (highest === last + 1) {
        for (const number of lower) rmSync(path.join(folder, String(number)), { force: true })
        return { release: () => release(mine, content) }
      }
      // The numbers had moved on while we looked, and what we made is one of the past.
      rmSync(mine, { force: true })
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

function release(file: string, content: string): void {
  if (contentOf(file) === content) writeFileSync(file, '')
}

function numbersIn(folder: string): number[] {
  const numbers = readdirSync(folder).filter((name) => /^\d+$/.test(name))
  return numbers.map(Number).sort((a, b) => a - b)
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

function refuseIfAlive(content: string | undefined, dataDir: string): void {
  const holder = parse(content ?? '')
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
