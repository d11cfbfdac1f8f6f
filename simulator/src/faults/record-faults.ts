import { isConnection, rowsOf } from './connection.ts'
import { responseFault } from './fault.ts'

function nullLists(value: unknown, fields: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, child] of Object.entries(value)) {
    if (Array.isArray(child) && (fields.length === 0 || fields.includes(name))) Object.assign(value, { [name]: null })
    else nullLists(child, fields)
  }
}

/** What goes wrong with single records of a page. */
export const recordFaults = {
  'null-items': responseFault({
    about: 'Every `nth` node is null, without any error.',
    params: { nth: 10 },
    suits: isConnection,
    tamper: ({ value, params }) => {
      if (isConnection(value)) value.nodes = value.nodes.map((node, index) => (index % params.nth === 0 ? null : node))
    },
  }),
  'null-lists': responseFault({
    about: 'Lists inside the nodes are null: those named in `fields`, or all.',
    params: { fields: [] as string[] },
    suits: isConnection,
    tamper: ({ value, params }) => {
      for (const row of rowsOf(value)) nullLists(row, params.fields)
    },
  }),
  'record-without-id': responseFault({
    about: 'The record at `index` has no id.',
    params: { index: 0 },
    suits: isConnection,
    tamper: ({ value, params }) => {
      const row = rowsOf(value)[params.index]
      if (row) delete row.id
    },
  }),
  'record-wrong-type': responseFault({
    about: 'The record at `index` has `wrong` (default: an object) where `field` should be.',
    params: { index: 0, field: 'createdAt', wrong: { unexpected: true } as unknown },
    suits: isConnection,
    tamper: ({ value, params }) => {
      const row = rowsOf(value)[params.index]
      if (row) row[params.field] = params.wrong
    },
  }),
  'record-unknown-enum': responseFault({
    about: 'The record at `index` has the word `word`, which no schema knows, as its `field`.',
    params: { index: 0, field: 'severity', word: 'SEVERE' },
    suits: isConnection,
    tamper: ({ value, params }) => {
      const row = rowsOf(value)[params.index]
      if (row) row[params.field] = params.word
    },
  }),
  'record-gigantic': responseFault({
    about: 'The record at `index` has a `field` of `bytes` characters.',
    params: { index: 0, field: 'description', bytes: 5_000_000 },
    suits: isConnection,
    tamper: ({ value, params }) => {
      const row = rowsOf(value)[params.index]
      if (row) row[params.field] = 'x'.repeat(params.bytes)
    },
  }),
  'record-hostile-text': responseFault({
    about: 'The record at `index` has a `field` with NUL, a lone surrogate, markup and terminal escapes.',
    params: { index: 0, field: 'description' },
    suits: isConnection,
    tamper: ({ value, params }) => {
      const row = rowsOf(value)[params.index]
      if (row)
        row[params.field] = 'a\u0000b \ud800 <script>alert(1)</script> \u001b[31mred \u202e =HYPERLINK("http://x")'
    },
  }),
  'enum-added': responseFault({
    about: 'A new word `word` has joined an enum: every `nth` record has it as its `field`.',
    params: { field: 'severity', word: 'SEVERE', nth: 10 },
    suits: isConnection,
    tamper: ({ value, params }) => {
      for (const [index, row] of rowsOf(value).entries()) if (index % params.nth === 0) row[params.field] = params.word
    },
  }),
}
