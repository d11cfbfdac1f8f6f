import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateForm } from '../src/answer.ts'
import { createRateLimit } from '../src/server/rate-limit.ts'
import { startSimulator } from '../src/simulator.ts'
import { askIssues, tokenOf } from './client.ts'

describe('rate limit', () => {
  it('ING-11 never refuses evenly spaced calls at the limit, also when timers jitter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.double({ min: 0, max: 0.5, noNaN: true })),
        (perSecond, jitter) => {
          let now = 0
          const rate = createRateLimit({ perSecond, concurrency: null }, () => now)
          for (const [turn, late] of jitter.entries()) {
            now = ((turn + late) * 1000) / perSecond
            expect(rate.enter('a')).toEqual({ allowed: true })
            rate.leave('a')
          }
        },
      ),
    )
  })

  it('ING-11 never lets more than N at once and N per second pass', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 300 })), (perSecond, gaps) => {
        let now = 0
        let passed = 0
        const rate = createRateLimit({ perSecond, concurrency: null }, () => now)
        for (const gap of gaps) {
          now += gap
          if (rate.enter('a').allowed) passed += 1
          rate.leave('a')
        }
        expect(passed).toBeLessThanOrEqual(perSecond + 0.5 + (now / 1000) * perSecond + 1e-3)
      }),
    )
  })

  it('keeps accounts apart, says when to come again, and counts calls at the same time', () => {
    let now = 0
    const rate = createRateLimit({ perSecond: 2, concurrency: 3 }, () => now)
    expect([1, 2].map(() => rate.enter('a').allowed)).toEqual([true, true])
    expect(rate.enter('a')).toEqual({ allowed: false, retryAfter: 1 })
    expect(rate.enter('b').allowed).toBe(true)
    now = 2_000
    expect(rate.enter('a').allowed).toBe(true)
    expect(rate.enter('a').allowed).toBe(false)
    rate.leave('a')
    expect(rate.enter('a').allowed).toBe(true)
  })

  it.each<[RateForm, number, string | null]>([
    ['graphql', 200, null],
    ['http-429', 429, '7'],
    ['http-429-no-header', 429, null],
    ['graphql-no-code', 200, null],
    ['http-403-words', 403, null],
  ])('ING-11 tells a refusal as %s', async (form, status, header) => {
    const simulator = await startSimulator({ issues: 20, rate: { perSecond: 1, form, retryAfter: 7 } })
    const token = await tokenOf(simulator)
    await askIssues(simulator, token, { first: 1 })
    const answer = await askIssues(simulator, token, { first: 1 })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('retry-after')).toBe(header)
    expect(answer.text).toContain('Rate limit exceeded')
    if (form === 'graphql') {
      expect(answer.json().errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMIT_EXCEEDED', retryAfter: 7 })
    }
    expect(simulator.journal.summary()).toMatchObject({ calls: 2, refusals: 1 })
    await simulator.close()
  })

  it('holds the concurrency limit over real connections, and can be changed while it runs', async () => {
    const simulator = await startSimulator({ issues: 20, latencyMs: 50, rate: { perSecond: null, concurrency: 2 } })
    const token = await tokenOf(simulator)
    const burst = () => Promise.all(Array.from({ length: 6 }, () => askIssues(simulator, token, { first: 1 })))
    await burst()
    expect(simulator.journal.summary().refusals).toBeGreaterThan(0)
    simulator.rate.set({ concurrency: null })
    simulator.journal.clear()
    await burst()
    expect(simulator.journal.summary()).toMatchObject({ refusals: 0, calls: 6 })
    await simulator.close()
  })
})
