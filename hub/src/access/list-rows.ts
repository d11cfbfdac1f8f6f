import type { Store } from '../store/open-store.ts'
import { ask } from '../store/query/ask.ts'
import { conditionSql, parameters, searchSql } from '../store/query/condition.ts'
import { parseFilter } from '../store/query/filter.ts'
import type { Relation } from '../store/query/relation.ts'
import { quoted } from '../store/sql-name.ts'

/** A question about rows of access control, which belong to no connection. */
interface Query {
  filter?: readonly string[]
  search?: string | undefined
  /** The key of the last row of the page before. */
  cursor?: string | undefined
  limit: number
  total?: boolean
}

/** A page of such rows. */
interface Page<T> {
  items: T[]
  nextCursor: string | null
  total?: number
}

/** A page of the rows of a relation whose key is one number, in the order of the key. */
export async function listRows<T extends object>(store: Store, relation: Relation<T>, query: Query): Promise<Page<T>> {
  const [branch] = relation.branches
  const key = relation.key[0] ?? 'id'
  const column = branch?.columns[key]
  if (!branch || !column) throw new Error(`The relation ${relation.name} has no key.`)
  const isDescending = relation.order[0]?.endsWith(':desc')
  const list = parameters()
  const conditions = [
    ...parseFilter(relation, query.filter ?? []).map((condition) => conditionSql(condition, branch, list)),
    ...searchSql(query.search ?? '', relation, branch, list),
  ]
  const counted = conditions.length > 0 ? conditions.join(' AND ') : 'true'
  const total = query.total
    ? await ask<{ n: number }>(store, `SELECT count(*) AS n FROM ${branch.table} t WHERE ${counted}`, list.values)
    : undefined
  const after =
    query.cursor === undefined ? 'true' : `${column} ${isDescending ? '<' : '>'} ${list.add(query.cursor, 'bigint')}`
  const columns = [...relation.fields.keys()].map((name) => `${branch.columns[name]} AS ${quoted(name)}`)
  const rows = await ask<Record<string, unknown>>(
    store,
    `SELECT ${columns.join(', ')} FROM ${branch.table} t WHERE ${counted} AND ${after}
     ORDER BY ${column} ${isDescending ? 'DESC' : 'ASC'} LIMIT ${list.add(query.limit + 1, 'integer')}`,
    list.values,
  )
  const items = rows.slice(0, query.limit)
  // One more row than asked for tells whether there is a next page.
  const nextCursor = rows.length > query.limit ? String(items.at(-1)?.[key]) : null
  return { items: items as T[], nextCursor, ...(total && { total: total[0]?.n ?? 0 }) }
}

/** All rows that a filter lets through, batch by batch in constant memory. */
export async function* eachBatch<T extends object>(
  store: Store,
  relation: Relation<T>,
  query: Omit<Query, 'limit' | 'cursor'>,
) {
  let cursor: string | undefined
  do {
    const page: Page<T> = await listRows(store, relation, { ...query, cursor, limit: 1000 })
    if (page.items.length > 0) yield page.items
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
