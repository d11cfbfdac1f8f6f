import { hashText, mix, unit } from '../world/chance/hash.ts'
import { DAY, HOUR, type Micros } from '../world/time/timestamp.ts'
import { type BulkIds, bulkIds } from './bulk-ids.ts'
import type { LoadRoot } from './load-root.ts'

/** A million rows that are computed, not kept: only what has changed takes memory (5 bytes a row, 12 a change). */
export interface Rows {
  count: number
  ids: BulkIds
  createdAt(row: number): Micros
  changedAt(row: number): Micros
  status(row: number): string
  severity(row: number): string
  /** Changes status and severity of a share of the rows, spread evenly; returns how many. */
  change(fraction: number, now: Micros): number
  /** Counts the calls of `change`, so that others know when what they remember is stale. */
  version(): number
  /** Rows by the time of their latest change: rows never changed by their number, then changes as they came. */
  changes: Changes
}

/** The log of changes. */
export interface Changes {
  length(): number
  rowOf(change: number): number
  at(change: number): Micros
  /** Number of the latest change of a row, or -1. */
  latest(row: number): number
}

const TWO_YEARS = 730 * DAY

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** Lays out rows over the two years that end a day before `now`. */
export function createRows(name: string, root: LoadRoot, count: number, seed: number, now: Micros): Rows {
  const key = mix(hashText(name), seed)
  const start = now - DAY - TWO_YEARS
  const slot = TWO_YEARS / count
  const versions = new Uint8Array(count)
  const latest = new Int32Array(count).fill(-1)
  const changedRows: number[] = []
  const changedTimes: Micros[] = []
  let changeCalls = 0

  const createdAt = (row: number) => start + Math.floor((row + unit(mix(key, row))) * slot)
  const word = (words: readonly string[], row: number, salt: number) =>
    words[(mix(key + salt, row) + (versions[row] ?? 0)) % words.length] as string

  return {
    count,
    ids: bulkIds(key),
    createdAt,
    changedAt: (row) => changedTimes[latest[row] ?? -1] ?? createdAt(row) + HOUR,
    status: (row) => word(root.statuses, row, 1),
    severity: (row) => word(root.severities, row, 2),
    change(fraction, at) {
      const wanted = Math.min(count, Math.round(count * Math.max(0, fraction)))
      let stride = 7919
      while (greatestCommonDivisor(stride, count) !== 1) stride += 1
      const first = mix(key, changeCalls) % count
      let time = Math.max(at, (changedTimes.at(-1) ?? 0) + 1)
      for (let turn = 0; turn < wanted; turn++) {
        const row = (first + turn * stride) % count
        versions[row] = (versions[row] ?? 0) + 1
        latest[row] = changedRows.length
        changedRows.push(row)
        changedTimes.push(time++)
      }
      changeCalls += 1
      return wanted
    },
    version: () => changeCalls,
    changes: {
      length: () => changedRows.length,
      rowOf: (change) => changedRows[change] as number,
      at: (change) => changedTimes[change] as number,
      latest: (row) => latest[row] ?? -1,
    },
  }
}
