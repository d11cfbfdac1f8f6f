import type { Kind } from '../kinds/kind.ts'
import type { ReadNode } from '../kinds/read-node.ts'
import { BinaryFields } from './binary-fields.ts'

/** Rows of a kind as PostgreSQL takes them in bulk, and as they travel between threads. */
export interface CopyRows {
  readonly ids: readonly string[]
  readonly hashes: readonly string[]
  /** The rows in the binary format of COPY, one after the other, each without what all rows of a page have in common. */
  readonly bytes: Uint8Array
  /** Where each row ends in the bytes. */
  readonly ends: Uint32Array
}

/** What all rows of a page have in common. */
export interface RowOrigin {
  readonly connectionId: number
  readonly runId: number | null
  readonly cause: string
  /** When Wiz was asked: of two copies with the same version, the one asked for later wins. */
  readonly observedAt: Date
}

/** The columns of a row that COPY brings beside those of its kind, in their order. */
export const COPIED_COLUMNS = ['raw', 'hash', 'connection_id', 'observed_at', 'written_run'] as const

const SMALLEST = 16 * 1024

/** Rows on their way into CopyRows, one after the other, so that none of them has to be remembered. */
export class CopyRowsWriter {
  readonly #columns: readonly Kind['columns'][string][]
  readonly #ids: string[] = []
  readonly #hashes: string[] = []
  readonly #ends: number[] = []
  readonly #fields: BinaryFields

  /** `bytes` is a first guess of how much there will be. */
  constructor(kind: Kind, bytes = SMALLEST) {
    this.#columns = Object.values(kind.columns)
    this.#fields = new BinaryFields(bytes)
  }

  add({ id, hash, raw, values }: ReadNode): void {
    const fields = this.#fields
    fields.row(this.#columns.length + COPIED_COLUMNS.length)
    for (const [index, column] of this.#columns.entries()) fields.value(column, values[index] ?? null)
    fields.json(raw)
    fields.uuid(hash)
    this.#ids.push(id)
    this.#hashes.push(hash)
    this.#ends.push(fields.end)
  }

  finish(): CopyRows {
    return {
      ids: this.#ids,
      hashes: this.#hashes,
      bytes: this.#fields.taken(),
      ends: Uint32Array.from(this.#ends),
    }
  }
}

const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER = Buffer.from([0xff, 0xff])

/** What COPY takes for the rows at these positions. */
export function copyOf({ bytes, ends }: CopyRows, positions: readonly number[], origin: RowOrigin): Buffer {
  const common = new BinaryFields(64)
  common.integer(origin.connectionId)
  common.moment(origin.observedAt.toISOString())
  if (origin.runId === null) common.nothing()
  else common.integer(origin.runId)
  const behind = common.taken()
  const rows = positions.flatMap((at) => [bytes.subarray(ends[at - 1] ?? 0, ends[at]), behind])
  return Buffer.concat([HEADER, ...rows, TRAILER])
}
