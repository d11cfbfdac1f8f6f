import type { App } from '../app.ts'
import type { Store } from '../store/open-store.ts'
import { RUN_COUNTS } from './run-counts.ts'

// Runs of this age are hardly ever resumed, and the ids of their pages take more room than all else about them.
const PAGES_DAYS = 7
const PACE_DAYS = 30
const BATCH = 200

/** Removes what is older than it is to be kept. */
export async function clearOut({ config, store, log }: App, signal: AbortSignal): Promise<void> {
  const { runDays, historyDays } = config.keep
  const removed = {
    runs: await removeRuns(store, runDays, signal),
    pages: await forgetPages(store, PAGES_DAYS),
    history: historyDays === undefined ? 0 : await removeHistory(store, historyDays, signal),
    other: await removeExpired(store),
  }
  if (Object.values(removed).some((count) => count > 0)) log.info(removed, 'cleared out')
}

/**
 * Ended runs and all that belongs to them; their counts are kept. The last run of a connection stays, and so does one
 * that something still refers to: a person who has to decide about its removals, or a watermark.
 */
async function removeRuns({ pool }: Store, days: number, signal: AbortSignal): Promise<number> {
  for (let removed = 0; ; ) {
    signal.throwIfAborted()
    const { rows } = await pool.query<{ removed: number }>(
      `WITH old AS (
         SELECT id FROM run WHERE finished_at < now() - make_interval(days => $1)
           AND id < (SELECT max(id) FROM run later WHERE later.connection_id = run.connection_id)
           AND NOT EXISTS (SELECT FROM receipt WHERE run_id = run.id AND held_state = 'waiting')
           AND NOT EXISTS (SELECT FROM watermark WHERE full_run_id = run.id AND connection_id = run.connection_id)
         ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
       ), kept AS (
         INSERT INTO counted (connection_id, kind, what, n)
         SELECT connection_id, kind, what, sum(n) FROM ${RUN_COUNTS} WHERE run_id IN (SELECT id FROM old)
         GROUP BY connection_id, kind, what HAVING sum(n) > 0
         ON CONFLICT (connection_id, kind, what) DO UPDATE SET n = counted.n + excluded.n
       ), gone AS (DELETE FROM run WHERE id IN (SELECT id FROM old) RETURNING id)
       SELECT count(*)::int AS removed FROM gone`,
      [days, BATCH],
    )
    const batch = rows[0]?.removed ?? 0
    removed += batch
    if (batch < BATCH) return removed
  }
}

/** What an unfinished run has seen: should it ever be resumed, it walks again from its start and deletes nothing unseen. */
async function forgetPages({ pool }: Store, days: number): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH old AS (
       SELECT run_id, kind FROM receipt JOIN run ON run.id = receipt.run_id
       WHERE run.finished_at < now() - make_interval(days => $1) AND receipt.state <> 'complete'
     ), afresh AS (
       UPDATE run_partition p SET state = 'ready', cursor = NULL, pages = 0, error_code = NULL, error = NULL
       FROM old WHERE p.run_id = old.run_id AND p.kind = old.kind AND p.role = 'walk' AND p.state <> 'split'
         AND EXISTS (SELECT FROM run_page WHERE run_page.run_id = old.run_id AND run_page.kind = old.kind)
     )
     DELETE FROM run_page USING old WHERE run_page.run_id = old.run_id AND run_page.kind = old.kind`,
    [days],
  )
  return rowCount ?? 0
}

/** Connection by connection, so that each statement stays within the rows that lie together. */
async function removeHistory({ pool }: Store, days: number, signal: AbortSignal): Promise<number> {
  const { rows } = await pool.query<{ id: number }>('SELECT id FROM connection ORDER BY id')
  let removed = 0
  for (const { id } of rows) {
    signal.throwIfAborted()
    const { rowCount } = await pool.query(
      `DELETE FROM history WHERE connection_id = $1 AND at < now() - make_interval(days => $2)`,
      [id, days],
    )
    removed += rowCount ?? 0
  }
  return removed
}

async function removeExpired({ pool }: Store): Promise<number> {
  const statements = [
    'DELETE FROM user_session WHERE expires_at < now()',
    'DELETE FROM one_time_link WHERE expires_at < now()',
    `DELETE FROM pace WHERE updated_at < now() - make_interval(days => ${PACE_DAYS})`,
  ]
  let removed = 0
  for (const statement of statements) removed += (await pool.query(statement)).rowCount ?? 0
  return removed
}
