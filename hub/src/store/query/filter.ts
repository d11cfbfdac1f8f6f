import { Refused } from '../../errors.ts'
import { MOMENT_EXAMPLE, momentOf } from './moment.ts'
import type { Field, Relation } from './relation.ts'

/** The ways to compare a field with a value. */
export type Operator = '=' | '!=' | '~' | '>=' | '<=' | '>' | '<'

/** One thing that rows have to fulfil. */
export interface Condition {
  readonly field: Field
  readonly operator: Operator
  /** Any of these for `=` and `~`, none of these for `!=`, exactly one otherwise; null is the absence of a value. */
  readonly values: readonly (string | number | boolean | null)[]
}

/** The filter language in one paragraph, for help texts. */
export const FILTER_HELP =
  'field=value, several times for any of them; field!=value; field=null for none; ' +
  'field>=x, <=, > and < for times, numbers and severities; field~part for a part of a text. ' +
  'A field that holds a list fulfils field=value when it contains the value.'

const EXPRESSION = /^\s*([A-Za-z][A-Za-z0-9]*)\s*(!=|>=|<=|=|>|<|~)(.*)$/s
const TOGETHER: readonly Operator[] = ['=', '!=', '~']

/** Reads filter expressions such as `severity=HIGH`; what is said twice of a field with `=` means either. */
export function parseFilter(relation: Relation, expressions: readonly string[]): Condition[] {
  const conditions: Condition[] = []
  for (const expression of expressions) {
    const { field, operator, value } = parseExpression(relation, expression)
    const same = conditions.findIndex((each) => each.field === field && each.operator === operator)
    const before = TOGETHER.includes(operator) ? conditions[same] : undefined
    if (before) conditions[same] = { ...before, values: [...before.values, value] }
    else conditions.push({ field, operator, values: [value] })
  }
  return conditions
}

function parseExpression(relation: Relation, expression: string) {
  const [, name = '', sign, text = ''] = EXPRESSION.exec(expression) ?? []
  if (sign === undefined) {
    throw new Refused('bad-filter', `"${excerpt(expression)}" is no filter. Write it as field=value, e.g. status=OPEN.`)
  }
  const field = fieldNamed(relation, name)
  const operator = sign as Operator
  if (text.includes('\0')) throw new Refused('bad-filter', `The filter on ${name} holds a character that no text has.`)
  checkOperator(field, operator)
  return { field, operator, value: parseValue(field, operator, text) }
}

/** The field of a name, or a refusal that names those there are. */
export function fieldNamed(relation: Relation, name: string): Field {
  const field = relation.fields.get(name)
  if (field) return field
  const names = [...relation.fields.keys()].join(', ')
  throw new Refused('unknown-field', `There is no field "${excerpt(name)}" here. There are ${names}.`, {
    details: { fields: [...relation.fields.keys()] },
  })
}

function checkOperator({ name, type, ranks }: Field, operator: Operator): void {
  const isOrdered = type === 'time' || type === 'number' || ranks !== undefined
  if (!TOGETHER.includes(operator) && !isOrdered) {
    throw new Refused('bad-filter', `${name} has no order that ${operator} could mean. Use =, != or ~.`)
  }
  if (operator === '~' && !['text', 'texts', 'json'].includes(type)) {
    throw new Refused('bad-filter', `${name} is no text that has parts. Use =, !=, >=, <=, > or <.`)
  }
}

function parseValue(field: Field, operator: Operator, text: string): Condition['values'][number] {
  if (operator === '~') return text
  if (text === 'null' && (operator === '=' || operator === '!=')) return null
  const { name, type } = field
  const trimmed = text.trim()
  switch (type) {
    case 'text':
      return field.values ? parseWord(name, field.values, trimmed) : text
    case 'texts':
      return text
    case 'time':
      return parseTime(name, trimmed)
    case 'number':
      return parseNumber(field, trimmed)
    case 'boolean':
      if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
      throw new Refused('bad-filter', `${name} is true, false or null, not "${excerpt(text)}".`)
    case 'json':
      throw new Refused('bad-filter', `${name} is compared with null or by a part of its text: ${name}~part.`)
  }
}

function parseWord(name: string, values: readonly string[], text: string): string {
  const known = values.find((value) => value.toLowerCase() === text.toLowerCase())
  if (known !== undefined) return known
  // A typing mistake must not look like an empty answer; a word that Wiz added since can still be asked for.
  const sentence = `${name} is one of ${values.join(', ')}, not "${excerpt(text)}". For other words use ${name}~word.`
  throw new Refused('bad-filter', sentence)
}

function parseNumber({ name, pgType }: Field, text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN
  const isFit = pgType === 'bigint' ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (!isFit) throw new Refused('bad-filter', `${name} is a number, not "${excerpt(text)}".`)
  return value
}

function parseTime(name: string, text: string): string {
  const moment = momentOf(text)
  if (moment !== undefined) return moment
  throw new Refused('bad-filter', `${name} is a time, not "${excerpt(text)}". Write it as ${MOMENT_EXAMPLE}.`)
}

function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
