import { connectionOf } from '../kinds/document.ts'
import type { Kind } from '../kinds/kind.ts'
import type { Store } from '../store/open-store.ts'
import { quoted, sqlName } from '../store/sql-name.ts'
import type { Slice } from './scope.ts'

/** A part of a kind, named for people. */
export interface Part {
  readonly label: string
  readonly slice: Slice
}

// Below this many pages one chain is as good as several.
const PAGES_WORTH_CUTTING = 8
const MOST_PAGES = 16
const LEAST_PAGES = 1
// A page with few rows costs as much as a full one: parts are meant to end a little before their last page does.
const LAST_PAGE = 0.9
// Parts get smaller towards the end, so that this many walks side by side finish at about the same time.
const WALKS = 20
// Less than this is not worth dividing: whoever walks it loses the page that is under way.
const PAGES_WORTH_DIVIDING = 3
// Fewer stored rows than this share of what Wiz has say nothing about where the others lie.
const KNOWN_SHARE = 0.5
// Neighbouring windows overlap by this much, because nobody says whether `before` is exclusive.
const OVERLAP_MS = 1

/** Whether a slice with this many rows should be cut; what was cut once is only cut again when it is far too large. */
export function isWorthCutting(kind: Kind, slice: Slice, total: number): boolean {
  const { pageSize, partitions, delta } = connectionOf(kind)
  if (slice.whole || (slice.since && delta) || partitions.length === 0) return false
  const isPart = slice.window !== undefined || slice.value !== undefined
  return total > pageSize * (isPart ? 2 * MOST_PAGES : PAGES_WORTH_CUTTING)
}

/** Cuts a slice into parts that can be walked side by side and that together miss nothing; empty where it cannot. */
export async function cut(
  store: Store,
  kind: Kind,
  connectionId: number,
  slice: Slice,
  total: number,
  earliest: string | null,
): Promise<Part[]> {
  const { pageSize, partitions } = connectionOf(kind)
  const shares = sharesOf(total / pageSize)
  for (const dimension of partitions) {
    const parts =
      dimension.by === 'values'
        ? byValues(slice, dimension.values)
        : byTime(
            slice,
            await cutsBetween(store, kind, connectionId, dimension.column, slice, { total, shares, earliest }),
          )
    if (parts.length > 1) return parts
  }
  return []
}

/** Where to cut so many pages, as shares of the whole between 0 and 1. */
function sharesOf(pages: number): number[] {
  const shares: number[] = []
  for (let left = pages; left >= 2 * LEAST_PAGES; ) {
    left -= Math.min(MOST_PAGES, Math.max(LEAST_PAGES, Math.floor(left / WALKS))) - 1 + LAST_PAGE
    shares.push(1 - left / pages)
  }
  return shares
}

/** How a walk in its middle can be divided: what it has walked already, and parts that together miss nothing of the rest. */
export interface Division {
  readonly walked: Slice
  readonly rest: readonly Part[]
}

/** The column by which walks of a kind go through their window from its beginning; undefined where that is not known. */
export function walkedBy(kind: Kind): string | undefined {
  const { order, partitions } = connectionOf(kind)
  const time = partitions.find((each) => each.by === 'time')
  return order?.direction === 'ASC' && order.field === sqlName(time?.filter ?? '').toUpperCase()
    ? time?.column
    : undefined
}

/** Whether what is left of a walk is worth being divided. */
export function isWorthDividing(kind: Kind, slice: Slice, left: number): boolean {
  return slice.window !== undefined && !slice.since && left > connectionOf(kind).pageSize * PAGES_WORTH_DIVIDING
}

