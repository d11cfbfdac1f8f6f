import type { PoolClient } from 'pg'
import type { Kind } from '../kinds/kind.ts'
import { quoted } from './sql-name.ts'
import { trackedAsJson } from './upsert-statements.ts'

/** Why rows leave, and on whose word. */
export interface Burial {
  readonly connectionId: number
  readonly runId: number | null
  readonly cause: string
  /** A word for machines, e.g. `deleted-in-wiz` or `absent`. */
  readonly reason: string
}

/** Moves rows to the tombstones, whole, so that they can be looked at and restored; answers how many there were. */
export async function buryRows(
  client: PoolClient,
  kind: Kind,
  ids: readonly string[],
  { connectionId, runId, cause, reason }: Burial,
): Promise<number> {
  if (ids.length === 0) return 0
  const { rows } = await client.query<{ n: number }>(
    `WITH gone AS (
       DELETE FROM ${quoted(kind.table)} t WHERE connection_id = $1 AND id = ANY ($2)
       RETURNING id, raw, stored_at, ${trackedAsJson(kind, 't')} AS known
     ), kept AS (
       INSERT INTO tombstone (connection_id, kind, id, reason, run_id, stored_at, raw)
       SELECT $1, $3, id, $4, $5, stored_at, raw FROM gone
       ON CONFLICT (connection_id, kind, id) DO UPDATE
         SET reason = excluded.reason, run_id = excluded.run_id, deleted_at = now(), raw = excluded.raw
     ), noted AS (
       -- What was known of it last is in the tombstone only until it comes back.
       INSERT INTO history (connection_id, kind, id, run_id, cause, event, before, after)
       SELECT $1, $3, id, $5, $6, 'deleted', known, $4 FROM gone
     )
     SELECT count(*)::int AS n FROM gone`,
    [connectionId, ids, kind.name, reason, runId, cause],
  )
  return rows[0]?.n ?? 0
}
