import type { Column } from '../kinds/column.ts'
import type { Kind } from '../kinds/kind.ts'
import type { ReadNode, Value } from '../kinds/read-node.ts'

/** A row in the text format of COPY, without the end of the line: its columns, the raw node and the hash. */
export function copyText(kind: Kind, row: ReadNode): string {
  const columns = Object.values(kind.columns)
  const fields = row.values.map((value, index) => field(value, columns[index]))
  return `${fields.join('\t')}\t${escapeText(safeJson(row.raw))}\t${row.hash}`
}

function field(value: Value, column: Column | undefined): string {
  if (value === null) return NULL
  if (column?.type === 'json') return escapeText(safeJson(JSON.stringify(value)))
  const fit = column?.isIndexed ? indexable : (text: string) => text
  if (typeof value === 'string') {
    return column?.type === 'time' && BEYOND_CALENDAR.test(value) ? NULL : escapeText(fit(value))
  }
  if (Array.isArray(value)) return escapeText(arrayText((value as readonly string[]).map(fit)))
  return String(value)
}

const NULL = '\\N'
// JavaScript reads moments that PostgreSQL refuses: of the year 0, and with offsets of 16 hours and more.
const BEYOND_CALENDAR = /^0000|[+-](?:1[6-9]|2\d):\d\d$/
// An entry of an index holds at most some 2,700 bytes, the id included; the raw node keeps what is cut off.
const LONGEST_INDEXED = 400

function indexable(text: string): string {
  return text.length > LONGEST_INDEXED ? `${text.slice(0, LONGEST_INDEXED - 1).toWellFormed()}…` : text
}

// In JSON text a name of a field looks like any other string; an escaped backslash stands for itself.
const ESCAPED = /\\\\|\\u(?:0000|d[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|d[89a-f][\da-f]{2})/gi
// A whole surrogate pair is a character like any other.
const PAIR_LENGTH = 12

/** JSON text without the characters that PostgreSQL's text refuses, wherever they stand: NUL and halves of surrogate pairs. */
export function safeJson(json: string): string {
  if (!json.includes('\\u')) return json
  return json.replaceAll(ESCAPED, (found) => (found === '\\\\' || found.length === PAIR_LENGTH ? found : '\ufffd'))
}

/** A list of words as PostgreSQL's array text. */
function arrayText(words: readonly string[]): string {
  return `{${words.map((word) => `"${word.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
}

const SPECIAL = /[\\\n\r\t]/
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeText(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? '') : text
}
