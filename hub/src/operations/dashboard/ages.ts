import { bySeverity } from './dashboard-face.ts'
import { daysBefore, type Found } from './moves.ts'

const AGES: readonly [age: string, least: number, most: number | null][] = [
  ['under 7 days', 0, 7],
  ['7 to 30 days', 7, 30],
  ['30 to 90 days', 30, 90],
  ['90 to 180 days', 90, 180],
  ['over 180 days', 180, null],
]

/** From how many days on it no longer matters when a finding was found. */
export const OLDEST_AGE = 180

interface Age {
  readonly age: string
  readonly since: string | null
  readonly until: string | null
  readonly open: Record<string, number>
}

/** How long the open findings have been open; the oldest are what is left of all. */
export function agesOf(now: number, open: Readonly<Record<string, number>>, found: readonly Found[]): Age[] {
  const left: Record<string, number> = { ...open }
  for (const { severity, open: n } of found.filter(({ day }) => day === null))
    left[severity] = (left[severity] ?? 0) - n
  return AGES.map(([age, least, most]) => {
    const since = most === null ? null : daysBefore(now, most)
    const until = least === 0 ? null : daysBefore(now, least)
    if (since === null) return { age, since, until, open: positive(left) }
    const within = found.filter(({ day }) => day !== null && day >= since && (until === null || day < until))
    const counts: Record<string, number> = {}
    for (const { severity, open: n } of within) {
      counts[severity] = (counts[severity] ?? 0) + n
      left[severity] = (left[severity] ?? 0) - n
    }
    return { age, since, until, open: positive(counts) }
  })
}

function positive(counts: Readonly<Record<string, number>>): Record<string, number> {
  return bySeverity(Object.entries(counts).flatMap(([severity, n]) => (n > 0 ? [{ severity, n }] : [])))
}
