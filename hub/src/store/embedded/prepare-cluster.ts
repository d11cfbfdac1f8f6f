import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { Fatal } from '../../errors.ts'
import type { Account } from './account-for.ts'
import type { Binaries } from './binaries-for.ts'
import { SUPERUSER } from './server-settings.ts'
import { startFailure } from './start-failure.ts'
import { runProgram } from './start-program.ts'

/**
 * How a program names the data directory it works in. As an unprivileged account it could not walk there by name
 * below a folder such as /root; but a working directory is entered before privileges are given up, and `/proc/self/cwd`
 * leads there without a walk. So data stays where the user wants it, whoever may enter the folders above.
 */
export function namedFromInside(directory: string, account: Account | undefined): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : directory
}

/** Makes sure that the directory holds a cluster of this version which the account may use; makes one if there is none. */
export async function prepareCluster(options: {
  directory: string
  account: Account | undefined
  binaries: Binaries
  fsync: boolean
}): Promise<void> {
  const { directory, account, binaries } = options
  const found = entriesOf(directory)
  if (found.length === 0) return initialise(options)
  const version = found.includes('PG_VERSION') ? readFileSync(path.join(directory, 'PG_VERSION'), 'utf8').trim() : ''
  if (version === '') {
    const next = 'Move them away, or set WIZBRIDGE_DATA_DIR to another folder.'
    throw new Fatal('data-dir-foreign', `${directory} holds files that are not a PostgreSQL data directory. ${next}`, {
      details: { directory },
    })
  }
  if (version !== binaries.major) {
    const next = `Start the Wizbridge version that wrote it, or move ${directory} away to begin anew with a full sync.`
    const sentence = `${directory} was written by PostgreSQL ${version}; this Wizbridge brings version ${binaries.major}.`
    throw new Fatal('data-dir-other-version', `${sentence} ${next}`, {
      details: { directory, found: version, expected: binaries.major },
    })
  }
  // A copy that was restored may belong to root or be open to others, both of which PostgreSQL refuses.
  if (account && statSync(directory).uid === 0) giveTo(account, directory)
  chmodSync(directory, 0o700)
}

async function initialise({
  directory,
  account,
  binaries,
  fsync,
}: Parameters<typeof prepareCluster>[0]): Promise<void> {
  const above = path.dirname(directory)
  const prefix = `${path.basename(directory)}.new-`
  for (const name of readdirSync(above)) {
    if (name.startsWith(prefix)) rmSync(path.join(above, name), { recursive: true, force: true })
  }
  const draft = path.join(above, prefix + randomUUID())
  mkdirSync(draft, { mode: 0o700 })
  if (account) chownSync(draft, account.uid, account.gid)
  const args = ['--pgdata', namedFromInside(draft, account), '--username', SUPERUSER, '--encoding', 'UTF8']
  // Built into PostgreSQL, so it sorts alike on every machine.
  args.push('--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--data-checksums')
  // Whoever may enter the directory of the socket is trusted, and there is no other way in.
  args.push('--auth-local', 'trust', '--auth-host', 'reject', '--no-instructions')
  if (!fsync) args.push('--no-sync')
  const { code, output } = await runProgram(binaries.initdb, args, { account, cwd: draft })
  if (code !== 0) {
    rmSync(draft, { recursive: true, force: true })
    throw startFailure(output, { dataDir: above, doing: 'could not set up its data directory' })
  }
  // Only a finished cluster gets the name.
  renameSync(draft, directory)
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function giveTo(account: Account, directory: string): void {
  for (const name of readdirSync(directory, { recursive: true })) {
    lchownSync(path.join(directory, String(name)), account.uid, account.gid)
  }
  chownSync(directory, account.uid, account.gid)
}
