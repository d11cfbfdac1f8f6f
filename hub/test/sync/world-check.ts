import type { World } from 'wizbridge-simulator'
import type { App } from '../../src/app.ts'
import { filterFor } from '../../src/ingest/scope.ts'
import { connectionOf } from '../../src/kinds/document.ts'
import { hasConnection, type Kind } from '../../src/kinds/kind.ts'
import { kindNamed } from '../../src/kinds/kinds.ts'
import { nodeReader } from '../../src/kinds/read-node.ts'
import { sqlColumns } from '../../src/store/kind-table.ts'
import type { Scope } from '../../src/store/scope.ts'
import { quoted } from '../../src/store/sql-name.ts'

/** A node of the world, or a row of the store, by its fields. */
export type Fields = Record<string, unknown>

type Account = Parameters<World['snapshot']>[1]

/** What a complete sync of a kind has to bring in, by id: what the world shows the account, less what says it was deleted. */
export function worldRows(world: World, kind: Kind, scope: Scope = {}, account?: Account): Map<string, Fields> {
  if (!hasConnection(kind)) {
    const { inside, path } = kind.source as { inside: string; path: string }
    const parents = [...worldRows(world, kindNamed(inside), scope, account).values()]
    return byId(parents.flatMap((parent) => (parent[path] ?? []) as Fields[]))
  }
  const nodes = world.snapshotNodes(connectionOf(kind).connection, account, filterFor(kind, scope, {})) as Fields[]
  const mark = kind.deletedWhen ? kind.columns[kind.deletedWhen.column]?.path : undefined
  return byId(nodes.filter((node) => mark === undefined || !node[mark]))
}

function byId(nodes: readonly Fields[]): Map<string, Fields> {
  return new Map(nodes.map((node) => [String(node.id), node]))
}

/** A stored row: its raw node, its typed columns as text, and what changes when it is written. */
export interface StoredRow {
  readonly raw: Fields
  readonly columns: Readonly<Record<string, unknown>>
  /** The transaction that wrote it last. */
  readonly xmin: string
  readonly absentRun: number | null
}

/** The rows of a kind of one connection, by id. */
export async function storedRows(app: App, kind: Kind, connectionId: number): Promise<Map<string, StoredRow>> {
  const columns = sqlColumns(kind).map(({ name, sql }) => `'${name}', to_jsonb(${sql})`)
  const { rows } = await app.store.pool.query<StoredRow & { id: string }>(
    `SELECT id, raw, jsonb_build_object(${columns.join(', ')}) AS columns, xmin::text, absent_run AS "absentRun"
     FROM ${quoted(kind.table)} WHERE connection_id = $1`,
    [connectionId],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Everything in which the stored rows of a kind are not what is expected; empty means equal in ids and content. */
export function differences(
  kind: Kind,
  stored: ReadonlyMap<string, StoredRow>,
  expected: ReadonlyMap<string, Fields>,
): string[] {
  const missing = [...expected.keys()].filter((id) => !stored.has(id)).map((id) => `${id} is missing`)
  const rows = [...stored].flatMap(([id, row]) => {
    const node = expected.get(id)
    if (!node) return [`${id} should not be there`]
    return rowDifferences(kind, row, node).map((what) => `${id}: ${what}`)
  })
  return [...missing, ...rows]
}

/** In which fields a stored row is not the node it should be. */
export function rowDifferences(kind: Kind, row: StoredRow, node: Fields): string[] {
  const unlike = compare(row.raw, node, '')
  const read = nodeReader(kind)(row.raw)
  if ('rejected' in read) return [...unlike, 'the raw node cannot be read']
  const columns = sqlColumns(kind).flatMap(({ name }, index) =>
    sameValue(row.columns[name], read.values[index]) ? [] : [`column ${name} is ${JSON.stringify(row.columns[name])}`],
  )
  return [...unlike, ...columns]
}

// Fields the world computes on demand, and names only the query knows, are not in its nodes.
function compare(actual: unknown, expected: unknown, path: string): string[] {
  if (typeof expected === 'function') return []
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) return [`${path} has ${actual.length} items, not ${expected.length}`]
    return actual.flatMap((item, index) => compare(item, expected[index], `${path}[${index}]`))
  }
  if (isFields(actual) && isFields(expected)) {
    return Object.entries(actual).flatMap(([key, value]) =>
      key in expected ? compare(value, expected[key], `${path}.${key}`) : [],
    )
  }
  return (actual ?? null) === (expected ?? null)
    ? []
    : [`${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`]
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sameValue(stored: unknown, read: unknown): boolean {
  if (typeof stored === 'string' && typeof read === 'string' && stored !== read) {
    return micros(stored) === micros(read) && micros(stored) !== undefined
  }
  return canonical(stored ?? null) === canonical(read ?? null)
}

// jsonb has an order of keys of its own.
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    isFields(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}

function micros(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)$/.exec(text)
  return match ? `${match[1]}.${(match[2] ?? '').padEnd(6, '0')}` : undefined
}
