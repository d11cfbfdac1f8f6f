import type { Pool } from 'pg'
import { Fatal } from '../errors.ts'

// The oldest that was tried.
const OLDEST = 15

/** Refuses a PostgreSQL that is too old, before anything is changed in it. */
export async function requireVersion(pool: Pick<Pool, 'query'>): Promise<void> {
  const { rows } = await pool.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  )
  const [{ number, name } = { number: 0, name: 'unknown' }] = rows
  if (number >= OLDEST * 10_000) return
  throw new Fatal(
    'database-too-old',
    `DATABASE_URL leads to PostgreSQL ${name.slice(0, 40)}; Wizbridge needs ${OLDEST} or newer. Upgrade it, or let DATABASE_URL lead to a newer one.`,
    { details: { found: name, oldest: OLDEST } },
  )
}
