/** One line of CSV (RFC 4180). */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** A value as a cell; what a spreadsheet would run as a formula is made plain text by an apostrophe. */
export function csvCell(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = defuse(textOf(value))
  // The semicolon separates cells where the comma is the decimal sign.
  return /[",;\t\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('; ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

// Signs that begin a formula, also in full width, and also behind what spreadsheets trim.
const FORMULA = /^[\s"'`]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]|^\n/
const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

function defuse(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
}
