import { createHash } from 'node:crypto'

/** A short name for a filter, so that a cursor cannot be carried over to another walk. */
export function fingerprintOf(filterBy: unknown): string {
  return createHash('sha1')
    .update(JSON.stringify(filterBy ?? null))
    .digest('base64url')
    .slice(0, 12)
}

/** Writes an opaque cursor. */
export function writeCursor(position: number, fingerprint: string): string {
  return Buffer.from(JSON.stringify({ fields: [{ Field: fingerprint, Value: position }] })).toString('base64')
}

/** Reads a cursor; undefined when it is none of this walk. */
export function readCursor(cursor: unknown, fingerprint: string): number | undefined {
  try {
    const { fields } = JSON.parse(Buffer.from(String(cursor), 'base64').toString('utf8'))
    const { Field, Value } = fields[0]
    return Field === fingerprint && Number.isSafeInteger(Value) ? Value : undefined
  } catch {
    return undefined
  }
}
