import type { Store } from '../open-store.ts'
import { literal, quoted } from '../sql-name.ts'
import { ask } from './ask.ts'
import { seesMuch } from './breadth.ts'
import { type Parameters, parameters, patternOf, wholeId, wordsOf } from './condition.ts'
import type { Condition } from './filter.ts'
import type { Branch, Relation } from './relation.ts'
import type { Restriction } from './restriction.ts'

/** What is searched for, and where the names that occur lead to. */
export interface Search {
  readonly text: string
  readonly words: readonly Word[]
  /** Whoever searches sees so much that the index of projects would be a detour. */
  readonly isBroad?: boolean
}

interface Word {
  readonly text: string
  /** The condition it comes from, if it is no word of the search itself. */
  readonly condition?: Condition
  /** By its table, what the names of a branch say where the word occurs; absent where no names are kept. */
  readonly found: ReadonlyMap<string, Found>
}

interface Found {
  /** The values of each anchor. */
  readonly keys: ReadonlyMap<string, readonly (string | null)[]>
  /** There are more than were looked for. */
  readonly isCut: boolean
}

const MOST_KEYS = 3000

/** Looks the words of a search up among the names that occur. */
export async function readSearch(
  store: Store,
  relation: Relation,
  text: string,
  conditions: readonly Condition[],
  restriction: Restriction,
): Promise<Search> {
  const { connectionIds } = restriction
  const named = relation.branches.flatMap(({ table, names }) => (names ? [{ table, names: names.table }] : []))
  const found: Word[] = []
  for (const word of wordsOf(text)) {
    found.push({ text: word, found: named.length > 0 ? await lookUp(store, named, word, connectionIds) : new Map() })
  }
  // A filter on a part of a name finds rows in the same way.
  for (const condition of named.length > 0 ? conditions.filter(isOnNames) : []) {
    const part = String(condition.values[0])
    found.push({ text: part, condition, found: await lookUp(store, named, part, connectionIds) })
  }
  return { text, words: found, isBroad: found.length > 0 && (await seesMuch(store, relation, restriction)) }
}

function isOnNames({ field, operator, values }: Condition): boolean {
  return operator === '~' && field.isSearched === true && field.name !== 'id' && values.length === 1 && values[0] !== ''
}

/** A search without the words that come from conditions that do not count. */
export function searchUnder(search: Search, conditions: readonly Condition[]): Search {
  return { ...search, words: search.words.filter((word) => !word.condition || conditions.includes(word.condition)) }
}

interface Hit {
  readonly branch: string
  readonly anchor: string
  readonly key: string | null
}

async function lookUp(
  store: Store,
  named: readonly { readonly table: string; readonly names: string }[],
  word: string,
  connectionIds: readonly number[] | undefined,
): Promise<ReadonlyMap<string, Found>> {
  const list = parameters()
  const pattern = list.add(patternOf(word), 'text')
  const visible = connectionIds ? ` AND connection_id = ANY (${list.add(connectionIds, 'bigint[]')})` : ''
  const parts = named.map(
    ({ table, names }) =>
      `(SELECT ${literal(table)} AS branch, anchor, key FROM ${quoted(names)} WHERE names ILIKE ${pattern}${visible} LIMIT ${MOST_KEYS + 1})`,
  )
  const hits = await ask<Hit>(store, parts.join(' UNION ALL '), list.values)
  return new Map(
    named.map(({ table }) => {
      const own = hits.filter((hit) => hit.branch === table)
      const anchors = Map.groupBy(own.slice(0, MOST_KEYS), (hit) => hit.anchor)
      const keys = new Map([...anchors].map(([anchor, some]) => [anchor, [...new Set(some.map((hit) => hit.key))]]))
      return [table, { keys, isCut: own.length > MOST_KEYS }]
    }),
  )
}

/** Whether all rows that a search finds can be reached by the names that were found. */
export function isWhole(search: Search, relation: Relation): boolean {
  return relation.branches.every((branch) => usable(search, branch).every(({ isCut }) => !isCut))
}

/** Whether names are kept for all that is searched. */
export function hasNames(relation: Relation): boolean {
  return relation.branches.every(({ names }) => names !== undefined)
}

/**
 * How many values of each anchor to try, one after the other, where it is enough to find some rows: a rule has
 * thousands, so a few values are often enough.
 */
export function triesOf(search: Search, relation: Relation): readonly number[] {
  // Where several words have to meet, some values of each may never do.
  if (search.words.length !== 1) return [Number.POSITIVE_INFINITY]
  const found = relation.branches.flatMap((branch) => usable(search, branch))
  const longest = Math.max(0, ...found.flatMap(({ keys }) => [...keys.values()].map((some) => some.length)))
  return [...TRIES.filter((most) => most < longest), Number.POSITIVE_INFINITY]
}

const TRIES = [5, 300]

/** What rows have to fulfil to be found by the words of a search, so that an index finds them. */
export function candidateSql(
  search: Search,
  branch: Branch,
  parameters: Parameters,
  most = Number.POSITIVE_INFINITY,
): readonly string[] {
  const words = usable(search, branch).map(({ text, keys }) => {
    const alternatives = (branch.names?.anchors ?? []).flatMap(({ field, column }) => {
      const values = (keys.get(field) ?? []).slice(0, most)
      const named = values.filter((value) => value !== null)
      return [
        ...(named.length > 0 ? [`${column} = ANY (${parameters.add(named, 'text[]')})`] : []),
        ...(named.length < values.length ? [`${column} IS NULL`] : []),
      ]
    })
    return `(${[wholeId(text, parameters), ...alternatives].join(' OR ')})`
  })
  // Their indexes begin with the connection: where alternatives meet, the one that is joined is not looked up by.
  return words.length > 0 ? [`${branch.connection} = ANY (ARRAY(SELECT id FROM connection))`, ...words] : []
}

/** The words that lead to rows: all whose values are known as a whole, otherwise one of those that are not. */
function usable(search: Search, branch: Branch): (Found & { text: string })[] {
  const found = search.words.flatMap(({ text, found }) => {
    const own = found.get(branch.table)
    return own ? [{ text, ...own }] : []
  })
  const whole = found.filter(({ isCut }) => !isCut)
  return whole.length > 0 ? whole : found.slice(0, 1)
}
