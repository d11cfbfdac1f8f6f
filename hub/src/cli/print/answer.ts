import { csvLine } from '../../operations/csv.ts'
import { clean, cleanJson } from './clean.ts'
import { detailsOf } from './details.ts'
import { print } from './output.ts'
import { type TableStyle, tableOf } from './table.ts'

/** The ways to print a list. */
export const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const
export type Format = (typeof FORMATS)[number]

/** How to print. */
interface Printing {
  readonly format: Format
  /** The columns of a table or of CSV. */
  readonly columns: readonly string[]
}

/** A page of a list. */
export interface List {
  readonly items: readonly object[]
  /** Absent where a list always comes whole. */
  readonly nextCursor?: string | null
  readonly total?: number
  readonly totalIsAtLeast?: boolean
}

/** Prints a list. */
export async function printList(list: List, { format, columns }: Printing): Promise<void> {
  if (format === 'json') return print(`${cleanJson(list, 2)}\n`)
  if (format === 'ndjson') return print(list.items.map((item) => `${cleanJson(item)}\n`).join(''))
  if (format === 'csv')
    return print([columns, ...list.items.map((item) => cellsOf(item, columns))].map(csvLine).join(''))
  if (list.items.length > 0) await print(tableOf(columns, list.items, { ...styleOf(), whole: ['id'] }))
  const { items: _, nextCursor: __, total: ___, totalIsAtLeast: ____, ...rest } = list
  // What has parts of its own is for programs: in one line it would fill the screen.
  const facts = Object.entries(rest).filter(([, value]) => typeof value !== 'object' || Array.isArray(value))
  if (facts.length > 0) await print(`\n${detailsOf(Object.fromEntries(facts), styleOf())}`)
}

function cellsOf(item: object, columns: readonly string[]): unknown[] {
  const values = columns.map((name) => (item as Record<string, unknown>)[name])
  // A file gets what is there; a terminal must not be given orders.
  return process.stdout.isTTY ? values.map((value) => (typeof value === 'string' ? clean(value) : value)) : values
}

/** Prints an answer that is no list. */
export async function printAnswer(answer: unknown, format: Format): Promise<void> {
  if (format === 'table' && typeof answer === 'object' && answer !== null) return print(detailsOf(answer, styleOf()))
  return print(`${cleanJson(answer, format === 'ndjson' ? undefined : 2)}\n`)
}

/** How tables look here: cut to the terminal, or whole where they go into a file. */
export function styleOf(): TableStyle {
  return process.stdout.isTTY ? { width: process.stdout.columns || undefined, isRelative: true } : {}
}
