import type { Store } from '../../store/open-store.ts'
import { FINDINGS, OF_ANY_RANK, type VisibleRows } from './findings-view.ts'

const DAY_MS = 86_400_000

/** Findings of a severity that were found on the same day. */
export interface Found {
  readonly day: string | null
  readonly severity: string
  readonly n: number
  readonly open: number
  /** How many of them have not been closed. */
  readonly unclosed: number
}

/** Findings of a severity that were closed on the same day, or at a time nobody knows. */
export interface Closed {
  readonly day: string | null
  readonly severity: string
  readonly n: number
}

/** How long it took to fix the findings of a severity. */
interface Fixed {
  readonly severity: string
  readonly fixed: number
  readonly medianHours: number
}

/** The day that lies so many days before a moment, as `2026-11-22`. */
export function daysBefore(now: number, days: number): string {
  return new Date(now - days * DAY_MS).toISOString().slice(0, 10)
}

/** What was found since a day, by day, and what was found nobody knows when. */
export async function readFound(store: Store, visible: VisibleRows, since: string): Promise<Found[]> {
  const counts =
    'count(*)::int AS n, count(*) FILTER (WHERE is_open)::int AS open, count(*) FILTER (WHERE is_closed IS NOT TRUE)::int AS unclosed'
  const found = (when: string) =>
    `SELECT ${dayOf('detected_at')} AS moment, severity, ${counts} FROM ${FINDINGS} WHERE ${OF_ANY_RANK} AND ${when} GROUP BY 1, 2`
  const text = `SELECT ${AS_DAY} AS day, coalesce(severity, 'NONE') AS severity, n, open, unclosed
    FROM (${found('detected_at >= $3')} UNION ALL ${found('detected_at IS NULL')}) found`
  return (await store.pool.query<Found>(text, [...visible, since])).rows
}

/** What was closed since a day, by day, and what was closed nobody knows when. */
export async function readClosed(store: Store, visible: VisibleRows, since: string): Promise<Closed[]> {
  const closed = (
    when: string,
  ) => `SELECT ${dayOf('closed_at')} AS moment, severity, count(*)::int AS n FROM ${FINDINGS}
    WHERE is_closed AND detected_at IS NOT NULL AND ${when} GROUP BY 1, 2`
  const parts = [...CLOSED_SINCE, 'resolved_at IS NULL AND updated_at IS NULL'].map(closed)
  const text = `SELECT ${AS_DAY} AS day, coalesce(severity, 'NONE') AS severity, n FROM (${parts.join(' UNION ALL ')}) closed`
  return (await store.pool.query<Closed>(text, [...visible, since])).rows
}

/** How long it took to fix what was fixed since a day. */
export async function readTimeToFix(store: Store, visible: VisibleRows, since: string): Promise<Fixed[]> {
  const parts = CLOSED_SINCE.map(
    (when) => `SELECT severity, closed_at - detected_at AS took FROM ${FINDINGS}
      WHERE is_closed AND status = 'RESOLVED' AND closed_at >= detected_at AND ${when}`,
  )
  const text = `SELECT coalesce(severity, 'NONE') AS severity, count(*)::int AS fixed,
      (extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY took)) / 3600)::float8 AS "medianHours"
    FROM (${parts.join(' UNION ALL ')}) fixed GROUP BY 1`
  return (await store.pool.query<Fixed>(text, [...visible, since])).rows
}

// As the index of when findings were closed has it.
const CLOSED_SINCE = ['resolved_at >= $3', 'resolved_at IS NULL AND updated_at >= $3']
// Grouping by a moment is many times faster than by what a calendar says.
const dayOf = (column: string) => `date_bin('1 day', ${column}, '2000-01-01Z')`
const AS_DAY = "to_char(moment, 'YYYY-MM-DD')"
