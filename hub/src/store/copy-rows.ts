import type { Kind } from '../kinds/kind.ts'
import type { ReadNode } from '../kinds/read-node.ts'
import { copyText } from './copy-text.ts'

/** Rows of a kind as PostgreSQL takes them in bulk, and as they travel between threads. */
export interface CopyRows {
  readonly ids: readonly string[]
  readonly hashes: readonly string[]
  /** The rows in the text format of COPY, one after the other, without ends of lines. */
  readonly text: Uint8Array
  /** Where each row ends in the text. */
  readonly ends: Uint32Array
}

const SMALLEST = 16 * 1024

/** Rows on their way into CopyRows, one after the other, so that none of them has to be remembered. */
export class CopyRowsWriter {
  readonly #kind: Kind
  readonly #ids: string[] = []
  readonly #hashes: string[] = []
  readonly #ends: number[] = []
  #text: Buffer<ArrayBuffer>
  #end = 0

  /** `bytes` is a first guess of how much text there will be. */
  constructor(kind: Kind, bytes = SMALLEST) {
    this.#kind = kind
    this.#text = Buffer.allocUnsafeSlow(bytes)
  }

  add(row: ReadNode): void {
    const line = copyText(this.#kind, row)
    // No character of UTF-16 takes more than three bytes in UTF-8.
    const most = 3 * line.length
    if (this.#text.length - this.#end < most) this.#grow(most)
    this.#end += this.#text.write(line, this.#end)
    this.#ids.push(row.id)
    this.#hashes.push(row.hash)
    this.#ends.push(this.#end)
  }

  finish(): CopyRows {
    return {
      ids: this.#ids,
      hashes: this.#hashes,
      text: this.#text.subarray(0, this.#end),
      ends: Uint32Array.from(this.#ends),
    }
  }

  #grow(room: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.#text.length + room)
    this.#text.copy(larger, 0, 0, this.#end)
    this.#text = larger
  }
}

/** The lines of the rows at these positions, each with what belongs behind it. */
export function linesOf({ text, ends }: CopyRows, positions: readonly number[], behind: string): Buffer {
  const last = Buffer.from(behind)
  return Buffer.concat(positions.flatMap((at) => [text.subarray(ends[at - 1] ?? 0, ends[at]), last]))
}
