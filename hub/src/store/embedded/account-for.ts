import { readFileSync, statSync } from 'node:fs'
import { Fatal } from '../../errors.ts'

/** Whom a program runs as. */
export interface Account {
  uid: number
  gid: number
}

const CANDIDATES = ['wizbridge', 'postgres', 'nobody']

/**
 * Whom PostgreSQL runs as: undefined for ourselves, or, since it refuses to run as root, an account without power.
 * A directory it has already written to decides; else the first known account of this machine.
 */
export function accountFor(directory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = statSync(directory, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const accounts = readAccounts()
  const found = CANDIDATES.map((name) => accounts.get(name)).find((account) => account !== undefined)
  if (found) return found
  const next = 'Create one ("useradd --system wizbridge"), start Wizbridge as an ordinary user, or set DATABASE_URL.'
  throw new Fatal('no-account', `PostgreSQL does not run as root, and there is no account it could use. ${next}`)
}

function readAccounts(): Map<string, Account> {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const accounts = lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':')
    return [name, { uid: Number(uid), gid: Number(gid) }] as const
  })
  return new Map(accounts.filter(([, { uid, gid }]) => uid > 0 && gid > 0))
}
