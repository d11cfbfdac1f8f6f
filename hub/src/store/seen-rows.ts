import type { Kind } from '../kinds/kind.ts'
import type { Claim } from './claims.ts'
import type { Store } from './open-store.ts'
import { quoted, sqlName } from './sql-name.ts'
import { deltaColumn } from './stored-rows.ts'

/** A walk of a whole scope. */
export interface Walked {
  readonly runId: number
  readonly connectionId: number
  readonly walkStartedAt: string
}

/** How many different rows a run has seen of a kind; `kept` are those that it did not leave out or remove. */
export async function countSeen(store: Store, runId: number, kind: string): Promise<{ all: number; kept: number }> {
  const { rows } = await store.pool.query<{ kept: number; others: boolean }>(
    `SELECT count(DISTINCT id)::int AS kept,
       EXISTS (SELECT FROM run_page WHERE run_id = $1 AND kind = $2 AND other_ids <> '{}') AS others
     FROM run_page, unnest(ids) AS id WHERE run_id = $1 AND kind = $2`,
    [runId, kind],
  )
  const { kept = 0, others = false } = rows[0] ?? {}
  if (!others) return { all: kept, kept }
  const all = await store.pool.query<{ n: number }>(
    `SELECT count(DISTINCT id)::int AS n FROM run_page, unnest(ids || other_ids) AS id WHERE run_id = $1 AND kind = $2`,
    [runId, kind],
  )
  return { all: all.rows[0]?.n ?? 0, kept }
}

/** When, by Wiz's clock, the last change to any row that a run has seen was; for few rows. */
export async function newestSeen(store: Store, kind: Kind, claim: Claim): Promise<string | null> {
  const column = deltaColumn(kind)
  if (column === undefined) return null
  const { rows } = await store.pool.query<{ newest: string | null }>(
    `SELECT max(${quoted(sqlName(column))}) AS newest FROM ${quoted(kind.table)} WHERE connection_id = $1 AND id IN (
       SELECT unnest(ids) FROM run_page WHERE run_id = $2 AND kind = $3)`,
    [claim.connectionId, claim.runId, kind.name],
  )
  return rows[0]?.newest ?? null
}

/** How many rows of a kind a run has brought (back) since a moment within it, and how many it has changed. */
export async function countWritten(
  store: Store,
  kind: Kind,
  { connectionId, runId, walkStartedAt }: Walked,
): Promise<{ inserted: number; updated: number }> {
  const { rows } = await store.pool.query<{ inserted: number; updated: number }>(
    `SELECT (count(*) FILTER (WHERE is_new))::int AS inserted, (count(*) FILTER (WHERE NOT is_new))::int AS updated FROM (
       SELECT stored_at >= $3 OR EXISTS (SELECT FROM history h WHERE h.connection_id = $1 AND h.kind = $4 AND h.id = t.id
         AND h.run_id = $2 AND h.event = 'restored') AS is_new
       FROM ${quoted(kind.table)} t WHERE connection_id = $1 AND written_run = $2) written`,
    [connectionId, runId, walkStartedAt, kind.name],
  )
  return rows[0] ?? { inserted: 0, updated: 0 }
}
