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
const PAGES_PER_PART = 20
const MOST_PARTS = 64
// Neighbouring windows overlap by this much, because nobody says whether `before` is exclusive.
const OVERLAP_MS = 1

/** Whether a slice with this many rows should be cut; what was cut once is only cut again when it is far too large. */
export function isWorthCutting(kind: Kind, slice: Slice, total: number): boolean {
  const { pageSize, partitions, delta } = connectionOf(kind)
  if (slice.whole || (slice.since && delta) || partitions.length === 0) return false
  const isPart = slice.window !== undefined || slice.value !== undefined
  return total > pageSize * (isPart ? 2 * PAGES_PER_PART : PAGES_WORTH_CUTTING)
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
  const wanted = Math.max(2, Math.min(MOST_PARTS, Math.round(total / pageSize / PAGES_PER_PART)))
  for (const dimension of partitions) {
    const parts =
      dimension.by === 'values'
        ? byValues(slice, dimension.values)
        : byTime(slice, await cutsBetween(store, kind, connectionId, dimension.column, slice, wanted, earliest))
    if (parts.length > 1) return parts
  }
  return []
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
  parts: number,
  earliest: string | null,
): Promise<number[]> {
  const name = quoted(sqlName(column))
  const shares = Array.from({ length: parts - 1 }, (_, index) => (index + 1) / parts)
  const { rows } = await store.pool.query<{ n: number; cuts: (string | null)[] | null }>(
    `SELECT count(*)::int AS n, array_agg(extract(epoch FROM cut) * 1000)::float8[]::text[] AS cuts FROM (
       SELECT unnest(percentile_disc($4::float8[]) WITHIN GROUP (ORDER BY ${name})) AS cut FROM ${quoted(kind.table)}
       WHERE connection_id = $1 AND ${name} > coalesce($2, '-infinity')::timestamptz AND ${name} < coalesce($3, 'infinity')::timestamptz
     ) q WHERE cut IS NOT NULL`,
    [connectionId, window?.after ?? null, window?.before ?? null, shares],
  )
  const known = (rows[0]?.cuts ?? []).flatMap((cut) => (cut === null ? [] : [Math.round(Number(cut))]))
  const cuts = known.length === shares.length ? known : evenly(window, parts, earliest)
  // Rows that share a moment cannot be cut apart: equal cuts fall together.
  return [...new Set(cuts)].filter((cut) => Number.isFinite(cut)).sort((a, b) => a - b)
}

function evenly(window: Slice['window'], parts: number, earliest: string | null): number[] {
  const from = Date.parse(window?.after ?? earliest ?? '')
  const to = window?.before ? Date.parse(window.before) : Date.now()
  const step = (to - from) / parts
  if (!(step > 4 * OVERLAP_MS)) return []
  return Array.from({ length: parts - 1 }, (_, index) => Math.round(from + step * (index + 1)))
}

function moment(ms: number): string {
  return new Date(ms).toISOString()
}
