import { Refused } from '../errors.ts'
import { kindNamed } from '../kinds/kinds.ts'
import { buryRows } from './bury-rows.ts'
import type { Store } from './open-store.ts'
import { lockRun } from './runs.ts'
import { quoted } from './sql-name.ts'
import { endRun } from './steps.ts'
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
      }
      await client.query(
        `UPDATE receipt SET held_state = $3, removed = removed + $4, state = CASE WHEN $5 THEN 'complete' ELSE state END,
           error_code = CASE WHEN $5 THEN NULL ELSE error_code END, error = CASE WHEN $5 THEN NULL ELSE error END
         WHERE run_id = $1 AND kind = $2`,
        [runId, name, decision.approve ? 'approved' : 'refused', decision.approve ? still.length : 0, decision.approve],
      )
    }
    if (decision.approve) {
      await client.query(`UPDATE run SET status = 'running' WHERE id = $1 AND status = 'partial'`, [runId])
      await endRun(client, runId)
    }
    return removed
  })
}
