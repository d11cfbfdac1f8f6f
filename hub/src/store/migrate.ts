import { readdirSync, readFileSync } from 'node:fs'
import type { Pool } from 'pg'
import { Fatal } from '../errors.ts'
import { LOCKS } from './locks.ts'

const FOLDER = new URL('./migrations/', import.meta.url)

/** Brings the database to this version; forward only, one process at a time, all or nothing for each file. */
export async function migrate(pool: Pool): Promise<string[]> {
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCKS.migrations])
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migration')
    const applied = new Set(rows.map((row) => row.name))
    const known = migrationNames()
    const unknown = [...applied].filter((name) => !known.includes(name))
    if (unknown.length > 0) {
      throw new Fatal(
        'database-newer',
        `The database was set up by a newer Wizbridge (it holds ${unknown.join(', ')}). Start that version, or newer.`,
      )
    }
    const missing = known.filter((name) => !applied.has(name))
    for (const name of missing) {
      const text = readFileSync(new URL(name, FOLDER), 'utf8')
      await client.query(`BEGIN; ${text}; INSERT INTO schema_migration (name) VALUES ('${name}'); COMMIT;`)
    }
    return missing
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCKS.migrations]).catch(() => undefined)
    client.release()
  }
}

/** The migration files in the order they apply. */
export function migrationNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
}
