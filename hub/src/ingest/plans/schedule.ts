import { Cron } from 'croner'
import { Refused } from '../../errors.ts'

/** When a plan runs. */
type Schedule =
  | { readonly every: 'hours'; readonly count: number }
  | { readonly every: 'days'; readonly count: number }
  | { readonly every: 'cron'; readonly cron: string }
  | { readonly every: 'never' }

// The time of day of plans that run every so many days.
const DAILY = '15 1 * * *'
const HOUR_MS = 3_600_000
const MOST_HOURS = 24
const MOST_DAYS = 90
const HINT = 'Write "every 6 hours", "every 1 day", a cron expression such as "30 2 * * 1-5", or "manual".'

/** Reads a schedule as people write it, or says how to write it. */
export function parseSchedule(text: string): Schedule {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  if (words === 'manual') return { every: 'never' }
  const [, digits = '1', unit] = /^every (?:(\d{1,4}) )?(hour|day)s?$/.exec(words) ?? []
  if (unit === 'hour') return { every: 'hours', count: within(Number(digits), MOST_HOURS, 'hours') }
  if (unit === 'day') return { every: 'days', count: within(Number(digits), MOST_DAYS, 'days') }
  if (words.split(' ').length !== 5) throw new Refused('bad-schedule', `"${text.slice(0, 60)}" is no schedule. ${HINT}`)
  const schedule: Schedule = { every: 'cron', cron: words }
  // An expression can be well formed and still never come true, such as 30 February.
  if (!nextRun(schedule, new Date(0), 'UTC')) {
    throw new Refused('bad-schedule', `"${text.slice(0, 60)}" never comes true. ${HINT}`)
  }
  return schedule
}

/** A time zone as the IANA database names it, or a refusal. */
export function checkTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    throw new Refused(
      'bad-time-zone',
      `"${name.slice(0, 60)}" is no time zone. Write one such as UTC or Europe/Berlin.`,
    )
  }
}

/** The next moment of a schedule after another moment; null where there is none. */
export function nextRun(schedule: Schedule, after: Date, timeZone = 'UTC'): Date | null {
  switch (schedule.every) {
    case 'never':
      return null
    case 'hours':
      return new Date(after.getTime() + schedule.count * HOUR_MS)
    case 'days':
      return daysAfter(after, schedule.count, timeZone)
    case 'cron':
      return open(schedule.cron, timeZone).nextRun(after)
  }
}

function daysAfter(after: Date, count: number, timeZone: string): Date | null {
  const daily = open(DAILY, timeZone)
  let next: Date | null = after
  for (let day = 0; day < count && next; day++) next = daily.nextRun(next)
  return next
}

function open(cron: string, timezone: string): Cron {
  try {
    return new Cron(cron, { timezone, paused: true, mode: '5-part' })
  } catch (error) {
    throw new Refused('bad-schedule', `"${cron.slice(0, 60)}" is no cron expression. ${HINT}`, { cause: error })
  }
}

function within(count: number, most: number, unit: string): number {
  if (count >= 1 && count <= most) return count
  throw new Refused('bad-schedule', `A schedule can be every 1 to ${most} ${unit}. ${HINT}`)
}
