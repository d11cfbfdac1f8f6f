import { databaseFailure } from '../../database-failure.ts'
import type { Store } from '../open-store.ts'
import { quoted } from '../sql-name.ts'
import { conditionSql, type Parameters, parameters, searchSql } from './condition.ts'
import { type Position, readCursor, writeCursor } from './cursor.ts'
import { type Condition, parseFilter } from './filter.ts'
import { hideOtherProjects } from './hide-other-projects.ts'
import { afterSql, isIn, type OrderTerm, orderSql, parseOrder, type Stretch, stretchesOf, stretchSql } from './order.ts'
import type { Branch, Relation } from './relation.ts'

/** A question about the rows of a relation. */
export interface ListQuery {
  /** Expressions such as `severity=HIGH`; see `parseFilter`. */
  readonly filter?: readonly string[]
  /** Words that all have to occur somewhere in a row's names. */
  readonly search?: string | undefined
  /** `field` or `field:desc`; the relation's own order when absent, no order but the key's when empty. */
  readonly sort?: readonly string[] | undefined
  readonly cursor?: string | undefined
  readonly limit: number
  /** Also count all rows that the filter lets through. */
  readonly total?: boolean
  /** Also give the whole node of Wiz. */
  readonly raw?: boolean
  readonly restriction?: Restriction
}

/** What the caller may see; nothing is left out where it says nothing. */
export interface Restriction {
  readonly connectionIds?: readonly number[] | undefined
  readonly projectIds?: readonly string[] | undefined
}

/** A row by the names of its fields. */
export type Row = Record<string, unknown>

/** One page of a list. */
export interface ListPage {
  readonly rows: Row[]
  /** Leads to the next page; null at the end. */
  readonly nextCursor: string | null
  readonly total?: number
}

/** One page of the rows of a relation. */
export async function listRows(store: Store, relation: Relation, query: ListQuery): Promise<ListPage> {
  const question = read(relation, query)
  const { rows, last } = await readPage(store, question, query.limit)
  const nextCursor = last === undefined ? null : writeCursor(last, question.fingerprint)
  return query.total ? { rows, nextCursor, total: await countRows(store, question) } : { rows, nextCursor }
}

const BATCH = 1000

/** All rows of a relation, batch by batch in constant memory; in the order of the key if no other is asked for. */
export async function* eachBatch(
  store: Store,
  relation: Relation,
  query: Omit<ListQuery, 'limit' | 'total'>,
): AsyncGenerator<Row[], void, void> {
  const question = read(relation, { ...query, sort: query.sort ?? [], limit: BATCH })
  let position = question.position
  do {
    const { rows, last } = await readPage(store, { ...question, position }, BATCH)
    if (rows.length > 0) yield rows
    position = last
  } while (position !== undefined)
}

interface Question {
  readonly relation: Relation
  readonly conditions: readonly Condition[]
  readonly search: string
  readonly terms: readonly OrderTerm[]
  readonly fingerprint: string
  readonly position: Position | undefined
  readonly raw: boolean
  readonly restriction: Restriction
}

function read(relation: Relation, query: ListQuery): Question {
  const { filter = [], search = '', cursor, raw = false, restriction = {} } = query
  const sort = query.sort ?? relation.order
  const terms = parseOrder(relation, sort)
  const fingerprint = JSON.stringify([relation.name, filter.toSorted(), search, sort])
  return {
    relation,
    conditions: parseFilter(relation, filter),
    search,
    terms,
    fingerprint,
    position: cursor === undefined ? undefined : readCursor(cursor, fingerprint, terms),
    raw: raw && relation.hasRaw === true,
    restriction,
  }
}

