import { hasConnection, type Kind, type PlanFilterName } from '../kinds/kind.ts'
import type { Claim } from './claims.ts'
import { isTallied, tallyTable } from './kind-summary.ts'
import type { Store } from './open-store.ts'
import { quoted, sqlName } from './sql-name.ts'

/** The filters of a plan as a sync applies them, and the names of its rules; an absent one lets everything through. */
export type Scope = Partial<Record<PlanFilterName | 'rules', readonly string[]>>

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

/** Whether a scope leaves out any stored row of a kind. */
export function isFiltered(kind: Kind, scope: Scope): boolean {
  return inScope(kind, scope, 1).values.length > 0
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

/** A stored row that a walk of its whole scope did not see. */
export interface Absence {
  readonly id: string
  /** The earlier run that missed it too, if one did. */
  readonly since: number | null
}

/** A walk of a whole scope. */
export interface Walked {
  readonly runId: number
  readonly connectionId: number
  readonly walkStartedAt: string
}

/** The rows of a scope that were there before the walk began and that it did not see. */
export async function findAbsent(store: Store, kind: Kind, walked: Walked, scope: Scope): Promise<Absence[]> {
  const condition = inScope(kind, scope, 5)
  const values = [walked.connectionId, walked.runId, kind.name, walked.walkStartedAt, ...condition.values]
  const { rows } = await store.pool.query<Absence>(
    `SELECT t.id, t.absent_run AS since FROM ${quoted(kind.table)} t
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

/** How many rows of a scope are stored. */
export async function countStored(store: Store, kind: Kind, connectionId: number, scope: Scope): Promise<number> {
  const condition = inScope(kind, scope, 2)
  const count =
    isTallied(kind) && !isFiltered(kind, scope)
      ? `SELECT coalesce(sum(n), 0)::int AS n FROM ${quoted(tallyTable(kind))} WHERE connection_id = $1`
      : `SELECT count(*)::int AS n FROM ${quoted(kind.table)} t WHERE connection_id = $1 AND ${condition.sql}`
  const { rows } = await store.pool.query<{ n: number }>(count, [connectionId, ...condition.values])
  return rows[0]?.n ?? 0
}

// What changed last is among the rows that Wiz updated last; of so few, an index tells which they are.
const LAST_UPDATED = 1000

/** A moment, by Wiz's clock, at which the last change to a row of a connection was, or somewhat before it; null where no row says. */
export async function newestStored(store: Store, kind: Kind, connectionId: number): Promise<string | null> {
  const column = deltaColumn(kind)
  if (column === undefined) return null
  const at = quoted(sqlName(column))
  const all = `SELECT max(${at}) FROM ${quoted(kind.table)} WHERE connection_id = $1`
  const indexed = [column, kind.version ?? column].find((name) => kind.columns[name]?.isIndexed)
  const by = indexed && quoted(sqlName(indexed))
  const last = by
    ? `SELECT max(${at}) FROM (SELECT ${at} FROM ${quoted(kind.table)} WHERE connection_id = $1 AND ${by} IS NOT NULL
         ORDER BY ${by} DESC LIMIT ${LAST_UPDATED}) updated`
    : 'NULL'
  const { rows } = await store.pool.query<{ newest: string | null }>(`SELECT coalesce((${last}), (${all})) AS newest`, [
    connectionId,
  ])
  return rows[0]?.newest ?? null
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

/** How many rows of a kind a run has brought since a moment within it, and how many it has changed. */
export async function countWritten(
  store: Store,
  kind: Kind,
  { connectionId, runId, walkStartedAt }: Walked,
): Promise<{ inserted: number; updated: number }> {
  const { rows } = await store.pool.query<{ inserted: number; updated: number }>(
    `SELECT (count(*) FILTER (WHERE stored_at >= $3))::int AS inserted, (count(*) FILTER (WHERE stored_at < $3))::int AS updated
     FROM ${quoted(kind.table)} WHERE connection_id = $1 AND written_run = $2`,
    [connectionId, runId, walkStartedAt],
  )
  return rows[0] ?? { inserted: 0, updated: 0 }
}

function deltaColumn(kind: Kind): string | undefined {
  return hasConnection(kind) ? kind.source.delta?.column : undefined
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

/** The stored nodes of some ids. */
export async function readNodes(
  store: Store,
  kind: Kind,
  connectionId: number,
  ids: readonly string[],
): Promise<StoredNode[]> {
  const { rows } = await store.pool.query<StoredNode>(
    `SELECT id, raw FROM ${quoted(kind.table)} WHERE connection_id = $1 AND id = ANY ($2)`,
    [connectionId, ids],
  )
  return rows
}

/** A stored row with its node. */
export interface StoredNode {
  readonly id: string
  readonly raw: unknown
}

/** Rows of some scopes that lie in none of the others. */
export interface Only {
  readonly scopes: readonly Scope[]
  readonly others: readonly Scope[]
}

/** The stored rows that lie in some scopes and in none of the others, a batch at a time, in the order of their ids. */
export async function findOnlyIn(
  store: Store,
  kind: Kind,
  connectionId: number,
  only: Only,
  page: { after: string; limit: number },
): Promise<StoredNode[]> {
  const condition = onlyIn(kind, only, 4)
  const { rows } = await store.pool.query<StoredNode>(
    `SELECT t.id, t.raw FROM ${quoted(kind.table)} t WHERE t.connection_id = $1 AND t.id > $2 AND ${condition.sql}
     ORDER BY t.id LIMIT $3`,
    [connectionId, page.after, page.limit, ...condition.values],
  )
  return rows
}

/** How many stored rows lie in some scopes and in none of the others. */
export async function countOnlyIn(store: Store, kind: Kind, connectionId: number, only: Only): Promise<number> {
  const condition = onlyIn(kind, only, 2)
  const { rows } = await store.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${quoted(kind.table)} t WHERE t.connection_id = $1 AND ${condition.sql}`,
    [connectionId, ...condition.values],
  )
  return rows[0]?.n ?? 0
}

function onlyIn(kind: Kind, { scopes, others }: Only, first: number): { sql: string; values: unknown[] } {
  const values: unknown[] = []
  const conditionOf = (scope: Scope) => {
    const condition = inScope(kind, scope, first + values.length)
    values.push(...condition.values)
    return `(${condition.sql})`
  }
  const any = scopes.map(conditionOf).join(' OR ')
  const none = others.map((other) => ` AND ${conditionOf(other)} IS NOT TRUE`)
  return { sql: `(${any || 'false'})${none.join('')}`, values }
}

/** A stored row and the Wiz projects it belongs to. */
export interface ProjectsOfRow {
  readonly id: string
  readonly projects: readonly string[]
}

/** The projects of some stored rows; only for kinds that lie in projects. */
export async function projectsOfRows(
  store: Store,
  kind: Kind,
  connectionId: number,
  ids: readonly string[],
): Promise<ProjectsOfRow[]> {
  const { rows } = await store.pool.query<ProjectsOfRow>(
    `SELECT id, ${projectsSql(kind)} AS projects FROM ${quoted(kind.table)} t WHERE connection_id = $1 AND id = ANY ($2)`,
    [connectionId, ids],
  )
  return rows
}

/** Which sets of projects the rows of a scope belong to that no walk has missed; only for kinds that lie in projects. */
export async function projectsInSight(
  store: Store,
  kind: Kind,
  connectionId: number,
  scope: Scope,
): Promise<ReadonlySet<string>[]> {
  const condition = inScope(kind, scope, 2)
  const { rows } = await store.pool.query<{ projects: string[] }>(
    `SELECT DISTINCT ${projectsSql(kind)} AS projects FROM ${quoted(kind.table)} t
     WHERE connection_id = $1 AND absent_run IS NULL AND ${condition.sql}`,
    [connectionId, ...condition.values],
  )
  return rows.map((row) => new Set(row.projects))
}

function projectsSql(kind: Kind): string {
  const name = kind.planFilters?.projects?.column
  if (name === undefined) throw new Error(`kind ${kind.name} lies in no projects`)
  const column = `t.${quoted(sqlName(name))}`
  return kind.columns[name]?.type === 'texts' ? `coalesce(${column}, '{}')` : `ARRAY[${column}]`
}

/** The ids of a list inside another kind's nodes that some stored row of that kind still names. */
export async function idsInside(store: Store, parent: Kind, path: string, connectionId: number): Promise<Set<string>> {
  const column = Object.entries(parent.columns).find(([, each]) => each.path === `${path}[].id`)?.[0]
  if (!column) return new Set()
  const { rows } = await store.pool.query<{ id: string }>(
    `SELECT DISTINCT unnest(${quoted(sqlName(column))}) AS id FROM ${quoted(parent.table)} WHERE connection_id = $1`,
    [connectionId],
  )
  return new Set(rows.map((row) => row.id))
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
