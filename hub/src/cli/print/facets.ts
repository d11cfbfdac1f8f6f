import { clean } from './clean.ts'

/** How often the values of one field occur. */
export interface Facet {
  readonly field: string
  readonly values: readonly { readonly value: string | null; readonly label: string | null; readonly count: number }[]
  readonly hasMore: boolean
  readonly isAtLeast: boolean
}

/** What a row of counts can tell. */
export const FACET_COLUMNS = ['field', 'value', 'label', 'count'] as const

/** A row for each value, for programs. */
export function facetRows(facets: readonly Facet[]): object[] {
  return facets.flatMap(({ field, values }) => values.map((each) => ({ field, ...each })))
}

/** What a table of counts has for people. */
export const FACET_TABLE: readonly string[] = ['field', 'value', 'count']
const GAP = { field: '', value: '', count: null }

/** The same for people: a group for each field, which is named once. */
export function facetGroups(facets: readonly Facet[]): object[] {
  return facets.flatMap(({ field, values }, at) => [
    ...(at > 0 ? [GAP] : []),
    ...(values.length === 0 ? [{ field, value: 'nothing to count', count: null }] : []),
    ...values.map(({ value, label, count }, index) => ({
      field: index === 0 ? field : '',
      value: value === null ? '(none)' : label === null ? value : `${label} (${value})`,
      count,
    })),
  ])
}

/** What the counts do not tell by themselves. */
export function facetNotes(facets: readonly Facet[]): string[] {
  return facets.flatMap(({ field, values, hasMore, isAtLeast }) => [
    ...(hasMore ? [`${clean(field)} has more values; these ${values.length} are the most frequent ones.`] : []),
    ...(isAtLeast ? [`Only the first rows were counted for ${clean(field)}: there are at least as many.`] : []),
  ])
}
