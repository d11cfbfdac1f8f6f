import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Config } from '../config.ts'
import { databaseFailure } from '../database-failure.ts'
import type { Log } from '../log.ts'
import type { Database } from './database.ts'
import { startEmbedded } from './embedded/start-embedded.ts'
import { migrate } from './migrate.ts'
import { indexNames } from './name-index.ts'
import { requireOwnSessions } from './own-sessions.ts'
import { requireVersion } from './server-version.ts'

/** Everything that is kept: one PostgreSQL, asked through Kysely, or in bulk through its pool. */
export interface Store {
  readonly db: Kysely<Database>
  readonly pool: pg.Pool
  /** Where it runs, for people: never with a password. */
  readonly where: string
  close(): Promise<void>
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === 20 || oid === 1700) return Number
    if (oid === 1184) return readMoment
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

/** `2026-11-21 20:13:00.5+00` as RFC 3339, keeping the microseconds that a Date would lose. */
function readMoment(text: string): string {
  return text.replace(' ', 'T').replace(/\+00$/, 'Z')
}

// A claim ends with its session. When a whole machine vanishes, only the server's keep-alives tell it so: after 25 seconds
// by these, after two hours by default.
const KEEP_ALIVE = 'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3'
// Said once a session is there: poolers refuse those who come with settings.
// Compiling a question takes longer than answering it by an index; servers too old to compile are to get as far as being refused.
const NOT_COMPILED = "SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit'"
// A server takes its disk for a turning one by default, and then reads a table rather than an index of it.
const FLASH = 'SET random_page_cost = 1.1'
const SESSION_SETTINGS = `SET timezone = 'UTC'; SET datestyle = 'ISO'; ${KEEP_ALIVE}; ${FLASH}; ${NOT_COMPILED}`

/** Opens the store of a configuration: the database at DATABASE_URL, or the embedded one; brings its tables up to date. */
export async function openStore(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  log: Log,
  options: { maxConnections?: number; fsync?: boolean } = {},
): Promise<Store> {
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({ dataDir: config.dataDir, log, fsync: options.fsync ?? true })
  const pool = new pg.Pool({
    ...(embedded ? embedded.connection : { connectionString: config.databaseUrl }),
    max: options.maxConnections ?? 16,
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    application_name: 'wizbridge',
    onConnect: async (client) => void (await client.query(SESSION_SETTINGS)),
    types,
  })
  // One that breaks while it is lent out fails the query that runs on it; between two queries nobody else listens.
  pool.on('connect', (client) => client.on('error', () => undefined))
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  let isClosing = false
  pool.on('error', (error) => {
    if (!isClosing) log.warn({ error: error.message }, 'a database connection broke')
  })
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const close = async () => {
    isClosing = true
    await db.destroy()
    // Kysely ends the pool only if it was ever asked something; a pool left open keeps the process alive.
    if (!pool.ending) await pool.end()
    await embedded?.stop()
  }
  try {
    await requireVersion(pool)
    if (!embedded) await requireOwnSessions(pool)
    const applied = await migrate(pool)
    if (applied.length > 0) log.info({ applied }, 'database brought up to date')
    await indexNames(pool, log)
  } catch (error) {
    await close().catch(() => undefined)
    throw databaseFailure(error)
  }
  return { db, pool, where: embedded ? config.dataDir : placeOf(config.databaseUrl ?? ''), close }
}

function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}${port ? `:${port}` : ''}${pathname}`
}
