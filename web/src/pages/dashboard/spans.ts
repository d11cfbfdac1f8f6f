import type { Dashboard } from '../../api/types.ts'

type Day = Dashboard['days'][number]

const DAY_MS = 86_400_000
const WEEK = 7
/** More days than these are put together by weeks: thinner bars cannot be told apart. */
const MOST_DAYS = 31

/** What became new and what was closed from one day until another, which is no part of it. */
interface Span {
  readonly name: string
  readonly from: string
  readonly until: string
  readonly opened: number
  readonly closed: number
}

/** The days as they are, or in full weeks that end with the last day. */
export function spansOf(days: readonly Day[]): Span[] {
  const length = days.length > MOST_DAYS ? WEEK : 1
  const first = days.length % length
  return Array.from({ length: Math.floor(days.length / length) }, (_, index) => {
    const start = first + index * length
    const part = days.slice(start, start + length)
    const from = part[0]?.day ?? ''
    const last = part.at(-1)?.day ?? from
    return {
      name: length === 1 ? dayName(from) : `Week from ${dayName(from)}`,
      from,
      until: new Date(Date.parse(last) + DAY_MS).toISOString().slice(0, 10),
      opened: part.reduce((sum, { opened }) => sum + opened, 0),
      closed: part.reduce((sum, { closed }) => sum + closed, 0),
    }
  })
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** 2026-08-25 as 25 Aug. */
export function dayName(day: string): string {
  const [, month, date] = day.split('-').map(Number)
  return `${date} ${MONTHS[(month ?? 1) - 1]}`
}
