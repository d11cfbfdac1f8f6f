import { hasConnection, type Kind } from '../kinds/kind.ts'
import { isTallied, tallyTable } from './kind-summary.ts'
import type { Store } from './open-store.ts'
import { inScope, isFiltered, type Only, onlyIn, type Scope } from './scope.ts'
import { quoted, sqlName } from './sql-name.ts'

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

export function deltaColumn(kind: Kind): string | undefined {
  return hasConnection(kind) ? kind.source.delta?.column : undefined
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

/** A removed node that had named something in a list of its own. */
export interface RemovedParent {
  readonly id: string
  readonly reason: string
}

/**
 * The removed nodes of a kind that named these ids in a list of theirs. Of several, one that nobody wanted any more counts
 * first, then one whose removal was approved: what it named need not be gone from Wiz.
 */
export async function removedParents(
  store: Store,
  parent: Kind,
  path: string,
  connectionId: number,
  ids: readonly string[],
): Promise<Map<string, RemovedParent>> {
  const { rows } = await store.pool.query<RemovedParent & { named: string }>(
    `SELECT DISTINCT ON (named) item ->> 'id' AS named, d.id, reason
     FROM tombstone d CROSS JOIN LATERAL json_array_elements(
       CASE json_typeof(d.raw -> $3) WHEN 'array' THEN d.raw -> $3 ELSE '[]' END) AS item
     WHERE d.connection_id = $1 AND d.kind = $2 AND item ->> 'id' = ANY ($4)
     ORDER BY named, reason <> 'left-scope', reason <> 'approved', d.id`,
    [connectionId, parent.name, path, ids],
  )
  return new Map(rows.map(({ named, id, reason }) => [named, { id, reason }]))
}
