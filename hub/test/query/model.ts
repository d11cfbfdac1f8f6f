import type { Kind } from '../../src/kinds/kind.ts'
import type { Values } from './rows.ts'

/** A row of a connection, in memory. */
export interface ModelRow {
  readonly connection: string
  readonly values: Values
}

/** A filter as the tests draw it, before it becomes text. */
export interface ModelFilter {
  readonly name: string
  readonly operator: '=' | '!=' | '~' | '>=' | '<=' | '>' | '<'
  readonly text: string
}

/** What the filter language promises, said a second time and without SQL. */
export function matches(kind: Kind, row: ModelRow, filters: readonly ModelFilter[]): boolean {
  const groups = Map.groupBy(filters, ({ name, operator }) => `${name}${'=!=~'.includes(operator) ? operator : ''}`)
  return [...groups.values()].every((group) => {
    const operator = group[0]?.operator
    if (operator === '=' || operator === '~') return group.some((filter) => holds(kind, row, filter))
    if (operator === '!=') return group.every((filter) => !holds(kind, row, { ...filter, operator: '=' }))
    return group.every((filter) => holds(kind, row, filter))
  })
}

function holds(kind: Kind, { connection, values }: ModelRow, { name, operator, text }: ModelFilter): boolean {
  const column = kind.columns[name]
  const value = name === 'connection' ? connection : (values[name] ?? null)
  if (operator === '=' && text === 'null') return value === null || (Array.isArray(value) && value.length === 0)
  if (value === null) return false
  if (operator === '~') return partsOf(value).some((part) => part.toLowerCase().includes(text.toLowerCase()))
  if (operator === '=') return partsOf(value).some((part) => key(part, column?.type) === key(text, column?.type))
  const order = column?.isRanked
    ? rank(column.values, String(value)) - rank(column.values, text)
    : compareKeys(key(String(value), column?.type), key(text, column?.type))
  if (column?.isRanked && rank(column.values, String(value)) === 0) return false
  return (operator.includes('=') && order === 0) || (operator.startsWith('>') ? order > 0 : order < 0)
}

function partsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [typeof value === 'object' ? JSON.stringify(value) : String(value)]
}

/** Orders two rows by `field` or `field:desc`, then id and connection; rows without a value last. Of equal severity, by age. */
export function compareRows(kind: Kind, wanted: readonly string[], connectionIds: readonly string[]) {
  const isBySeverity = wanted.length === 1 && wanted[0]?.split(':')[0] === kind.finding?.severity
  const sort = isBySeverity ? [...wanted, `${wanted[0]}`.replace('severity', kind.finding?.detectedAt ?? '')] : wanted
  const isDescending = sort.at(-1)?.endsWith(':desc') ?? false
  return (a: ModelRow, b: ModelRow): number => {
    for (const each of sort) {
      const [name = '', direction] = each.split(':')
      const order = compareValues(kind, name, a, b, direction === 'desc')
      if (order !== 0) return order
    }
    const last = compareKeys(a.values.id, b.values.id) || order(connectionIds, a) - order(connectionIds, b)
    return isDescending ? -last : last
  }
}

function order(connectionIds: readonly string[], row: ModelRow): number {
  return connectionIds.indexOf(row.connection)
}

function compareValues(kind: Kind, name: string, a: ModelRow, b: ModelRow, isDescending: boolean): number {
  const column = kind.columns[name]
  const sign = isDescending ? -1 : 1
  if (name === 'connection') return sign * compareKeys(a.connection, b.connection)
  const [left, right] = [a.values[name] ?? null, b.values[name] ?? null]
  if (column?.isRanked) return sign * (rank(column.values, left) - rank(column.values, right))
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  return sign * compareKeys(key(String(left), column?.type), key(String(right), column?.type))
}

function rank(values: readonly string[] | undefined, value: unknown): number {
  return (values?.indexOf(String(value)) ?? -1) + 1
}

type Key = string | number | bigint

function key(text: string, type: string | undefined): Key {
  if (type === 'number') return Number(text)
  if (type === 'time') return microseconds(text)
  return text
}

/** A moment in whole microseconds, which a Date would lose. */
function microseconds(text: string): bigint {
  const [, fraction = ''] = /\.(\d+)/.exec(text) ?? []
  return BigInt(Date.parse(text.replace(/\.\d+/, ''))) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}
