import type { Store } from '../../store/open-store.ts'
import { quoted } from '../../store/sql-name.ts'

// Counting larger tables would take seconds and read them from disk.
const COUNTED_BYTES = 64 * 2 ** 20

const SETTINGS = [
  ...['max_connections', 'shared_buffers', 'work_mem', 'maintenance_work_mem', 'effective_cache_size', 'max_wal_size'],
  ...['fsync', 'synchronous_commit', 'wal_level', 'autovacuum', 'jit', 'random_page_cost', 'lock_timeout'],
  ...[
    'statement_timeout',
    'idle_in_transaction_session_timeout',
    'default_transaction_isolation',
    'default_toast_compression',
  ],
  ...['server_encoding', 'TimeZone', 'max_parallel_workers', 'tcp_keepalives_idle'],
]

/** The database: its version and settings, what was migrated, and how large everything is. */
export async function aboutDatabase({ pool }: Store) {
  const ask = async <R extends object>(sql: string, values: unknown[] = []) => (await pool.query<R>(sql, values)).rows
  const [facts] = await ask(
    `SELECT version(), pg_database_size(current_database()) AS bytes, pg_is_in_recovery() AS "isReplica",
       pg_postmaster_start_time() AS "startedAt", current_setting('server_version_num')::int AS "versionNumber"`,
  )
  const settings = await ask<{ name: string; value: string }>(
    `SELECT name, concat(setting, unit) AS value FROM pg_settings WHERE name = ANY ($1) ORDER BY name`,
    [SETTINGS],
  )
  const sessions = await ask(
    `SELECT application_name AS application, state, count(*)::int AS sessions,
       coalesce(max(extract(epoch FROM now() - xact_start))::int, 0) AS "longestTransactionSeconds",
       count(*) FILTER (WHERE wait_event_type = 'Lock')::int AS "waitingForLock"
     FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  const extensions = await ask('SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1')
  const migrations = await ask('SELECT name, applied_at AS "appliedAt" FROM schema_migration ORDER BY name')
  return {
    ...facts,
    settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    sessions,
    extensions,
    migrations,
    tables: await tables(pool),
  }
}

interface Table {
  readonly schema: string
  readonly name: string
  readonly bytes: number
  readonly indexBytes: number
  /** By the last time the table was analysed. */
  readonly estimate: number
  readonly deadRows: number
  readonly vacuumedAt: string | null
}

async function tables(pool: Store['pool']) {
  const { rows } = await pool.query<Table>(
    `SELECT n.nspname AS schema, c.relname AS name, pg_total_relation_size(c.oid) AS bytes, pg_indexes_size(c.oid) AS "indexBytes",
       greatest(c.reltuples, 0)::bigint AS estimate, coalesce(s.n_dead_tup, 0) AS "deadRows",
       greatest(s.last_vacuum, s.last_autovacuum) AS "vacuumedAt"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
     WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2`,
  )
  const counted = []
  for (const { estimate, ...table } of rows) {
    const isCounted = table.bytes <= COUNTED_BYTES
    counted.push({ ...table, rows: isCounted ? await count(pool, table) : estimate, isCounted })
  }
  return counted
}

async function count(pool: Store['pool'], { schema, name }: Pick<Table, 'schema' | 'name'>): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*) AS n FROM ${quoted(schema)}.${quoted(name)}`)
  return rows[0]?.n ?? 0
}
