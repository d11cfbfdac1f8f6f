import { Refused } from '../../errors.ts'
import type { Parameters } from './condition.ts'
import { type Condition, fieldNamed } from './filter.ts'
import type { Branch, Field, Relation } from './relation.ts'

/** One of the things rows are put in order by. */
export interface OrderTerm {
  /** Its name in the answer of the database. */
  readonly alias: string
  /** The field it sorts by; undefined for the key. */
  readonly field?: Field | undefined
  readonly pgType: string
  readonly isDescending: boolean
  readonly isNullable: boolean
  /** The few values it can have, in ascending order. */
  readonly ranks?: readonly number[] | undefined
  sqlOf(branch: Branch): string
}

const MOST_TERMS = 4

/**
 * The order of a list: what was asked for, then the key, so that no two rows are equal. Rows without a value come last
 * in both directions.
 */
export function parseOrder(relation: Relation, wanted: readonly string[]): OrderTerm[] {
  if (wanted.length > MOST_TERMS) {
    throw new Refused('bad-sort', `Sort by ${MOST_TERMS} fields at most, not by ${wanted.length}.`)
  }
  const asked = wanted.map((text, index) => parseTerm(relation, text, index))
  const terms = [...asked, ...followers(relation, asked)]
  // The same direction throughout lets an index be read backwards.
  const isDescending = terms.at(-1)?.isDescending ?? false
  const keys = relation.key.map((name, index): OrderTerm => {
    const { pgType } = fieldNamed(relation, name)
    const sqlOf = (branch: Branch) => branch.columns[name] ?? 'NULL'
    return { alias: `key.${index}`, pgType, isDescending, isNullable: false, sqlOf }
  })
  const connection: OrderTerm = {
    alias: 'key.connection',
    pgType: 'bigint',
    isDescending,
    isNullable: false,
    sqlOf: () => 'c.id',
  }
  return [...terms, ...keys, connection]
}

function followers(relation: Relation, [only, ...others]: readonly OrderTerm[]): OrderTerm[] {
  const name = others.length === 0 ? relation.followedBy?.[only?.field?.name ?? ''] : undefined
  return name === undefined ? [] : [parseTerm(relation, only?.isDescending ? `${name}:desc` : name, 1)]
}

function parseTerm(relation: Relation, text: string, index: number): OrderTerm {
  const [, name = '', direction = 'asc'] = /^\s*([A-Za-z][A-Za-z0-9]*)(?::(asc|desc))?\s*$/.exec(text) ?? []
  if (name === '') {
    throw new Refused('bad-sort', `"${text.slice(0, 60)}" is no order. Write it as field or field:desc.`)
  }
  const field = fieldNamed(relation, name)
  const { type, pgType, isNullable, ranks } = field
  if (type === 'texts' || type === 'json') {
    throw new Refused('bad-sort', `${name} holds more than one value, so there is no order to it.`)
  }
  const term = { alias: `sort.${index}`, field, isDescending: direction === 'desc' }
  if (ranks) {
    const values = [...new Set([0, ...Object.values(ranks)])].sort((a, b) => a - b)
    const sqlOf = (branch: Branch) => branch.ranks?.[name] ?? 'NULL'
    return { ...term, pgType: 'smallint', isNullable: false, ranks: values, sqlOf }
  }
  return { ...term, pgType, isNullable, sqlOf: (branch) => branch.columns[name] ?? 'NULL' }
}

/** What is fixed of an order within a stretch of the list: one value, the absence of a value, or its presence. */
type Fixed = { readonly is: number } | 'null' | 'not-null' | 'free'

/**
 * A stretch of a list. Cut where values end and their absence begins, and at each rank, every stretch is in an order
 * that an index has as it is, or backwards; the stretches follow each other.
 */
export type Stretch = readonly Fixed[]

/** The stretches of an order, from the first row to the last. */
export function stretchesOf(terms: readonly OrderTerm[]): Stretch[] {
  return cut(terms, 0)
}

