import { mix } from './hash.ts'

/** Turns row numbers into UUIDs and back, without remembering any: the first 32 bits are the row, scrambled. */
export interface RowIds {
  id(row: number): string
  /** The row number an id would belong to, or -1 when it is no id of this stream. */
  row(id: string): number
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const hex8 = (n: number) => n.toString(16).padStart(8, '0')

/** The ids of one kind of row; `version` is the UUID version digit they show. */
export function rowIds(key: number, version: 4 | 5 = 4): RowIds {
  const keys = [1, 2, 3, 4].map((round) => mix(key, round))
  const scramble = (row: number) => {
    let left = row >>> 16
    let right = row & 0xffff
    for (const k of keys) [left, right] = [right, left ^ (mix(k, right) & 0xffff)]
    return ((left << 16) | right) >>> 0
  }
  const unscramble = (word: number) => {
    let left = word >>> 16
    let right = word & 0xffff
    for (const k of keys.toReversed()) [left, right] = [right ^ (mix(k, left) & 0xffff), left]
    return ((left << 16) | right) >>> 0
  }
  const id = (row: number) => {
    const second = hex8(mix(keys[0] as number, row))
    const third = hex8(((mix(keys[1] as number, row) & 0x3fffffff) | 0x80000000) >>> 0)
    const fourth = hex8(mix(keys[2] as number, row))
    return `${hex8(scramble(row))}-${second.slice(0, 4)}-${version}${second.slice(5)}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`
  }
  return {
    id,
    row: (text) => {
      if (!UUID.test(text)) return -1
      const row = unscramble(Number.parseInt(text.slice(0, 8), 16))
      return id(row) === text ? row : -1
    },
  }
}

/** A single UUID for something that is not a table row. */
export function uuidOf(key: number, index: number): string {
  return rowIds(key).id(index)
}
