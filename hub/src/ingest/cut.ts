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
const MOST_PAGES = 40
const LEAST_PAGES = 4
// Parts get smaller towards the end, so that this many walks side by side finish at about the same time.
const WALKS = 10
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
        : byTime(slice, await cutsBetween(store, kind, connectionId, dimension.column, slice, shares, earliest))
    if (parts.length > 1) return parts
  }
  return []
}

/** Where to cut so many pages, as shares of the whole between 0 and 1. */
function sharesOf(pages: number): number[] {
  const shares: number[] = []
  for (let left = pages; left >= 2 * LEAST_PAGES; ) {
    left -= Math.min(MOST_PAGES, Math.max(LEAST_PAGES, left / WALKS))
    shares.push(1 - left / pages)
  }
  return shares
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

/** Where to cut: at the quantiles of what is stored already, else evenly. */
async function cutsBetween(
  store: Store,
  kind: Kind,
  connectionId: number,
  column: string,
  { window }: Slice,
  shares: readonly number[],
  earliest: string | null,
): Promise<number[]> {
  const name = quoted(sqlName(column))
  const { rows } = await store.pool.query<{ n: number; cuts: (string | null)[] | null }>(
    `SELECT count(*)::int AS n, array_agg(extract(epoch FROM cut) * 1000)::float8[]::text[] AS cuts FROM (
       SELECT unnest(percentile_disc($4::float8[]) WITHIN GROUP (ORDER BY ${name})) AS cut FROM ${quoted(kind.table)}
       WHERE connection_id = $1 AND ${name} > coalesce($2, '-infinity')::timestamptz AND ${name} < coalesce($3, 'infinity')::timestamptz
     ) q WHERE cut IS NOT NULL`,
    [connectionId, window?.after ?? null, window?.before ?? null, shares],
  )
  const known = (rows[0]?.cuts ?? []).flatMap((cut) => (cut === null ? [] : [Math.round(Number(cut))]))
  const cuts = known.length === shares.length ? known : evenly(window, shares, earliest)
  // Rows that share a moment cannot be cut apart: equal cuts fall together.
  return [...new Set(cuts)].filter((cut) => Number.isFinite(cut)).sort((a, b) => a - b)
}

function evenly(window: Slice['window'], shares: readonly number[], earliest: string | null): number[] {
  const from = Date.parse(window?.after ?? earliest ?? '')
  const length = (window?.before ? Date.parse(window.before) : Date.now()) - from
  return length > 4 * OVERLAP_MS * shares.length ? shares.map((share) => Math.round(from + length * share)) : []
}

function moment(ms: number): string {
  return new Date(ms).toISOString()
}
