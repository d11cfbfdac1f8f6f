import { gzipSync } from 'node:zlib'

/** A column of a report: its title and how a row's cell is made. */
export interface CsvColumn<Row> {
  title: string
  cell(row: Row): unknown
}

/** Columns by their title. */
export function csvColumns<Row>(cells: Record<string, (row: Row) => unknown>): CsvColumn<Row>[] {
  return Object.entries(cells).map(([title, cell]) => ({ title, cell }))
}

/** Keeps what was made for the latest row, as the cells of one row all start from the same node. */
export function latest<T>(make: (row: number) => T): (row: number) => T {
  let at = -1
  let made: T | undefined
  return (row) => {
    if (row !== at || made === undefined) made = make(row)
    at = row
    return made
  }
}

function quoted(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const CHUNK = 64 * 1024

/** Writes RFC 4180 text in chunks; with gzip every chunk is a member of its own, which any gunzip joins. */
export function* writeCsv<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: Iterable<Row>,
  gzip: boolean,
): Generator<Uint8Array> {
  const pack = (text: string) => (gzip ? gzipSync(text) : Buffer.from(text))
  let text = `${columns.map(({ title }) => quoted(title)).join(',')}\n`
  for (const row of rows) {
    text += `${columns.map(({ cell }) => quoted(cell(row))).join(',')}\n`
    if (text.length < CHUNK) continue
    yield pack(text)
    text = ''
  }
  if (text !== '') yield pack(text)
}
