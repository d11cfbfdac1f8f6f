import type { Store } from '../../store/open-store.ts'
import { bySeverity } from './dashboard-face.ts'
import { FINDINGS } from './findings-view.ts'

const AGES: readonly [age: string, least: number, most: number | null][] = [
  ['under 7 days', 0, 7],
  ['7 to 30 days', 7, 30],
  ['30 to 90 days', 30, 90],
  ['90 to 180 days', 90, 180],
  ['over 180 days', 180, null],
]

interface Age {
  readonly age: string
  readonly since: string | null
  readonly until: string | null
  readonly open: Record<string, number>
}

/** How long the open findings have been open. */
export async function readAges(store: Store, values: readonly unknown[]): Promise<Age[]> {
  const { rows } = await store.pool.query<{ bucket: number; severity: string; n: number }>(
    `SELECT width_bucket(current_date - (detected_at AT TIME ZONE 'UTC')::date, ARRAY[8, 31, 91, 181]) AS bucket,
       coalesce(severity, 'NONE') AS severity, count(*)::int AS n
     FROM ${FINDINGS} WHERE is_open AND detected_at IS NOT NULL GROUP BY 1, 2`,
    [...values],
  )
  return AGES.map(([age, least, most], index) => ({
    age,
    since: most === null ? null : daysAgo(most),
    until: least === 0 ? null : daysAgo(least),
    open: bySeverity(rows.filter((row) => row.bucket === index)),
  }))
}

/** How long it took to fix what was fixed lately. */
export async function readTimeToFix(store: Store, values: readonly unknown[], days: number) {
  const { rows } = await store.pool.query<{ severity: string; fixed: number; medianHours: number }>(
    `SELECT coalesce(severity, 'NONE') AS severity, count(*)::int AS fixed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - detected_at) / 3600) AS "medianHours"
     FROM ${FINDINGS}
     WHERE status = 'RESOLVED' AND closed_at >= now() - make_interval(days => $3::int) AND closed_at >= detected_at
     GROUP BY 1`,
    [...values, days],
  )
  return rows
}

const DAY_MS = 86_400_000

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)
}
