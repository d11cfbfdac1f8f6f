import type { Kind } from '../kinds/kind.ts'
import type { Store } from './open-store.ts'
import { inScope, type Scope } from './scope.ts'
import type { Walked } from './seen-rows.ts'
import { quoted } from './sql-name.ts'

/** A stored row that a walk of its whole scope did not see. */
export interface Absence {
  readonly id: string
  /** The earlier run that missed it too, if one did. */
  readonly since: number | null
}

/** The rows of a scope that were there before the walk began and that it did not see. */
export async function findAbsent(store: Store, kind: Kind, walked: Walked, scope: Scope): Promise<Absence[]> {
  const condition = inScope(kind, scope, 5)
  const values = [walked.connectionId, walked.runId, kind.name, walked.walkStartedAt, ...condition.values]
  const { rows } = await store.pool.query<Absence>(
    `SELECT t.id, nullif(t.absent_run, $2) AS since FROM ${quoted(kind.table)} t
     WHERE t.connection_id = $1 AND t.observed_at < $4 AND ${condition.sql} AND NOT EXISTS (
       SELECT FROM (SELECT unnest(ids || other_ids) AS id FROM run_page WHERE run_id = $2 AND kind = $3) seen WHERE seen.id = t.id)
     ORDER BY t.id`,
    values,
  )
  return rows
}

/** Whether rows of a kind have been removed since a moment, by whomever. */
export async function haveBeenRemoved(store: Store, kind: Kind, connectionId: number, since: string): Promise<boolean> {
  const { rows } = await store.pool.query<{ found: boolean }>(
    'SELECT EXISTS (SELECT FROM tombstone WHERE connection_id = $1 AND deleted_at >= $2 AND kind = $3) AS found',
    [connectionId, since, kind.name],
  )
  return rows[0]?.found ?? true
}

/** Whether rows that a walk had seen, and so did not write, were removed since because nobody else wanted them. */
export async function haveBeenTakenAway(store: Store, kind: Kind, walked: Walked): Promise<boolean> {
  if (!(await haveBeenRemoved(store, kind, walked.connectionId, walked.walkStartedAt))) return false
  const { rows } = await store.pool.query<{ found: boolean }>(
    `SELECT EXISTS (
       SELECT FROM tombstone d JOIN (SELECT unnest(ids) AS id FROM run_page WHERE run_id = $2 AND kind = $3) seen ON seen.id = d.id
       WHERE d.connection_id = $1 AND d.kind = $3 AND d.deleted_at >= $4 AND d.reason = 'left-scope'
         AND d.run_id IS DISTINCT FROM $2) AS found`,
    [walked.connectionId, walked.runId, kind.name, walked.walkStartedAt],
  )
  return rows[0]?.found ?? true
}

/** The ids of rows that were stored before a walk began, that it saw and that it left out. */
export async function findLeftOut(store: Store, kind: Kind, walked: Walked): Promise<string[]> {
  const { rows } = await store.pool.query<{ id: string }>(
    `SELECT t.id FROM (
       SELECT unnest(other_ids) AS id FROM run_page WHERE run_id = $2 AND kind = $3
       EXCEPT SELECT unnest(ids) FROM run_page WHERE run_id = $2 AND kind = $3
     ) seen JOIN ${quoted(kind.table)} t ON t.connection_id = $1 AND t.id = seen.id WHERE t.observed_at < $4 ORDER BY t.id`,
    [walked.connectionId, walked.runId, kind.name, walked.walkStartedAt],
  )
  return rows.map((row) => row.id)
}

/** Marks rows as missed by this run; the first phase of a deletion, taken back when they are seen again. */
export async function markAbsent(
  store: Store,
  kind: Kind,
  connectionId: number,
  runId: number,
  ids: readonly string[],
) {
  await store.pool.query(
    `UPDATE ${quoted(kind.table)} SET absent_run = $3 WHERE connection_id = $1 AND id = ANY ($2) AND absent_run IS NULL`,
    [connectionId, ids, runId],
  )
}

/** Lets the removal of rows wait for a person; answers how many there are. */
export async function holdRows(store: Store, kind: Kind, runId: number, ids: readonly string[]): Promise<number> {
  await store.pool.query(
    `INSERT INTO held_row (run_id, kind, id) SELECT $1, $2, unnest($3::text[]) ON CONFLICT DO NOTHING`,
    [runId, kind.name, ids],
  )
  return ids.length
}
