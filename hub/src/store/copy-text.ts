import type { Kind } from '../kinds/kind.ts'
import { postgresJson, type ReadNode, type Value } from '../kinds/read-node.ts'

/** A row in the text format of COPY, in the order of the staging table. */
export function copyText(kind: Kind, row: ReadNode): Buffer {
  const columns = Object.values(kind.columns)
  const fields = row.values.map((value, index) => field(value, columns[index]?.type === 'json'))
  return Buffer.from(`${fields.join('\t')}\t${escapeText(row.raw)}\t${row.hash}\n`)
}

function field(value: Value, isJson: boolean): string {
  if (value === null) return '\\N'
  if (isJson) return escapeText(postgresJson(value))
  if (typeof value === 'string') return escapeText(value)
  if (Array.isArray(value)) return escapeText(arrayText(value as readonly string[]))
  return String(value)
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