async function readPage(
  store: Store,
  question: Question,
  limit: number,
): Promise<{ rows: Row[]; last: Position | undefined }> {
  const { relation, terms, position } = question
  const found: Row[] = []
  const stretches = stretchesOf(terms)
  const first = position === undefined ? 0 : stretches.findIndex((stretch) => isIn(stretch, position))
  // One more than asked for tells whether there is more.
  for (let at = first; at < stretches.length && found.length <= limit; at++) {
    const after = at === first ? position : undefined
    const { text, values } = pageStatement(question, stretches[at] ?? [], after, limit + 1 - found.length)
    found.push(...(await ask(store, text, values)))
  }
  const rows = found.slice(0, limit)
  const end = found.length > limit ? rows.at(-1) : undefined
  const names = [...relation.fields.keys(), ...(question.raw ? ['raw'] : [])]
  const { projectIds } = question.restriction
  const shown = (row: Row) => Object.fromEntries(names.map((name) => [name, row[name]]))
  return {
    rows: rows.map((row) => hideOtherProjects(shown(row), projectIds)),
    last: end && terms.map(({ alias }) => end[alias] as Position[number]),
  }
}

/** The statement that reads one stretch: the first rows of each connection and branch by its own index, then merged. */
function pageStatement(
  question: Question,
  stretch: Stretch,
  after: Position | undefined,
  limit: number,
): { text: string; values: readonly unknown[] } {
  const { relation, terms, raw } = question
  const list = parameters()
  const limitPlace = list.add(limit, 'integer')
  const names = [...relation.fields.keys()]
  const parts = relation.branches.map((branch) => {
    const columns = [
      ...names.map((name) => `${branch.columns[name]} AS ${quoted(name)}`),
      ...(raw ? ['t.raw AS "raw"'] : []),
      ...terms.map((term) => `${term.sqlOf(branch)} AS ${quoted(term.alias)}`),
    ]
    const conditions = [
      ...rowConditions(question, branch, list),
      ...stretchSql(stretch, terms, branch, list),
      ...(after ? [afterSql(stretch, terms, after, branch, list)] : []),
    ]
    const order = orderSql(stretch, terms, (term) => term.sqlOf(branch))
    return `SELECT part.* FROM ${connections(question, list)} c CROSS JOIN LATERAL (
      SELECT ${columns.join(', ')} FROM ${branch.table} t WHERE ${[`${branch.connection} = c.id`, ...conditions].join(' AND ')}
      ORDER BY ${order} LIMIT ${limitPlace}) part`
  })
  const order = orderSql(stretch, terms, (term) => quoted(term.alias))
  return { text: `${parts.join('\nUNION ALL\n')}\nORDER BY ${order} LIMIT ${limitPlace}`, values: list.values }
}

async function countRows(store: Store, question: Question): Promise<number> {
  const list = parameters()
  const parts = question.relation.branches.map((branch) => {
    const conditions = [`${branch.connection} = c.id`, ...rowConditions(question, branch, list)]
    return `SELECT count(*) AS n FROM ${connections(question, list)} c CROSS JOIN ${branch.table} t WHERE ${conditions.join(' AND ')}`
  })
  const [row] = await ask(store, `SELECT sum(n)::bigint AS n FROM (${parts.join(' UNION ALL ')}) part`, list.values)
  return Number(row?.n ?? 0)
}

function rowConditions(question: Question, branch: Branch, list: Parameters): string[] {
  const { relation, conditions, search, restriction } = question
  return [
    ...projectConditions(relation, branch, restriction, list),
    ...conditions.map((condition) => conditionSql(condition, branch, list)),
    ...searchSql(search, relation, branch, list),
  ]
}

function projectConditions(
  relation: Relation,
  branch: Branch,
  { projectIds }: Restriction,
  list: Parameters,
): readonly string[] {
  if (projectIds === undefined || relation.holdsNoObjects) return []
  const field = relation.fields.get(relation.projects ?? '')
  if (!field) return ['false']
  const column = branch.columns[field.name]
  const place = list.add(projectIds, 'text[]')
  return [field.type === 'texts' ? `${column} && ${place}` : `${column} = ANY (${place})`]
}

function connections({ restriction: { connectionIds } }: Question, list: Parameters): string {
  const condition = connectionIds === undefined ? '' : ` WHERE id = ANY (${list.add(connectionIds, 'bigint[]')})`
  return `(SELECT id, name FROM connection${condition})`
}

async function ask(store: Store, text: string, values: readonly unknown[]): Promise<Row[]> {
  try {
    return (await store.pool.query<Row>(text, [...values])).rows
  } catch (error) {
    throw databaseFailure(error)
  }
}
