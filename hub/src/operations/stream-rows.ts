import { z } from 'zod'
import { csvLine } from './csv.ts'
import type { TextStream } from './text-stream.ts'

const CONTENT_TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' }

type Format = keyof typeof CONTENT_TYPES

/** How rows are written into a file. */
export const formatInput = z.enum(['csv', 'ndjson']).default('ndjson').describe('How to write it.')

/** Rows as a file, however many there are: as CSV with the given columns, or as one JSON object per line. */
export function streamRows(
  batches: AsyncIterable<readonly Record<string, unknown>[]>,
  { name, format, columns, signal }: { name: string; format: Format; columns: readonly string[]; signal: AbortSignal },
): TextStream {
  const isCsv = format === 'csv'
  const write = (row: Record<string, unknown>) =>
    isCsv ? csvLine(columns.map((column) => row[column])) : `${JSON.stringify(row)}\n`
  async function* chunks() {
    if (isCsv) yield csvLine(columns)
    for await (const rows of batches) {
      signal.throwIfAborted()
      yield rows.map(write).join('')
    }
  }
  return { contentType: CONTENT_TYPES[format], fileName: `${name}.${format}`, chunks: chunks() }
}
