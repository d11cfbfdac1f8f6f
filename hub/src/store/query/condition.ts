import type { Condition, Operator } from './filter.ts'
import type { Branch, Field, Relation } from './relation.ts'

/** Collects the parameters of a statement; values go in there and nowhere else. */
export interface Parameters {
  readonly values: readonly unknown[]
  /** Adds a value and answers its place, such as `$3::text`. */
  add(value: unknown, pgType: string): string
}

/** Opens an empty list of parameters. */
export function parameters(): Parameters {
  const values: unknown[] = []
  return {
    values,
    add(value, pgType) {
      values.push(value)
      return `$${values.length}::${pgType}`
    },
  }
}

/** A condition on the rows of a branch, in SQL. */
export function conditionSql(condition: Condition, branch: Branch, parameters: Parameters): string {
  const { field, operator } = condition
  const column = branch.columns[field.name] ?? 'NULL'
  if (operator === '=' || operator === '!=') {
    const rank = branch.ranks?.[field.name]
    if (operator === '=' && field.ranks && rank && !condition.values.includes(null)) {
      // The rank has an index. Words that this table does not know rank 0; as a call the rest does not count twice
      // when the planner guesses how many rows there are.
      const ranks = [0, ...condition.values.map((value) => field.ranks?.[String(value)] ?? 0)]
      return `(${rank} = ANY (${parameters.add(ranks, 'smallint[]')}) AND coalesce(${anyOf(condition, column, parameters)}, false))`
    }
    const isAny = anyOf(condition, column, parameters)
    // Null-safe: a row without a value is none of the values that were named.
    return operator === '=' ? isAny : `(${isAny}) IS NOT TRUE`
  }
  if (operator === '~') return containsPart(field, column, condition.values.map(String), parameters)
  return compare(condition, operator, column, branch, parameters)
}

function anyOf({ field, values }: Condition, column: string, parameters: Parameters): string {
  const wanted = values.filter((value) => value !== null)
  const alternatives: string[] = []
  if (wanted.length < values.length) {
    alternatives.push(field.type === 'texts' ? `coalesce(cardinality(${column}), 0) = 0` : `${column} IS NULL`)
  }
  if (wanted.length > 0) {
    const list = parameters.add(wanted, field.type === 'texts' ? field.pgType : `${field.pgType}[]`)
    alternatives.push(field.type === 'texts' ? `${column} && ${list}` : `${column} = ANY (${list})`)
  }
  return alternatives.length > 1 ? `(${alternatives.join(' OR ')})` : (alternatives[0] ?? 'false')
}

function containsPart(field: Field, column: string, parts: readonly string[], parameters: Parameters): string {
  const patterns = parameters.add(parts.map(patternOf), 'text[]')
  if (field.type === 'texts') return `EXISTS (SELECT FROM unnest(${column}) AS part WHERE part ILIKE ANY (${patterns}))`
  return `${field.type === 'json' ? `${column}::text` : column} ILIKE ANY (${patterns})`
}

function compare(
  { field, values }: Condition,
  operator: Operator,
  column: string,
  branch: Branch,
  parameters: Parameters,
): string {
  const [value] = values
  const rank = branch.ranks?.[field.name]
  if (field.ranks && rank) {
    // Rank 0 is a word nobody knows the meaning of, or none.
    return `(${rank} ${operator} ${parameters.add(field.ranks[String(value)], 'integer')} AND ${rank} > 0)`
  }
  return `${column} ${operator} ${parameters.add(value, field.pgType)}`
}

/** Every word of a search has to be part of one of the searched fields. */
export function searchSql(
  search: string,
  relation: Relation,
  branch: Branch,
  parameters: Parameters,
): readonly string[] {
  const searched = [...relation.fields.values()].filter((field) => field.isSearched)
  return wordsOf(search).map((word) => {
    const pattern = parameters.add(patternOf(word), 'text')
    const alternatives = searched.map(({ name }) => {
      // Ids of findings are random and occur once: no index tells parts of them.
      if (name === 'id' && branch.names) return wholeId(word, parameters)
      return `${branch.columns[name] ?? 'NULL'} ILIKE ${pattern}`
    })
    return `(${alternatives.join(' OR ')})`
  })
}

/** The words of a search. */
export function wordsOf(search: string): string[] {
  return [...new Set(search.split(/[\s\0]+/).filter((word) => word !== ''))]
}

/** The condition that a row has this id. */
export function wholeId(word: string, parameters: Parameters): string {
  return `t.id = ANY (${parameters.add([word, word.toLowerCase()], 'text[]')})`
}

/** The pattern that finds a text as a part of others. */
export function patternOf(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`
}
