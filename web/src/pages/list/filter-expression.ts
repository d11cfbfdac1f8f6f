/** The ways to compare a field with a value, as the API writes them. */
export const OPERATORS = ['=', '!=', '~', '>=', '<=', '>', '<'] as const
export type Operator = (typeof OPERATORS)[number]

/** One filter in its parts. */
export interface FilterExpression {
  readonly field: string
  readonly operator: Operator
  readonly value: string
}

/** Takes `severity>=HIGH` apart. */
export function readExpression(text: string): FilterExpression | null {
  const [, field, operator, value] = /^([A-Za-z][A-Za-z0-9]*)(!=|>=|<=|=|~|>|<)(.*)$/s.exec(text) ?? []
  if (field === undefined || operator === undefined) return null
  return { field, operator: operator as Operator, value: value ?? '' }
}

/** The values of a field that are asked for with `=`. */
export function chosenValues(filter: readonly string[], field: string): string[] {
  const start = `${field}=`
  return filter.filter((each) => each.startsWith(start)).map((each) => each.slice(start.length))
}

/** Asks for a value of a field, or no longer. */
export function toggleValue(filter: readonly string[], field: string, value: string): string[] {
  const expression = `${field}=${value}`
  return filter.includes(expression) ? filter.filter((each) => each !== expression) : [...filter, expression]
}