/** Whether a stretch can hold rows that fulfil these conditions; they may rule out its rank. */
export function canHold(stretch: Stretch, terms: readonly OrderTerm[], conditions: readonly Condition[]): boolean {
  return stretch.every((fixed, index) => {
    const { field } = terms[index] ?? {}
    if (!field?.ranks || typeof fixed !== 'object') return true
    const rankOf = (value: unknown) => field.ranks?.[String(value)] ?? 0
    return conditions.every((condition) => {
      if (condition.field !== field) return true
      const ranks = condition.values.map(rankOf)
      const [rank = 0] = ranks
      switch (condition.operator) {
        case '=':
          // Words that a table does not know rank 0 there.
          return fixed.is === 0 || ranks.includes(fixed.is)
        case '>':
          return fixed.is > rank
        case '>=':
          return fixed.is >= rank
        case '<':
          return fixed.is < rank
        case '<=':
          return fixed.is <= rank
        default:
          return true
      }
    })
  })
}

function cut(terms: readonly OrderTerm[], at: number): Stretch[] {
  const term = terms[at]
  if (!term) return [[]]
  const isFollowed = terms[at + 1]?.alias.startsWith('sort.') ?? false
  if (at === 0 && term.ranks && isFollowed) {
    const ranks = term.isDescending ? term.ranks.toReversed() : term.ranks
    return ranks.flatMap((is) => cut(terms, at + 1).map((rest): Stretch => [{ is }, ...rest]))
  }
  const rest: Stretch = terms.slice(at + 1).map(() => 'free')
  if (!term.isNullable) return [['free', ...rest]]
  return [['not-null', ...rest], ...cut(terms, at + 1).map((after): Stretch => ['null', ...after])]
}

/** Whether a row with these values of its order lies in a stretch. */
export function isIn(stretch: Stretch, position: readonly unknown[]): boolean {
  return stretch.every((fixed, index) => {
    const value = position[index] ?? null
    if (fixed === 'free') return true
    if (fixed === 'null' || fixed === 'not-null') return (value === null) === (fixed === 'null')
    return value === fixed.is
  })
}

/** The conditions that make a stretch out of a branch. */
export function stretchSql(
  stretch: Stretch,
  terms: readonly OrderTerm[],
  branch: Branch,
  parameters: Parameters,
): string[] {
  return stretch.flatMap((fixed, index) => {
    const column = terms[index]?.sqlOf(branch)
    if (fixed === 'free') return []
    if (fixed === 'null') return [`${column} IS NULL`]
    return fixed === 'not-null' ? [`${column} IS NOT NULL`] : [`${column} = ${parameters.add(fixed.is, 'smallint')}`]
  })
}

/** The order of a stretch in SQL, over columns named by `nameOf`. */
export function orderSql(stretch: Stretch, terms: readonly OrderTerm[], nameOf: (term: OrderTerm) => string): string {
  const parts = terms.map((term, index) => {
    // Elsewhere there are no nulls to place; leaving the place open is what lets PostgreSQL use its indexes.
    const nulls = term.isNullable && stretch[index] === 'free' ? ' NULLS LAST' : ''
    return `${nameOf(term)}${term.isDescending ? ' DESC' : ''}${nulls}`
  })
  return parts.join(', ')
}

/** The condition that a row of a stretch comes after a position in it. */
export function afterSql(
  stretch: Stretch,
  terms: readonly OrderTerm[],
  position: readonly unknown[],
  branch: Branch,
  parameters: Parameters,
): string {
  const first = stretch.findIndex((fixed) => fixed === 'free' || fixed === 'not-null')
  const open = terms.slice(first).map((term, index) => {
    const value = position[first + index] ?? null
    return {
      column: term.sqlOf(branch),
      beyond: term.isDescending ? '<' : '>',
      canBeNull: term.isNullable && stretch[first + index] === 'free',
      place: value === null ? null : parameters.add(value, term.pgType),
    }
  })
  const isUniform = open.every((each) => each.beyond === open[0]?.beyond && !each.canBeNull)
  if (isUniform) {
    const columns = open.map((each) => each.column).join(', ')
    return `(${columns}) ${open[0]?.beyond} (${open.map((each) => each.place).join(', ')})`
  }
  const alternatives = open.flatMap(({ column, beyond, canBeNull, place }, index) => {
    if (place === null) return []
    const same = open.slice(0, index).map((each) => `${each.column} ${each.place ? `= ${each.place}` : 'IS NULL'}`)
    const further = `${column} ${beyond} ${place}`
    return [`(${[...same, canBeNull ? `(${further} OR ${column} IS NULL)` : further].join(' AND ')})`]
  })
  return `(${alternatives.join(' OR ')})`
}
