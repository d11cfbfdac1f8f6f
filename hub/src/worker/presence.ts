import { randomUUID } from 'node:crypto'
import { LIVES } from '../store/live-workers.ts'
import type { Store } from '../store/open-store.ts'

const BEAT_MS = 5_000

/** A worker among those on the same database. */
export interface Presence {
  /** Tells now and then that it lives; to be called often. */
  beat(): Promise<void>
  /** Notes whether it gets through to the Wiz of a connection. */
  note(connectionId: number, isReached: boolean): Promise<void>
  /** Whether another worker lives that did not fail to get through to it. */
  hasAnother(connectionId: number): Promise<boolean>
  leave(): Promise<void>
}

/** Joins the workers on a database. */
export function openPresence({ pool }: Pick<Store, 'pool'>): Presence {
  const id = randomUUID()
  let saidAt = Number.NEGATIVE_INFINITY
  return {
    async beat() {
      if (performance.now() - saidAt < BEAT_MS) return
      await pool.query(
        `WITH gone AS (DELETE FROM worker WHERE seen_at < now() - interval '1 hour' AND id <> $1)
         INSERT INTO worker (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET seen_at = now()`,
        [id],
      )
      saidAt = performance.now()
    },
    async note(connectionId, isReached) {
      await pool.query(
        `UPDATE worker SET cannot_reach = CASE WHEN $3 THEN array_remove(cannot_reach, $2)
           ELSE array_append(array_remove(cannot_reach, $2), $2) END
         WHERE id = $1 AND ($2 = ANY (cannot_reach)) = $3`,
        [id, connectionId, isReached],
      )
    },
    async hasAnother(connectionId) {
      const { rowCount } = await pool.query(
        `SELECT FROM worker WHERE id <> $1 AND ${LIVES} AND $2 <> ALL (cannot_reach) LIMIT 1`,
        [id, connectionId],
      )
      return rowCount !== 0
    },
    async leave() {
      await pool.query('DELETE FROM worker WHERE id = $1', [id])
    },
  }
}
