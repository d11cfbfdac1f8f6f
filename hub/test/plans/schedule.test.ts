import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkTimeZone, nextRun, parseSchedule } from '../../src/ingest/plans/schedule.ts'

const next = (text: string, after: string, zone?: string) =>
  nextRun(parseSchedule(text), new Date(after), zone)?.toISOString()

const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
)

describe('every so many hours', () => {
  it('ING-4 ING-5 comes so many hours after, whatever the clocks do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), moments, zones, (hours, after, zone) => {
        const at = nextRun(parseSchedule(`every ${hours} hours`), after, zone)
        expect((at?.getTime() ?? 0) - after.getTime()).toBe(hours * 3_600_000)
      }),
    )
  })

  it.each(['every 0 hours', 'every 25 hours', 'every 0 days', 'every 91 days'])('ING-5 refuses %s', (text) => {
    expect(() => parseSchedule(text)).toThrow(/every 1 to/)
  })

  it('ING-5 takes one hour in three spellings', () => {
    for (const text of ['every hour', 'every 1 hour', ' Every  1 HOURS ']) {
      expect(parseSchedule(text)).toEqual({ every: 'hours', count: 1 })
    }
  })
})

describe('every so many days', () => {
  it('ING-3 comes daily at 01:15 UTC', () => {
    expect(next('every 1 day', '2026-11-21T01:14:59Z')).toBe('2026-11-21T01:15:00.000Z')
    expect(next('every 1 day', '2026-11-21T01:15:00Z')).toBe('2026-11-22T01:15:00.000Z')
    expect(next('every 3 days', '2026-11-21T01:15:00Z')).toBe('2026-11-24T01:15:00.000Z')
  })

  it('ING-3 keeps to 01:15 by the clock of the zone, exactly so many days on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        moments,
        fc.constantFrom('UTC', 'Asia/Kolkata'),
        (days, after, zone) => {
          const schedule = parseSchedule(`every ${days} days`)
          const one = nextRun(schedule, after, zone) as Date
          const two = nextRun(schedule, one, zone) as Date
          expect(one.getTime()).toBeGreaterThan(after.getTime())
          expect(one.getTime() - after.getTime()).toBeLessThanOrEqual(days * 86_400_000)
          expect(two.getTime() - one.getTime()).toBe(days * 86_400_000)
          expect(clockOf(one, zone)).toBe('01:15')
        },
      ),
    )
  })
})

describe('cron', () => {
  it('ING-5 runs a daily plan once on the day the clocks go forward, also when its time does not exist', () => {
    expect(next('30 2 * * *', '2026-03-28T02:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z')
    expect(next('30 2 * * *', '2026-03-29T01:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30:00.000Z')
  })

  it('ING-5 runs a daily plan once on the day the clocks go back, also when its time comes twice', () => {
    expect(next('30 2 * * *', '2026-10-24T12:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
    expect(next('30 2 * * *', '2026-10-25T00:30:00Z', 'Europe/Berlin')).toBe('2026-10-26T01:30:00.000Z')
  })

  it('ING-5 lets a daily plan run exactly once each local day, over years and changes of the clocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        moments,
        zones,
        (h, m, from, zone) => {
          const schedule = parseSchedule(`${m} ${h} * * *`)
          let at = nextRun(schedule, from, zone) as Date
          for (let day = 0; day < 400; day++) {
            const following = nextRun(schedule, at, zone) as Date
            expect(following.getTime()).toBeGreaterThan(at.getTime())
            expect(daysBetween(at, following, zone)).toBe(1)
            at = following
          }
        },
      ),
      { numRuns: 12 },
    )
  })

  it('ING-5 obeys the time zone', () => {
    expect(next('0 9 * * 1', '2026-11-21T00:00:00Z', 'America/New_York')).toBe('2026-11-23T14:00:00.000Z')
    expect(next('0 9 * * 1', '2026-11-21T00:00:00Z', 'Asia/Kolkata')).toBe('2026-11-23T03:30:00.000Z')
  })

  it.each([
    '61 * * * *',
    '* * * *',
    '* * * * * *',
    'every now and then',
    '',
    '0 0 30 2 *',
    '@daily',
  ])('ING-5 refuses %j and says how to write it', (text) => {
    expect(() => parseSchedule(text)).toThrow(/Write "every 6 hours"/)
  })

  it('ING-5 reads whatever is typed, or refuses it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseSchedule(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-schedule' })
        }
      }),
    )
  })
})

it('ING-5 a manual plan never comes by itself, and a time zone has to exist', () => {
  expect(nextRun(parseSchedule('manual'), new Date())).toBeNull()
  expect(checkTimeZone('europe/berlin')).toBe('Europe/Berlin')
  expect(() => checkTimeZone('Europe/Atlantis')).toThrow(/Europe\/Berlin/)
})

function clockOf(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(date)
}

/** How many midnights lie between two moments by the calendar of a zone. */
function daysBetween(one: Date, two: Date, timeZone: string): number {
  const day = (date: Date) =>
    Date.parse(new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(date))
  return (day(two) - day(one)) / 86_400_000
}
