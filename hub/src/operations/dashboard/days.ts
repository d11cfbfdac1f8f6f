import type { Store } from '../../store/open-store.ts'
import { FINDINGS } from './findings-view.ts'

interface Day {
  readonly day: string
  readonly open: Record<string, number>
  readonly opened: number
  readonly closed: number
}

interface Move {
  readonly day: string | null
  readonly severity: string
  readonly opened: number
  readonly closed: number
}

/** How many findings were open at the end of each day, and how many came and went on it. */
export async function readDays(store: Store, values: readonly unknown[], days: number): Promise<Day[]> {
  // What happened before the first day is one row without a day.
  const { rows } = await store.pool.query<Move>(
    `SELECT CASE WHEN day >= current_date - $3::int + 1 THEN to_char(day, 'YYYY-MM-DD') END AS day, severity,
       sum(opened)::int AS opened, sum(closed)::int AS closed
     FROM (
       SELECT (detected_at AT TIME ZONE 'UTC')::date AS day, coalesce(severity, 'NONE') AS severity, count(*) AS opened,
         0 AS closed FROM ${FINDINGS} WHERE detected_at IS NOT NULL GROUP BY 1, 2
       UNION ALL
       SELECT (closed_at AT TIME ZONE 'UTC')::date, coalesce(severity, 'NONE'), 0, count(*)
       FROM ${FINDINGS} WHERE closed_at IS NOT NULL AND detected_at IS NOT NULL GROUP BY 1, 2
     ) move GROUP BY 1, 2`,
    [...values, days],
  )
  const open: Record<string, number> = {}
  const apply = (moves: readonly Move[]) => {
    for (const { severity, opened, closed } of moves) open[severity] = (open[severity] ?? 0) + opened - closed
  }
  apply(rows.filter((row) => row.day === null))
  return lastDays(days).map((day) => {
    const moves = rows.filter((row) => row.day === day)
    apply(moves)
    const sum = (what: 'opened' | 'closed') => moves.reduce((all, move) => all + move[what], 0)
    return { day, open: { ...open }, opened: sum('opened'), closed: sum('closed') }
  })
}

const DAY_MS = 86_400_000

function lastDays(days: number): string[] {
  const today = Date.now()
  return Array.from({ length: days }, (_, index) =>
    new Date(today - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  )
}
