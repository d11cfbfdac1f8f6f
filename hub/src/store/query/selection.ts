import { conditionSql, type Parameters, searchSql } from './condition.ts'
import type { Condition } from './filter.ts'
import type { Branch, Field, Relation } from './relation.ts'
import { projectConditions, type Restriction } from './restriction.ts'
import type { Search } from './search.ts'

/** Which rows of a relation are meant. */
export interface Selection {
  readonly relation: Relation
  readonly conditions: readonly Condition[]
  readonly search: Search
  readonly restriction: Restriction
}

/** From how many rows on they are no longer counted one by one, nor put in order all at once. */
export const MANY = 5000

/** What the rows of a branch have to fulfil, in SQL. */
export function rowConditions(selection: Selection, branch: Branch, list: Parameters): string[] {
  const { relation, conditions, search, restriction } = selection
  const visible = projectConditions(relation, branch, restriction, list)
  return [
    // Reading the index of projects for most of a million rows takes longer than looking at those that the words lead to.
    ...(search.isBroad ? visible.map((condition) => `(${condition}) IS TRUE`) : visible),
    ...conditions.map((condition) => conditionSql(condition, branch, list)),
    ...searchSql(search.text, relation, branch, list),
  ]
}

/** Whether the tallies know the answer to a question that needs no more than these fields. */
export function isTallied(relation: Relation, fields: readonly Field[]): boolean {
  const needed = fields.map((field) => field.name)
  return relation.branches.every(({ tally }) => tally !== undefined && needed.every((name) => tally.fields.has(name)))
}

/** The selection without what the tallies do not know: as many rows, or more. */
export function talliedPart(selection: Selection): Selection | undefined {
  const { relation, conditions, restriction } = selection
  if (!isTallied(relation, [])) return undefined
  const known = conditions.filter(({ field }) => isTallied(relation, [field]))
  if (known.length === 0 && restriction.projectIds === undefined && restriction.connectionIds === undefined)
    return undefined
  return { ...selection, conditions: known, search: { text: '', words: [] } }
}
