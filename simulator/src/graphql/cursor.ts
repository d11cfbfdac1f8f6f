import { createHash } from 'node:crypto'
import type { Ordering } from '../world/listing/listing.ts'
import type { Position, SortKey } from '../world/table/row-order.ts'
import type { Table } from '../world/table/table.ts'
import { badInput } from './user-error.ts'

/** What a cursor belongs to: it is worthless with any other filter, order, root or account. */
export function walkFingerprint(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
}

/** Writes the position after a row. */
export function encodeCursor(table: Table, ordering: Ordering, row: number, key: SortKey, walk: string): string {
  const value = typeof key === 'number' && Number.isNaN(key) ? null : key
  const fields = [
    { Field: ordering.by, Value: value },
    { Field: 'id', Value: table.id(row) },
  ]
  return Buffer.from(JSON.stringify({ fields, walk })).toString('base64')
}

interface Decoded {
  fields: { Field: unknown; Value: unknown }[]
  walk: unknown
}

function isDecoded(value: unknown): value is Decoded {
  return (
    typeof value === 'object' &&
    value !== null &&
    'fields' in value &&
    Array.isArray(value.fields) &&
    value.fields.length === 2 &&
    'walk' in value
  )
}

/** Reads a cursor that was handed out for this walk. */
export function decodeCursor(table: Table, cursor: string, walk: string): Position {
  let decoded: unknown
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'))
  } catch {
    throw badInput('after is not a valid cursor')
  }
  if (!isDecoded(decoded)) throw badInput('after is not a valid cursor')
  if (decoded.walk !== walk) throw badInput('after is a cursor of another query: keep filter and order through a walk')
  const [key, id] = decoded.fields.map(({ Value }) => Value)
  const row = typeof id === 'string' ? table.rowEver(id) : -1
  if (row < 0) throw badInput('after is not a valid cursor')
  return { key: typeof key === 'number' || typeof key === 'string' ? key : null, row }
}
