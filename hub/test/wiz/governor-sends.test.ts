import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFarClock } from '../../src/wiz/far-clock.ts'
import { advance, createGovernor, initialPace, type Ledger, type Pace } from '../../src/wiz/governor.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface World {
  readonly perSecond: number
  readonly latencyMs: number
  readonly seconds: number
  /** What the next thing that a machine does takes: a trip to the ledger, a trip back, the time from a turn to its call. */
  readonly delay: () => number
}

/** When three processes sent, with a ledger of another clock, where everything takes its time. */
async function sends({ perSecond, latencyMs, seconds, delay }: World): Promise<number[]> {
  let pace: Pace = initialPace
  const farLedger = (): Ledger => {
    const clock = createFarClock()
    return {
      async reserve(wanted, outcomes) {
        const askedAt = performance.now()
        await wait(delay())
        const now = 5e11 + 1.0004 * performance.now()
        const next = advance(pace, { wanted, outcomes, aheadMs: 60, limit: { perSecond } }, now)
        pace = next.pace
        await wait(delay())
        clock.hear(now, askedAt, performance.now())
        await wait(delay())
        const { slots, ...grant } = next.grant
        return { ...grant, turns: slots.map(({ slot }) => ({ slot, ...clock.here(slot) })) }
      },
    }
  }
  const sent: number[] = []
  const end = new AbortController()
  const ignored = (error: unknown) => {
    if (!end.signal.aborted) throw error
  }
  const work = Array.from({ length: 3 }, () => createGovernor({ ledger: farLedger() })).flatMap((governor) =>
    Array.from({ length: 12 }, async () => {
      while (!end.signal.aborted) {
        const task = async (sending: () => void) => {
          await wait(delay())
          sending()
          sent.push(performance.now())
          await wait(latencyMs)
        }
        await governor.run(task, { signal: end.signal }).catch(ignored)
      }
    }),
  )
  await vi.advanceTimersByTimeAsync(seconds * 1000)
  end.abort()
  await vi.advanceTimersByTimeAsync(20_000)
  await Promise.all(work)
  return sent.sort((a, b) => a - b)
}

describe('several processes on one pace', () => {
  it('ING-11 never send more in any second than is allowed, however late each of them gets round to it', async () => {
    const late = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 15 }) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 200 }) },
      { weight: 1, arbitrary: fc.integer({ min: 200, max: 3000 }) },
    )
    const delays = fc.array(late, { minLength: 30, maxLength: 200 })
    const setting = fc.record({ perSecond: fc.constantFrom(1, 3, 10), latencyMs: fc.constantFrom(20, 800), delays })
    await fc.assert(
      fc.asyncProperty(setting, async ({ delays, ...world }) => {
        let at = 0
        const delay = () => delays[at++ % delays.length] ?? 0
        const sent = await sends({ ...world, seconds: 15, delay })
        for (const [at, first] of sent.entries()) {
          const next = sent[at + world.perSecond]
          if (next !== undefined) expect(next - first).toBeGreaterThanOrEqual(1014)
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  it.each([
    20, 800,
  ])('ING-11 use at least nine and a half of ten where machines are in time (answers in %d ms)', async (latencyMs) => {
    let at = 0
    const sent = await sends({ perSecond: 10, latencyMs, seconds: 120, delay: () => (at++ * 7) % 6 })
    expect(sent.length / 120).toBeGreaterThanOrEqual(9.5)
  })

  it('ING-11 hand back a turn that they missed, and do not send', async () => {
    const said: string[] = []
    const governor = createGovernor({
      ledger: {
        async reserve(wanted, outcomes) {
          said.push(...outcomes.map(({ result }) => result))
          const turns = Array.from({ length: wanted }, (_, slot) => ({ slot, opensAt: performance.now(), offByMs: 0 }))
          const grant = { againInMs: null, heldBy: null, isHeldBack: false, ratePerSecond: 10, concurrency: 10 }
          return { ...grant, turns }
        },
      },
    })
    let tried = 0
    const call = governor.run(async (sending) => {
      tried += 1
      if (tried === 1) await wait(300)
      sending()
      return 'sent'
    })
    await vi.advanceTimersByTimeAsync(1000)
    expect(await call).toBe('sent')
    expect(tried).toBe(2)
    expect(said).toEqual(['unused', 'passed'])
  })
})

describe('a clock elsewhere', () => {
  it('ING-11 says when a moment has surely come there, and knows it the better the more it heard', () => {
    const trip = fc.record({ afterMs: fc.nat(5000), thereMs: fc.nat(300), backMs: fc.nat(300) })
    fc.assert(
      fc.property(fc.array(trip, { minLength: 1 }), fc.integer({ min: -1e12, max: 1e12 }), (trips, ahead) => {
        const clock = createFarClock()
        let now = 0
        for (const { afterMs, thereMs, backMs } of trips) {
          const askedAt = now + afterMs
          const stampedAt = askedAt + thereMs
          now = stampedAt + backMs
          clock.hear(stampedAt + ahead, askedAt, now)
          const { opensAt, offByMs } = clock.here(now + ahead)
          expect(opensAt).toBeGreaterThanOrEqual(now)
          expect(opensAt - offByMs).toBeLessThanOrEqual(now)
          expect(offByMs).toBeLessThanOrEqual(thereMs + backMs)
        }
      }),
    )
  })

  it('ING-11 is believed anew when it was set', () => {
    const clock = createFarClock()
    clock.hear(1_000_000, 10, 12)
    clock.hear(500_000, 20, 24)
    expect(clock.here(500_000)).toEqual({ opensAt: 24, offByMs: 4 })
  })
})
