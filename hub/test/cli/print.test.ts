import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean, cleanJson } from '../../src/cli/print/clean.ts'
import { detailsOf } from '../../src/cli/print/details.ts'
import { tableOf } from '../../src/cli/print/table.ts'
import { exitCodeOf } from '../../src/cli/run/follow-run.ts'
import { Pace } from '../../src/cli/run/pace.ts'
import { leftOf } from '../../src/cli/run/progress.ts'

const HOSTILE = [
  '\u001b[2J\u001b[31mred',
  '\u009b31m',
  '\u001b]0;title\u0007',
  'a\rb\nc\td',
  '\u202egnp.exe',
  '\u0000',
  '\u2066x',
]
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
const ORDERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string())).map((parts) => parts.join('')),
)

describe('what is printed', () => {
  it('RUN-2 never lets data give orders to a terminal', () => {
    const law = fc.property(
      hostileText,
      fc.option(fc.integer({ min: 10, max: 200 }), { nil: undefined }),
      (text, width) => {
        expect(clean(text)).not.toMatch(ORDERS)
        expect(clean(text)).not.toContain('\n')
        const table = tableOf(['name', 'other'], [{ name: text, other: [text, { deep: text }] }], { width })
        expect(table).not.toMatch(ORDERS)
        expect(table.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
        expect(detailsOf({ name: text, items: [{ a: text }], raw: { b: text } })).not.toMatch(ORDERS)
      },
    )
    fc.assert(law, { numRuns: 500 })
  })

  it('RUN-2 prints JSON that means what it meant', () => {
    const law = fc.property(fc.oneof(hostileText, fc.jsonValue()), (value) => {
      const text = cleanJson(value, 2)
      expect(text).not.toMatch(ORDERS)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    })
    fc.assert(law, { numRuns: 500 })
  })

  it('RUN-2 cuts a table to the terminal, and keeps ids whole as long as that goes', () => {
    const rows = [
      { title: 'a long title that goes on and on', severity: 'CRITICAL', id: '0b5c9d3e-0000-4000-8000-000000000000' },
    ]
    const lines = (width: number | undefined) =>
      tableOf(['title', 'severity', 'id'], rows, { width, whole: ['id'] })
        .trimEnd()
        .split('\n')
    expect(lines(undefined)[1]).toBe(`${rows[0]?.title}  CRITICAL  ${rows[0]?.id}`)
    for (const width of [60, 70, 79]) {
      for (const line of lines(width)) expect(line.length).toBeLessThanOrEqual(width)
      expect(lines(width)[1]).toContain(rows[0]?.id)
      expect(lines(width)[1]).toContain('…')
    }
    expect(lines(30)[1]?.length).toBeLessThanOrEqual(30)
  })

  it('RUN-2 prints times as they are, and relative to now on a terminal', () => {
    const at = new Date(Date.now() - 3 * 3_600_000).toISOString()
    expect(tableOf(['at'], [{ at }])).toContain(at)
    expect(tableOf(['at'], [{ at }], { isRelative: true })).toContain('3 hours ago')
  })
})

describe('runs', () => {
  it('RUN-1 foretells how long the rest takes from the last seconds', () => {
    const pace = new Pace()
    expect(pace.secondsTo(100)).toBeUndefined()
    for (let second = 0; second <= 60; second++)
      pace.add({ at: second * 1000, done: second < 50 ? 0 : (second - 49) * 100 })
    expect(pace.rate).toBe(100)
    expect(pace.secondsTo(2100)).toBe(10)
    expect([undefined, 59, 120, 3700].map(leftOf)).toEqual([
      'time left unknown',
      '59 s left',
      '2 min left',
      '1 h 2 min left',
    ])
  })

  it('RUN-1 ends with the exit code of the run', () => {
    const kind = (state: string, held = 0) => ({
      kind: 'issue',
      state,
      held,
      heldState: held > 0 ? 'waiting' : null,
      error: null,
      leftOut: {},
    })
    const code = (status: string, ...receipts: ReturnType<typeof kind>[]) =>
      exitCodeOf({ id: 1, status, error: null, receipts })
    expect(code('complete', kind('complete'))).toBe(0)
    expect(code('partial', kind('complete'), kind('partial'))).toBe(3)
    expect(code('partial', kind('complete'), kind('partial', 7))).toBe(4)
    expect(code('partial', kind('failed'), kind('partial', 7))).toBe(3)
    for (const status of ['failed', 'cancelled', 'running']) expect(code(status, kind('failed'))).toBe(1)
  })
})
