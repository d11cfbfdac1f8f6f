import { Fatal, Retriable } from './errors.ts'

const SENTENCES: Record<string, string> = {
  '53100': 'The disk of the database is full. Free some space; the next run continues where this one stopped.',
  '53200': 'The database is out of memory. Give it more, or lower its work_mem; the next run continues.',
  '28P01': 'The database refuses the password in DATABASE_URL. Check it.',
  '28000': 'The database refuses the user in DATABASE_URL. Check it, and pg_hba.conf.',
  '3D000': 'The database named in DATABASE_URL does not exist. Create it.',
  '42501': 'The user in DATABASE_URL may not create tables. Grant it rights on its schema.',
  '25006': 'The database is read-only. Point DATABASE_URL at the primary.',
}
// Five letters and digits, one digit at least: EPIPE is none.
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/
const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'])

/** Whether an error comes from the database or the way to it. */
export function isDatabaseError(error: unknown): error is Error & { code?: string } {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && (SQLSTATE.test(code) || GONE.has(code))) return true
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable/.test(
    error.message,
  )
}

/** A database error as one of ours: which can be waited for, and which a person has to mend. */
export function databaseFailure(error: unknown): unknown {
  if (!isDatabaseError(error)) return error
  const code = error.code ?? ''
  const sentence = SENTENCES[code]
  if (sentence) return new Fatal('database-refuses', sentence, { cause: error })
  // Serialisation failures and deadlocks, and a server that is going down, starting or unreachable.
  if (['40001', '40P01', '55P03'].includes(code)) {
    return new Retriable('database-busy', 'The database was busy with the same rows; trying again.', { cause: error })
  }
  if (/^(08|57P|53)/.test(code) || !SQLSTATE.test(code)) {
    const next = 'Check that it runs, and DATABASE_URL if it is set; the next run continues where this one stopped.'
    return new Retriable('database-unavailable', `The database cannot be reached. ${next}`, { cause: error })
  }
  return error
}

/** Whether an error says that the database cannot be reached now. */
export function isDatabaseAway(error: unknown): boolean {
  const failure = databaseFailure(error)
  return failure instanceof Retriable && failure.code === 'database-unavailable'
}
