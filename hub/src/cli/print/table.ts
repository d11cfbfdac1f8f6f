import Table from 'cli-table3'
import { clean } from './clean.ts'

const GAP = 2
// Five columns of these beside an id still fit a terminal of 80.
const NARROWEST = 6

/** How a table is to look. */
export interface TableStyle {
  /** Columns that are to stay whole when others are cut. */
  readonly whole?: readonly string[]
  /** Undefined: as wide as it gets. */
  readonly width?: number | undefined
  /** Times as people say them, e.g. "3 hours ago". */
  readonly isRelative?: boolean
}

/** Rows as a table for people; nothing of it can move the cursor. */
export function tableOf(columns: readonly string[], rows: readonly object[], style: TableStyle = {}): string {
  const cells = rows.map((row) =>
    columns.map((name) => cellOf((row as Record<string, unknown>)[name], style.isRelative)),
  )
  const widths = fit(columns, cells, style)
  const table = new Table({
    head: columns.map((name, index) => cut(headOf(name), widths[index])),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map((name) => (isNumeric(name, rows) ? 'right' : 'left')),
  })
  table.push(...cells.map((row) => row.map((cell, index) => cut(cell, widths[index]))))
  return `${table.toString().replaceAll(/ +$/gm, '')}\n`
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
}

function headOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toUpperCase()
}

function isNumeric(name: string, rows: readonly object[]): boolean {
  const values = rows.map((row) => (row as Record<string, unknown>)[name]).filter((value) => value !== null)
  return values.length > 0 && values.every((value) => typeof value === 'number')
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** A value as one line. */
export function cellOf(value: unknown, isRelative = false): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return isRelative && TIME.test(value) ? ago(value) : clean(value)
  if (Array.isArray(value)) return value.map((each) => cellOf(each, isRelative)).join(', ')
  if (typeof value === 'object') {
    const parts = Object.entries(value).filter(([, each]) => each !== null)
    return parts.map(([name, each]) => `${clean(name)}: ${cellOf(each, isRelative)}`).join(', ')
  }
  return String(value)
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

function ago(time: string): string {
  const seconds = (Date.parse(time) - Date.now()) / 1000
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round(seconds / length), unit)
}

/** The width of each column: the widest give way until the table fits. */
function fit(columns: readonly string[], cells: readonly (readonly string[])[], style: TableStyle): number[] {
  const widths = columns.map((name, index) =>
    Math.max(headOf(name).length, ...cells.map((row) => widthOf(row[index] ?? ''))),
  )
  if (style.width === undefined) return widths
  const isWhole = (index: number) => style.whole?.includes(columns[index] ?? '') === true
  let excess = widths.reduce((sum, width) => sum + width + GAP, -GAP - style.width)
  for (const mayCut of [(index: number) => !isWhole(index), () => true]) {
    while (excess > 0) {
      const candidates = widths.flatMap((width, index) => (mayCut(index) && width > NARROWEST ? [index] : []))
      const widest = candidates.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0]
      if (widest === undefined) break
      widths[widest] = (widths[widest] ?? 0) - 1
      excess -= 1
    }
  }
  return widths
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu

function widthOf(text: string): number {
  return [...text].length + (text.match(WIDE)?.length ?? 0)
}

function cut(text: string, width: number | undefined): string {
  if (width === undefined || widthOf(text) <= width) return text
  let shown = ''
  for (const character of text) {
    if (widthOf(shown + character) > width - 1) break
    shown += character
  }
  return `${shown}…`
}
