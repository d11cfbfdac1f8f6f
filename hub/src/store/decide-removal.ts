import type { PoolClient } from 'pg'
import { Refused } from '../errors.ts'
import { kindNamed } from '../kinds/kinds.ts'
import { buryRows } from './bury-rows.ts'
import type { ReceiptState } from './database.ts'
import type { Store } from './open-store.ts'
import { lockRun } from './runs.ts'
import { quoted } from './sql-name.ts'
import { statusOf } from './steps.ts'
import { transaction } from './transaction.ts'

/** Lets a held-back removal happen, or takes it back; answers how many rows went. */
export function decideRemoval(
  store: Store,
  runId: number,
  decision: { approve: boolean; by: string; kind?: string | undefined },
): Promise<number> {
  return transaction(store.pool, async (client) => {
    await lockRun(client, runId)
    const { rows } = await client.query<{ kind: string; connection_id: number; ids: string[] }>(
      `SELECT r.kind, r.connection_id, array_agg(h.id ORDER BY h.id) AS ids FROM receipt r
       JOIN held_row h ON h.run_id = r.run_id AND h.kind = r.kind
       WHERE r.run_id = $1 AND r.held_state = 'waiting' AND ($2::text IS NULL OR r.kind = $2) GROUP BY r.kind, r.connection_id`,
      [runId, decision.kind ?? null],
    )
    if (rows.length === 0)
      throw new Refused('conflict', `Run ${runId} holds back no removal that waits for a decision.`)
    let removed = 0
    for (const { kind: name, connection_id: connectionId, ids } of rows) {
      const kind = kindNamed(name)
      // What was seen again since then is no longer marked, and stays.
      const { rows: marked } = await client.query<{ id: string }>(
        `SELECT id FROM ${quoted(kind.table)} WHERE connection_id = $1 AND id = ANY ($2) AND absent_run IS NOT NULL FOR UPDATE`,
        [connectionId, ids],
      )
      const still = marked.map((row) => row.id)
      if (decision.approve) {
        removed += await buryRows(client, kind, still, { connectionId, runId, cause: decision.by, reason: 'approved' })
        // What the service account shows now is right, a person said: the next complete walk notes as whom.
        await client.query(
          `UPDATE watermark SET client_id = NULL, scopes = NULL WHERE connection_id = $1 AND kind = $2`,
          [connectionId, name],
        )
      } else {
        await client.query(
          `UPDATE ${quoted(kind.table)} SET absent_run = NULL WHERE connection_id = $1 AND id = ANY ($2)`,
          [connectionId, still],
        )
        // Nobody has to look any more: the receipt, and the run after it, say what became of it.
        await client.query(
          `UPDATE receipt SET error_code = 'removal-refused', error = $3::text || ' refused the removal of ' || held || ' '
             || $4::text || ' on ' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD "at" HH24:MI "UTC"') || '; they stay.'
           WHERE run_id = $1 AND kind = $2`,
          [runId, name, decision.by, kind.plural],
        )
      }
      await client.query(
        `UPDATE receipt SET held_state = $3, removed = removed + $4, state = CASE WHEN $5 THEN 'complete' ELSE state END,
           error_code = CASE WHEN $5 THEN NULL ELSE error_code END, error = CASE WHEN $5 THEN NULL ELSE error END
         WHERE run_id = $1 AND kind = $2`,
        [runId, name, decision.approve ? 'approved' : 'refused', decision.approve ? still.length : 0, decision.approve],
      )
    }
    await judgeAgain(client, runId)
    return removed
  })
}

/**
 * A run is as its receipts are now. It never becomes open again meanwhile, because another one of its connection may be; and
 * it ended when it ended, not when the decision came.
 */
async function judgeAgain(client: PoolClient, runId: number): Promise<void> {
  const { rows } = await client.query<{ state: ReceiptState; error_code: string | null; error: string | null }>(
    'SELECT state, error_code, error FROM receipt WHERE run_id = $1',
    [runId],
  )
  const failure = rows.find((row) => row.error_code !== null)
  await client.query(
    `WITH ended AS (
       UPDATE run SET status = $2, error_code = $3, error = $4 WHERE id = $1 AND status = 'partial' RETURNING *
     )
     UPDATE connection SET last_success_at = greatest(last_success_at, ended.finished_at)
     FROM ended WHERE ended.status = 'complete' AND connection.id = ended.connection_id`,
    [runId, statusOf(rows.map((row) => row.state)), failure?.error_code ?? null, failure?.error ?? null],
  )
}