/** Divides a walk that has come to a moment, so that several can go on with the rest; undefined where nothing is gained. */
export async function divide(
  store: Store,
  kind: Kind,
  connectionId: number,
  slice: Slice,
  walk: { reached: number; left: number; hands: number },
): Promise<Division | undefined> {
  const column = walkedBy(kind)
  // Where many rows share a moment a walk may have pages of it only: begun again there, it would never get beyond.
  if (!column || walk.reached - OVERLAP_MS <= Date.parse(slice.window?.after ?? '')) return undefined
  const after = moment(walk.reached - OVERLAP_MS)
  const rest: Slice = { ...slice, window: { after, before: slice.window?.before ?? null } }
  const count = Math.min(walk.hands, Math.floor(walk.left / connectionOf(kind).pageSize / LAST_PAGE))
  const shares = Array.from({ length: count - 1 }, (_, index) => (index + 1) / count)
  const parts = byTime(
    rest,
    await cutsBetween(store, kind, connectionId, column, rest, { total: walk.left, shares, earliest: after }),
  )
  const walked = { ...slice, window: { after: slice.window?.after ?? null, before: moment(walk.reached + OVERLAP_MS) } }
  return parts.length > 1 ? { walked, rest: parts } : undefined
}

function byValues(slice: Slice, values: readonly string[]): Part[] {
  return slice.value === undefined ? values.map((value) => ({ label: value, slice: { ...slice, value } })) : []
}

function byTime(slice: Slice, cuts: readonly number[]): Part[] {
  const edges = [null, ...cuts, null]
  return edges.slice(1).map((to, index) => {
    const from = edges[index] ?? null
    const window = {
      after: from === null ? (slice.window?.after ?? null) : moment(from - OVERLAP_MS),
      before: to === null ? (slice.window?.before ?? null) : moment(to + OVERLAP_MS),
    }
    const label = `${window.after?.slice(0, 10) ?? 'the beginning'} to ${window.before?.slice(0, 10) ?? 'the end'}`
    return { label, slice: { ...slice, window } }
  })
}

/** Where to cut: at the quantiles of what is stored, provided that it is most of what there is, else evenly. */
async function cutsBetween(
  store: Store,
  kind: Kind,
  connectionId: number,
  column: string,
  { window }: Slice,
  { total, shares, earliest }: { total: number; shares: readonly number[]; earliest: string | null },
): Promise<number[]> {
  const name = quoted(sqlName(column))
  const { rows } = await store.pool.query<{ n: number; cuts: number[] }>(
    `SELECT n, ARRAY(SELECT round(extract(epoch FROM cut) * 1000)::float8 FROM unnest(cuts) cut) AS cuts FROM (
       SELECT count(*)::int AS n, percentile_disc($4::float8[]) WITHIN GROUP (ORDER BY ${name}) AS cuts
       FROM ${quoted(kind.table)} WHERE connection_id = $1
         AND ${name} > coalesce($2, '-infinity')::timestamptz AND ${name} < coalesce($3, 'infinity')::timestamptz
     ) known`,
    [connectionId, window?.after ?? null, window?.before ?? null, shares],
  )
  const { n = 0, cuts: known = [] } = rows[0] ?? {}
  const isKnown = known.length === shares.length && n >= total * KNOWN_SHARE
  const cuts = isKnown ? known : evenly(window, shares, earliest)
  // Rows that share a moment cannot be cut apart: equal cuts fall together, and each part is smaller than the whole.
  const from = Date.parse(window?.after ?? '') + OVERLAP_MS
  const to = Date.parse(window?.before ?? '') - OVERLAP_MS
  return [...new Set(cuts)]
    .filter((cut) => Number.isFinite(cut) && !(cut <= from) && !(cut >= to))
    .sort((a, b) => a - b)
}

function evenly(window: Slice['window'], shares: readonly number[], earliest: string | null): number[] {
  const from = Date.parse(window?.after ?? earliest ?? '')
  const length = (window?.before ? Date.parse(window.before) : Date.now()) - from
  return length > 4 * OVERLAP_MS * shares.length ? shares.map((share) => Math.round(from + length * share)) : []
}

function moment(ms: number): string {
  return new Date(ms).toISOString()
}
