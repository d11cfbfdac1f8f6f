import { mix } from '../world/chance/hash.ts'

/** UUIDs of bulk rows, written as bytes because a million of them as text would take longer than the rest of their rows. */
export interface BulkIds {
  /** Writes the 36 characters of a row's id. */
  write(target: Uint8Array, at: number, row: number): void
  id(row: number): string
  /** The row an id belongs to, or -1. */
  row(id: string): number
}

const HEX = Buffer.from('0123456789abcdef')
const DASH = 45
const LENGTH = 36

/** Murmur3's finalizer: scrambles 32 bits and loses none. */
function scramble(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The way back; the factors are the inverses modulo 2³². */
function unscramble(word: number): number {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x7ed1b41d)
  h = Math.imul(h ^ (h >>> 13) ^ (h >>> 26), 0xa5cb9243)
  return (h ^ (h >>> 16)) >>> 0
}

function writeHex(target: Uint8Array, at: number, value: number, digits: number): void {
  for (let place = digits - 1; place >= 0; place--) {
    target[at + digits - 1 - place] = HEX[(value >>> (place * 4)) & 15] as number
  }
}

/** Makes the ids of one root field. */
export function bulkIds(key: number): BulkIds {
  const write = (target: Uint8Array, at: number, row: number) => {
    const second = mix(key, row)
    const third = mix(key + 1, row)
    writeHex(target, at, scramble(row ^ key), 8)
    writeHex(target, at + 9, second >>> 16, 4)
    writeHex(target, at + 14, (second & 0x0fff) | 0x4000, 4)
    writeHex(target, at + 19, ((third >>> 16) & 0x3fff) | 0x8000, 4)
    writeHex(target, at + 24, third & 0xffff, 4)
    writeHex(target, at + 28, scramble(second ^ third), 8)
    for (const dash of [8, 13, 18, 23]) target[at + dash] = DASH
  }
  const id = (row: number) => {
    const text = Buffer.alloc(LENGTH)
    write(text, 0, row)
    return text.toString('latin1')
  }
  return {
    write,
    id,
    row(text) {
      const row = (unscramble(Number.parseInt(text.slice(0, 8), 16)) ^ key) >>> 0
      return id(row) === text ? row : -1
    },
  }
}
