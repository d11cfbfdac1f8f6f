import { HOUR, type Micros } from '../world/time/timestamp.ts'
import type { Filter, Window } from './filter.ts'
import type { Rows } from './rows.ts'

/** A walk through the rows that match: positions grow, and a page is what comes after one. */
export interface Walk {
  /** The first position at or after the given one, or -1 at the end. */
  next(position: number): number
  rowAt(position: number): number
  total(): number
}

const inside = (at: Micros, window: Window) => at > window.after && at < window.before

/** The first whole number in [0, size) for which the growing test holds, else size. */
function firstWhere(size: number, holds: (n: number) => boolean): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function matcher(rows: Rows, { statuses, severities }: Filter): ((row: number) => boolean) | null {
  if (!statuses && !severities) return null
  return (row) => (statuses?.includes(rows.status(row)) ?? true) && (severities?.includes(rows.severity(row)) ?? true)
}

function countOf(walk: Omit<Walk, 'total'>): number {
  let total = 0
  for (let at = walk.next(0); at >= 0; at = walk.next(at + 1)) total += 1
  return total
}

const counted = (walk: Omit<Walk, 'total'>): Walk => ({ ...walk, total: () => countOf(walk) })

/** By time of creation, which is by row number. */
function byCreation(rows: Rows, filter: Filter): Walk {
  const matches = matcher(rows, filter)
  const low = firstWhere(rows.count, (row) => rows.createdAt(row) > filter.created.after)
  const high = Math.max(
    low,
    firstWhere(rows.count, (row) => rows.createdAt(row) >= filter.created.before),
  )
  const walk = {
    rowAt: (position: number) => position,
    next(position: number) {
      let row = Math.max(position, low)
      while (matches && row < high && !matches(row)) row += 1
      return row < high ? row : -1
    },
  }
  return matches ? counted(walk) : { ...walk, total: () => high - low }
}

/** By time of change: rows as they were first (position = row), then the log of changes (position = count + change). */
function byChange(rows: Rows, filter: Filter, changed: Window): Walk {
  const { changes, count } = rows
  const matches = matcher(rows, filter)
  const keeps = (row: number) => inside(rows.createdAt(row), filter.created) && (matches?.(row) ?? true)
  const low = firstWhere(count, (row) => rows.createdAt(row) + HOUR > changed.after)
  const high = firstWhere(count, (row) => rows.createdAt(row) + HOUR >= changed.before)
  const from = firstWhere(changes.length(), (change) => changes.at(change) > changed.after)
  const to = firstWhere(changes.length(), (change) => changes.at(change) >= changed.before)
  return counted({
    rowAt: (position) => (position < count ? position : changes.rowOf(position - count)),
    next(position) {
      for (let row = Math.max(position, low); row < high; row++) if (changes.latest(row) < 0 && keeps(row)) return row
      for (let change = Math.max(position - count, from); change < to; change++) {
        const row = changes.rowOf(change)
        if (changes.latest(row) === change && keeps(row)) return count + change
      }
      return -1
    },
  })
}

/** The rows asked for by id, as far as they match the rest of the filter. */
function byIds(rows: Rows, filter: Filter, ids: readonly string[]): Walk {
  const matches = matcher(rows, filter)
  const found = [...new Set(ids.map((id) => rows.ids.row(id)))]
    .filter((row) => row >= 0 && row < rows.count)
    .filter((row) => inside(rows.createdAt(row), filter.created) && (matches?.(row) ?? true))
    .filter((row) => filter.changed === null || inside(rows.changedAt(row), filter.changed))
    .sort((a, b) => a - b)
  return {
    rowAt: (position) => found[position] as number,
    next: (position) => (position < found.length ? position : -1),
    total: () => found.length,
  }
}

/** Plans the walk a filter asks for. */
export function createWalk(rows: Rows, filter: Filter): Walk {
  if (filter.ids) return byIds(rows, filter, filter.ids)
  return filter.changed ? byChange(rows, filter, filter.changed) : byCreation(rows, filter)
}
