import type { Pool } from 'pg'
import { sentenceOf } from '../errors.ts'
import { FINDING_KINDS } from '../kinds/kinds.ts'
import type { Log } from '../log.ts'
import { nameTable } from './kind-names.ts'
import { LOCKS } from './locks.ts'
import { quoted } from './sql-name.ts'

/**
 * Lets a search find a part of a name by an index. It needs an extension that the owner of a database may create where
 * it is installed; without it, every name is looked at.
 */
export async function indexNames(pool: Pool, log: Log): Promise<void> {
  const indexes = FINDING_KINDS.map((kind) => ({ name: `${nameTable(kind)}_by_part`, table: nameTable(kind) }))
  try {
    const { rows } = await pool.query(
      'SELECT FROM pg_indexes WHERE schemaname = current_schema AND indexname = ANY ($1)',
      [indexes.map(({ name }) => name)],
    )
    if (rows.length === indexes.length) return
    const statements = indexes.map(
      ({ name, table }) =>
        `CREATE INDEX IF NOT EXISTS ${quoted(name)} ON ${quoted(table)} USING gin (names gin_trgm_ops)`,
    )
    const all = ['CREATE EXTENSION IF NOT EXISTS pg_trgm', ...statements].join('; ')
    // In one message, so in one transaction.
    await pool.query(`SELECT pg_advisory_xact_lock(${LOCKS.nameIndexes}); ${all}`)
  } catch (error) {
    const next = 'Let its owner run "CREATE EXTENSION pg_trgm" in it and start again.'
    log.warn({ reason: sentenceOf(error) }, `the database has no index for searches, so they take longer. ${next}`)
  }
}
