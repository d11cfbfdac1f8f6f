import { cleanJson } from './clean.ts'
import { cellOf, type TableStyle, tableOf } from './table.ts'

/** What of a receipt fits beside each other. */
export const RECEIPT_COLUMNS = [
  'kind',
  'mode',
  'state',
  'expected',
  'fetched',
  'stored',
  'inserted',
  'updated',
  'unchanged',
  'removed',
]

// Lists inside an answer have more to them than fits beside each other.
const TELLING: Readonly<Record<string, readonly string[]>> = {
  receipts: [...RECEIPT_COLUMNS, 'leftOut', 'error'],
  kinds: ['kind', 'state', 'count', 'stored', 'reached', 'fullAt', 'successAt', 'sentence'],
}

/** An answer that is no list: its values under each other, then the lists in it as tables. */
export function detailsOf(answer: object, style: TableStyle = {}): string {
  const entries = Object.entries(answer)
  const tables = entries.filter(([, value]) => isTable(value))
  const values = entries
    .filter(([name, value]) => name !== 'raw' && !isTable(value))
    .map(([name, value]) => [name, cellOf(value, style.isRelative)] as const)
    .filter(([, text]) => text !== '')
  const width = Math.max(0, ...values.map(([name]) => name.length))
  const lines = values.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
  const raw = 'raw' in answer && answer.raw !== undefined ? [`\nraw\n${cleanJson(answer.raw, 2)}\n`] : []
  return [
    `${lines.join('\n')}\n`,
    ...tables.map(([name, rows]) => `\n${name}\n${nested(name, rows, style)}`),
    ...raw,
  ].join('')
}

function isTable(value: unknown): value is object[] {
  return Array.isArray(value) && value.some((each) => typeof each === 'object' && each !== null)
}

function nested(name: string, rows: object[], style: TableStyle): string {
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const telling = TELLING[name]
  const columns = telling ? telling.filter((column) => all.includes(column)) : all
  return tableOf(columns, rows, { ...style, whole: ['id', 'kind', 'state'] })
}
