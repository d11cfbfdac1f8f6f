import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { Fatal } from '../errors.ts'

type Session = Pick<PoolClient, 'query' | 'release'>

/**
 * Refuses a database behind a pooler that gives a session to somebody else after each transaction: claims are locks of a
 * session, and would be held by nobody in particular.
 */
export async function requireOwnSessions(pool: { connect(): Promise<Session> }): Promise<void> {
  const [one, other] = await Promise.all([pool.connect(), pool.connect()])
  try {
    const mark = randomUUID()
    await one.query(`SELECT set_config('${SETTING}', $1, false)`, [mark])
    // Keeps the session that it is given, which may be the one of the other: then that has got a new one, too.
    await other.query('BEGIN')
    const isShared = (await marked(other)) === mark || (await marked(one)) !== mark
    await other.query('ROLLBACK')
    if (!isShared) return
  } finally {
    one.release()
    other.release()
  }
  throw new Fatal(
    'database-pooler',
    'DATABASE_URL leads to a pooler (such as PgBouncer) in transaction mode, where locks and settings of a session get lost. Let it lead to PostgreSQL itself, or to a pool in session mode.',
  )
}

const SETTING = 'wizbridge.session'

async function marked(client: Session): Promise<string | undefined> {
  const { rows } = await client.query<{ mark: string }>(`SELECT current_setting('${SETTING}', true) AS mark`)
  return rows[0]?.mark
}
