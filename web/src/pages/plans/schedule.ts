/** How often a plan runs, as the form has it. */
export interface Schedule {
  readonly every: 'hours' | 'days' | 'cron' | 'manual'
  /** What is typed into the field for a number, which may be empty for a while. */
  readonly hours: number | string
  readonly days: number | string
  readonly cron: string
}

/** The most hours and days between two runs. */
export const MOST = { hours: 24, days: 90 } as const

const PLAIN: Schedule = { every: 'manual', hours: 6, days: 1, cron: '30 2 * * 1-5' }

/** Reads a schedule as the API writes it: "every 6 hours", a cron expression or "manual". */
export function scheduleOf(text: string): Schedule {
  const [, count = '1', unit] = /^every (?:(\d+) )?(hour|day)s?$/.exec(text.trim().toLowerCase()) ?? []
  if (unit === 'hour') return { ...PLAIN, every: 'hours', hours: Number(count) }
  if (unit === 'day') return { ...PLAIN, every: 'days', days: Number(count) }
  return text === 'manual' ? PLAIN : { ...PLAIN, every: 'cron', cron: text }
}

/** Writes it as the API reads it. */
export function scheduleText({ every, hours, days, cron }: Schedule): string {
  if (every === 'manual') return 'manual'
  if (every === 'cron') return cron.trim()
  const [count, unit] = every === 'hours' ? [hours, 'hour'] : [days, 'day']
  return `every ${count} ${unit}${Number(count) === 1 ? '' : 's'}`
}

/** What is wrong with a schedule, if anything is. */
export function scheduleProblem({ every, hours, days, cron }: Schedule): string | undefined {
  if (every === 'hours') return rangeProblem(hours, MOST.hours)
  if (every === 'days') return rangeProblem(days, MOST.days)
  if (every === 'cron' && cron.trim().split(/\s+/).length !== 5) {
    return 'Five parts: minute, hour, day of the month, month, day of the week.'
  }
  return undefined
}

function rangeProblem(count: number | string, most: number): string | undefined {
  const isRight = Number.isInteger(count) && Number(count) >= 1 && Number(count) <= most
  return isRight ? undefined : `A whole number from 1 to ${most}.`
}
