import type { Store } from '../open-store.ts'
import { quoted } from '../sql-name.ts'
import { ask } from './ask.ts'
import { parameters } from './condition.ts'
import { type Count, countRows } from './count-rows.ts'
import { type Position, readCursor, writeCursor } from './cursor.ts'
import { parseFilter } from './filter.ts'
import { hideOtherProjects } from './hide-other-projects.ts'
import {
  afterSql,
  canHold,
  isIn,
  type OrderTerm,
  orderSql,
  parseOrder,
  type Stretch,
  stretchesOf,
  stretchSql,
} from './order.ts'
import type { Relation } from './relation.ts'
import { connections, type Restriction, withoutTotals } from './restriction.ts'
import { candidateSql, hasNames, isWhole, readSearch } from './search.ts'
import { MANY, rowConditions, type Selection, talliedPart } from './selection.ts'

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
  /** Also count the rows that the filter lets through; `exact` counts all of them, however long that takes. */
  readonly total?: boolean | 'exact'
  /** Also give the whole node of Wiz. */
  readonly raw?: boolean
  readonly restriction?: Restriction
}

/** A row by the names of its fields. */
export type Row = Record<string, unknown>

/** One page of a list. */
export interface ListPage<R extends object> {
  readonly rows: R[]
  /** Leads to the next page; null at the end. */
  readonly nextCursor: string | null
  readonly total?: number
  /** There are more rows than `total`. */
  readonly totalIsAtLeast?: boolean
}

/** One page of the rows of a relation. */
export async function listRows<R extends object>(
  store: Store,
  relation: Relation<R>,
  query: ListQuery,
): Promise<ListPage<R>> {
  const question = await read(store, relation, query)
  const page = await readPage(store, question, query.limit)
  const { last } = page
  const rows = page.rows as R[]
  const nextCursor = last === undefined ? null : writeCursor(last, question.fingerprint)
  if (!query.total) return { rows, nextCursor }
  const most = query.total === 'exact' ? Number.POSITIVE_INFINITY : MANY
  const known = question.count && (query.total !== 'exact' || !question.count.isAtLeast) ? question.count : undefined
  const total = known ?? (await countRows(store, question, most))
  return { rows, nextCursor, total: total.count, totalIsAtLeast: total.isAtLeast }
}

// The first rows are to come at once.
const FIRST_BATCH = 100
const BATCH = 1000

/** All rows of a relation, batch by batch in constant memory; in the order of the key if no other is asked for. */
export async function* eachBatch(
  store: Store,
  relation: Relation,
  query: Omit<ListQuery, 'limit' | 'total'>,
): AsyncGenerator<Row[], void, void> {
  const question = await read(store, relation, { ...query, sort: query.sort ?? [], limit: BATCH })
  let position = question.position
  let size = FIRST_BATCH
  do {
    const { rows, last } = await readPage(store, { ...question, position }, size)
    size = BATCH
    if (rows.length > 0) yield rows
    position = last
  } while (position !== undefined)
}

interface Question extends Selection {
  readonly terms: readonly OrderTerm[]
  readonly fingerprint: string
  readonly position: Position | undefined
  readonly raw: boolean
  /** So few rows that they are found first and put in order then; otherwise the order is followed until a page is full. */
  readonly isFew: boolean
  /** How many there are, where that had to be asked to know whether they are few. */
  readonly count?: Count | undefined
}

async function read(store: Store, whole: Relation, query: ListQuery): Promise<Question> {
  const { filter = [], search = '', cursor, raw = false, restriction = {} } = query
  const relation = withoutTotals(whole, restriction)
  const sort = query.sort ?? relation.order
  const terms = parseOrder(relation, sort)
  const fingerprint = JSON.stringify([relation.name, filter.toSorted(), search, sort])
  const conditions = parseFilter(relation, filter)
  const position = cursor === undefined ? undefined : readCursor(cursor, fingerprint, terms)
  const selection = {
    relation,
    conditions,
    search: await readSearch(store, relation, search, conditions, restriction),
    restriction,
  }
  const size = await sizeOf(store, selection)
  return { ...selection, terms, fingerprint, position, raw: raw && relation.hasRaw === true, ...size }
}

async function sizeOf(store: Store, selection: Selection): Promise<Pick<Question, 'isFew' | 'count'>> {
  const { search, relation } = selection
  const atMost = talliedPart(selection)
  if (atMost && (await countRows(store, atMost)).count <= MANY) return { isFew: true }
  if (search.words.length === 0 || !hasNames(relation) || !isWhole(search, relation)) return { isFew: false }
  const count = await countRows(store, selection)
  return { isFew: !count.isAtLeast, count }
}

async function readPage(
  store: Store,
  question: Question,
  limit: number,
): Promise<{ rows: Row[]; last: Position | undefined }> {
  const { relation, terms, position, isFew, conditions } = question
  const found: Row[] = []
  const stretches = isFew
    ? [terms.map(() => 'free' as const)]
    : stretchesOf(terms).filter((stretch) => canHold(stretch, terms, conditions))
  const first = position === undefined ? 0 : stretches.findIndex((stretch) => isIn(stretch, position))
  // One more than asked for tells whether there is more.
  for (let at = first; at < stretches.length && found.length <= limit; at++) {
    const after = at === first ? position : undefined
    const { text, values } = pageStatement(question, stretches[at] ?? [], after, limit + 1 - found.length)
    found.push(...(await ask<Row>(store, text, values)))
  }
  const rows = found.slice(0, limit)
  const end = found.length > limit ? rows.at(-1) : undefined
  const names = [...relation.fields.keys(), ...(question.raw ? ['raw'] : [])]
  const shown = (row: Row) => Object.fromEntries(names.map((name) => [name, row[name]]))
  return {
    rows: rows.map((row) => hideOtherProjects(shown(row), question.restriction.projectIds)),
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
  const { relation, terms, raw, restriction, search, isFew } = question
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
      ...(isFew && isWhole(search, relation) ? candidateSql(search, branch, list) : []),
      ...stretchSql(stretch, terms, branch, list),
      ...(after ? [afterSql(stretch, terms, after, branch, list)] : []),
    ]
    const order = orderSql(stretch, terms, (term) => term.sqlOf(branch))
    return `SELECT part.* FROM ${connections(restriction, list)} c CROSS JOIN LATERAL (
      SELECT ${columns.join(', ')} FROM ${branch.table} t WHERE ${[`${branch.connection} = c.id`, ...conditions].join(' AND ')}
      ORDER BY ${order} LIMIT ${limitPlace}) part`
  })
  const order = orderSql(stretch, terms, (term) => quoted(term.alias))
  return { text: `${parts.join('\nUNION ALL\n')}\nORDER BY ${order} LIMIT ${limitPlace}`, values: list.values }
}
