import type { Kind, PlanFilterName } from '../kinds/kind.ts'
import type { Store } from './open-store.ts'
import { quoted, sqlName } from './sql-name.ts'

/** The filters of a plan as a sync applies them; an absent one lets everything through. */
export type Scope = Partial<Record<PlanFilterName, readonly string[]>>

/** The condition that a stored row lies in a scope, with its parameters numbered from `first`. */
export function inScope(kind: Kind, scope: Scope, first: number): { sql: string; values: unknown[] } {
  const conditions: string[] = []
  const values: unknown[] = []
  for (const [name, wanted] of Object.entries(scope)) {
    const filter = kind.planFilters?.[name as PlanFilterName]
    if (!filter || !wanted) continue
    values.push(wanted)
    const column = `t.${quoted(sqlName(filter.column))}`
    const isList = kind.columns[filter.column]?.type === 'texts'
    conditions.push(
      isList
        ? `${column} && $${first + values.length - 1}::text[]`
        : `${column} = ANY ($${first + values.length - 1}::text[])`,
    )
  }
  return { sql: conditions.length > 0 ? conditions.join(' AND ') : 'true', values }
}

/** How many different rows a run has seen of a kind, kept or not. */
export async function countSeen(store: Store, runId: number, kind: string): Promise<number> {
  const { rows } = await store.pool.query<{ n: number }>(
    `SELECT count(DISTINCT id)::int AS n FROM run_page, unnest(ids || other_ids) AS id WHERE run_id = $1 AND kind = $2`,
    [runId, kind],
  )
  return rows[0]?.n ?? 0
}

/** A stored row that a walk of its whole scope did not see. */
export interface Absence {
  readonly id: string
  /** The earlier run that missed it too, if one did. */
  readonly since: number | null
}

/** The rows of a scope that were there before the walk began and that it did not see. */
export async function findAbsent(
  store: Store,
  kind: Kind,
  run: { runId: number; connectionId: number; walkStartedAt: string },
  scope: Scope,
): Promise<{ stored: number; absent: Absence[] }> {
  const condition = inScope(kind, scope, 5)
  const values = [run.connectionId, run.runId, kind.name, run.walkStartedAt, ...condition.values]
  const { rows: counts } = await store.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${quoted(kind.table)} t
     WHERE connection_id = $1 AND $2::bigint IS NOT NULL AND $3::text IS NOT NULL AND $4::timestamptz IS NOT NULL AND ${condition.sql}`,
    values,
  )
  const { rows } = await store.pool.query<Absence>(
    `SELECT t.id, t.absent_run AS since FROM ${quoted(kind.table)} t
     WHERE t.connection_id = $1 AND t.observed_at < $4 AND ${condition.sql} AND NOT EXISTS (
       SELECT FROM (SELECT unnest(ids) AS id FROM run_page WHERE run_id = $2 AND kind = $3) seen WHERE seen.id = t.id)
     ORDER BY t.id`,
    values,
  )
  return { stored: counts[0]?.n ?? 0, absent: rows }
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
