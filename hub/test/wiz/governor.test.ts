import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf, Retriable } from '../../src/errors.ts'
import {
  advance,
  createGovernor,
  initialPace,
  type Ledger,
  memoryLedger,
  type Outcome,
  type Pace,
  usualLimit,
} from '../../src/wiz/governor.ts'
import { type Limit, limitedServer } from './limited-server.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Lets many workers call a limited server without pause, in simulated time. */
async function saturate(
  limit: Limit,
  seconds: number,
  options: { workers?: number; governors?: number; ledger?: Ledger } = {},
) {
  const { workers = 64, governors: count = 1, ledger = memoryLedger() } = options
  const server = limitedServer(limit)
  const governors = Array.from({ length: count }, () => createGovernor({ ledger }))
  const startedAt = Date.now()
  let over = false
  const work = async (at: number) => {
    while (!over) {
      try {
        await governors[at % count]?.run(server.call)
      } catch (error) {
        if (codeOf(error) !== 'rate-limited') throw error
      }
    }
  }
  const all = Promise.all(Array.from({ length: workers }, (_, at) => work(at)))
  await vi.advanceTimersByTimeAsync(seconds * 1000)
  const numbers = governors.map((governor) => governor.numbers())
  over = true
  await vi.advanceTimersByTimeAsync(400_000)
  await all
  const at = (second: number) => startedAt + second * 1000
  return {
    numbers,
    acceptedPerSecond: (from: number, to: number) => server.acceptedBetween(at(from), at(to)) / (to - from),
    refusedShare: (from: number, to: number) => {
      const refused = server.refusedBetween(at(from), at(to))
      return refused / Math.max(1, refused + server.acceptedBetween(at(from), at(to)))
    },
  }
}

const tenPerSecond = { perSecond: () => 10, latencyMs: 800, retryAfterMs: 1000 }

describe('a governor against a limit', () => {
  it('ING-11 uses at least 95 % of ten calls in any second, and is hardly ever refused', async () => {
    const run = await saturate({ ...tenPerSecond, kind: 'sliding' }, 300)
    expect(run.acceptedPerSecond(20, 300)).toBeGreaterThanOrEqual(9.5)
    expect(run.refusedShare(0, 300)).toBeLessThan(0.01)
  })

  it('ING-11 uses at least 95 % of a token bucket of ten per second', async () => {
    const run = await saturate({ ...tenPerSecond, kind: 'bucket', burst: 10 }, 300)
    expect(run.acceptedPerSecond(20, 300)).toBeGreaterThanOrEqual(9.5)
    expect(run.refusedShare(0, 300)).toBeLessThan(0.05)
  })

  it('ING-11 finds a limit of three per second without many refusals after warming up', async () => {
    const run = await saturate({ perSecond: () => 3, kind: 'sliding', latencyMs: 800, retryAfterMs: 1000 }, 300)
    expect(run.acceptedPerSecond(20, 300)).toBeGreaterThanOrEqual(0.92 * 3)
    expect(run.refusedShare(20, 300)).toBeLessThan(0.02)
  })

  it('ING-11 needs no Retry-After to settle below the limit', async () => {
    const run = await saturate({ perSecond: () => 10, kind: 'sliding', latencyMs: 300 }, 120)
    expect(run.acceptedPerSecond(20, 120)).toBeGreaterThan(9.3)
    expect(run.refusedShare(0, 120)).toBeLessThan(0.03)
  })

  it('ING-11 stays below a limit on calls at the same time', async () => {
    const run = await saturate(
      { perSecond: () => 1e9, kind: 'sliding', latencyMs: 800, atOnce: 10, retryAfterMs: 1000 },
      120,
    )
    expect(run.acceptedPerSecond(20, 120)).toBeGreaterThan(0.9 * 12.5)
    expect(run.refusedShare(0, 120)).toBeLessThan(0.03)
  })

  it('ING-11 reaches sixty calls per second within seconds where there is no limit', async () => {
    const run = await saturate({ perSecond: () => 1e9, kind: 'sliding', latencyMs: 200 }, 12)
    expect(run.acceptedPerSecond(7, 12)).toBeGreaterThan(60)
    expect(run.refusedShare(0, 12)).toBe(0)
  })

  it('ING-11 learns a limit that falls and a limit that rises', async () => {
    const start = Date.now()
    const perSecond = (now: number) => (now - start < 60_000 ? 10 : now - start < 120_000 ? 4 : 20)
    const run = await saturate({ perSecond, kind: 'sliding', latencyMs: 500, retryAfterMs: 1000 }, 420)
    expect(run.acceptedPerSecond(90, 120)).toBeGreaterThan(3.5)
    expect(run.refusedShare(90, 120)).toBeLessThan(0.05)
    expect(run.acceptedPerSecond(390, 420)).toBeGreaterThan(18)
    expect(run.refusedShare(0, 420)).toBeLessThan(0.05)
  })

  it('ING-11 shares one limit between several processes', async () => {
    const run = await saturate({ ...tenPerSecond, kind: 'sliding' }, 180, { governors: 3, workers: 60 })
    expect(run.acceptedPerSecond(20, 180)).toBeGreaterThanOrEqual(9.3)
    expect(run.refusedShare(0, 180)).toBeLessThan(0.02)
    for (const { passed } of run.numbers) expect(passed).toBeGreaterThan(300)
  })

  it('ING-11 loses nothing to a ledger that is a round trip away', async () => {
    const near = memoryLedger({ aheadMs: 60 })
    const ledger: Ledger = {
      reserve: async (...wish) => {
        await new Promise((resolve) => setTimeout(resolve, 10))
        const grant = await near.reserve(...wish)
        await new Promise((resolve) => setTimeout(resolve, 10))
        return grant
      },
    }
    const limited = await saturate({ ...tenPerSecond, kind: 'sliding' }, 180, { ledger, governors: 2 })
    expect(limited.acceptedPerSecond(20, 180)).toBeGreaterThanOrEqual(9.3)
    expect(limited.refusedShare(0, 180)).toBeLessThan(0.02)
    const free = await saturate({ perSecond: () => 1e9, kind: 'sliding', latencyMs: 100 }, 20, { ledger })
    expect(free.acceptedPerSecond(10, 20)).toBeGreaterThan(60)
  })

  it('ING-11 does not raise the rate for callers that do not need it', async () => {
    const governor = createGovernor({ ledger: memoryLedger() })
    for (let call = 0; call < 60; call += 1) {
      void governor.run(async () => {})
      await vi.advanceTimersByTimeAsync(500)
    }
    expect(governor.numbers()).toMatchObject({ allowedPerSecond: 10, passed: 60, waiting: 0, inFlight: 0 })
  })
})

describe('a governor and its tasks', () => {
  it('ING-11 makes everybody honour Retry-After', async () => {
    const ledger = memoryLedger()
    const [one, other] = [createGovernor({ ledger }), createGovernor({ ledger })]
    const refusal = one.run(async () => {
      throw new Retriable('rate-limited', 'slow down', { retryAfterMs: 7000 })
    })
    await expect(Promise.all([refusal, vi.advanceTimersByTimeAsync(100)])).rejects.toThrow('slow down')
    const started = vi.fn(async () => 'done')
    const later = other.run(started)
    await vi.advanceTimersByTimeAsync(6000)
    expect(started).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1500)
    expect(await later).toBe('done')
    expect(one.numbers().refused).toBe(1)
  })

  it('ING-11 lets go of a task whose caller has given up, and of its slot', async () => {
    const governor = createGovernor({ ledger: memoryLedger() })
    const task = vi.fn(async () => 'never')
    const giveUp = new AbortController()
    for (let call = 0; call < 20; call += 1) void governor.run(async () => {})
    const abandoned = governor.run(task, { signal: giveUp.signal })
    const early = governor.run(task, { signal: AbortSignal.abort(new Error('too late')) })
    giveUp.abort(new Error('enough'))
    await expect(abandoned).rejects.toThrow('enough')
    await expect(early).rejects.toThrow('too late')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(task).not.toHaveBeenCalled()
    expect(governor.numbers()).toMatchObject({ passed: 20, waiting: 0, inFlight: 0 })
  })

  it('ING-11 tells waiting callers that the ledger is away, and works again when it is back', async () => {
    const real = memoryLedger()
    let away = true
    const ledger: Ledger = {
      reserve: async (...wish) => {
        if (away) throw new Retriable('database-away', 'The database is restarting.')
        return real.reserve(...wish)
      },
    }
    const governor = createGovernor({ ledger })
    const failed = governor.run(async () => 'x')
    await expect(Promise.all([failed, vi.advanceTimersByTimeAsync(10)])).rejects.toThrow('restarting')
    away = false
    const fine = governor.run(async () => 'x')
    await vi.advanceTimersByTimeAsync(1000)
    expect(await fine).toBe('x')
  })

  it('ING-11 runs no more tasks at once than its process may', async () => {
    const governor = createGovernor({ ledger: memoryLedger(), maxConcurrency: 3 })
    let most = 0
    const task = async () => {
      most = Math.max(most, governor.numbers().inFlight)
      await new Promise((resolve) => setTimeout(resolve, 2000))
    }
    const all = Promise.all(Array.from({ length: 12 }, () => governor.run(task)))
    await vi.advanceTimersByTimeAsync(20_000)
    await all
    expect(most).toBe(3)
  })
})

describe('the laws of the pace', () => {
  const step = fc.record({
    afterMs: fc.integer({ min: -5000, max: 20_000 }),
    wanted: fc.integer({ min: 0, max: 40 }),
    endings: fc.array(
      fc.record({
        which: fc.nat(),
        result: fc.constantFrom<Outcome['result']>('passed', 'passed', 'passed', 'refused', 'unused'),
        retryAfterMs: fc.option(fc.integer({ min: 0, max: 3_600_000 }), { nil: undefined }),
      }),
      { maxLength: 20 },
    ),
  })

  it('ING-11 keeps its limits sane, its slots spaced and its state plain, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let now = 1_000_000
        let pace: Pace = initialPace
        const out: number[] = []
        for (const { afterMs, wanted, endings } of steps) {
          now += afterMs
          const outcomes = endings.flatMap(({ which, result, retryAfterMs }) => {
            const [slot] = out.splice(which % Math.max(1, out.length), 1)
            return slot === undefined ? [] : [{ slot, result, retryAfterMs }]
          })
          const frozen = JSON.stringify(pace)
          const next = advance(pace, { wanted, outcomes, aheadMs: 100 }, now)
          expect(JSON.stringify(pace)).toBe(frozen)
          pace = next.pace
          expect(JSON.parse(JSON.stringify(pace))).toEqual(pace)
          expect(frozen.length).toBeLessThan(20_000)
          expect(pace.rate).toBeGreaterThanOrEqual(0.2)
          expect(pace.rate).toBeLessThanOrEqual(200)
          expect(pace.concurrency).toBeGreaterThanOrEqual(1)
          const { slots, againInMs } = next.grant
          expect(slots.length).toBeLessThanOrEqual(wanted)
          expect(againInMs === null).toBe(slots.length === wanted)
          slots.forEach(({ slot, inMs }, at) => {
            expect(slot).toBe(now + inMs)
            expect(inMs).toBeGreaterThanOrEqual(0)
            expect(inMs).toBeLessThanOrEqual(100)
            const before = slots[at - 1]
            if (before) expect(slot - before.slot).toBeGreaterThanOrEqual(1000 / 200 - 1)
          })
          out.push(...slots.map(({ slot }) => slot))
        }
      }),
    )
  })

  it('ING-11 never starves: whatever happened, a caller gets a slot within ten minutes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 1_000_000
        let pace: Pace = initialPace
        let out: number[] = []
        for (const { afterMs, wanted, endings } of steps) {
          now += afterMs
          const result = endings[0]?.result ?? 'refused'
          const outcomes = out.map((slot) => ({ slot, result, retryAfterMs: endings[0]?.retryAfterMs }))
          const next = advance(pace, { wanted, outcomes, aheadMs: 100 }, now)
          pace = next.pace
          out = next.grant.slots.map(({ slot }) => slot)
        }
        const giveUpAt = now + 600_000
        for (;;) {
          const { pace: after, grant } = advance(pace, { wanted: 1, outcomes: [], aheadMs: 100 }, now)
          if (grant.slots.length > 0) return
          pace = after
          now += grant.againInMs ?? 0
          expect(now).toBeLessThan(giveUpAt)
        }
      }),
    )
  })
})

describe('a governor whose neighbour died', () => {
  const { grant: first, pace: full } = advance(
    { ...initialPace, concurrency: 10 },
    { wanted: 10, outcomes: [], aheadMs: 10_000 },
    0,
  )

  it('RUN-3 ING-11 gets the places of its calls within seconds', () => {
    expect(first.slots).toHaveLength(10)
    const wish = { wanted: 1, outcomes: [], aheadMs: 50 }
    expect(advance(full, wish, 5_000).grant).toMatchObject({ slots: [], heldBy: 'concurrency' })
    expect(advance(full, wish, 12_000).grant.slots).toHaveLength(1)
  })

  it('ING-11 waits for those that are still heard of, however long they take', () => {
    let pace = full
    for (let now = 3_000; now <= 100_000; now += 3_000) {
      const outcomes = first.slots.map(({ slot }) => ({ slot, result: 'running' as const }))
      pace = advance(pace, { wanted: 0, outcomes, aheadMs: 50 }, now).pace
    }
    expect(advance(pace, { wanted: 1, outcomes: [], aheadMs: 50 }, 101_000).grant.heldBy).toBe('concurrency')
    const outcomes = first.slots.map(({ slot }) => ({ slot, result: 'passed' as const }))
    expect(advance(pace, { wanted: 1, outcomes, aheadMs: 50 }, 102_000).grant.slots).toHaveLength(1)
  })

  it('ING-11 says of a call that takes long that it goes on', async () => {
    const said: string[][] = []
    const ledger = memoryLedger()
    const end = Promise.withResolvers<void>()
    const governor = createGovernor({
      ledger: {
        reserve(wanted, outcomes) {
          said.push(outcomes.map(({ result }) => result))
          return ledger.reserve(wanted, outcomes)
        },
      },
    })
    const call = governor.run(() => end.promise)
    await vi.waitFor(() => expect(said.flat()).toContain('running'), { timeout: 20_000 })
    end.resolve()
    await call
    await vi.waitFor(() => expect(said.flat()).toEqual(['running', 'passed']), { timeout: 20_000 })
  })
})

describe('a governor that knows the usual limit', () => {
  const known = (limit = usualLimit) => memoryLedger({ limit })

  it.each([
    'sliding',
    'bucket',
  ] as const)('ING-11 is never refused, and uses at least 96 % of it from the first second (%s)', async (kind) => {
    const run = await saturate({ ...tenPerSecond, kind, burst: 10, atOnce: 10 }, 120, { ledger: known() })
    expect(run.refusedShare(0, 120)).toBe(0)
    expect(run.acceptedPerSecond(0, 120)).toBeGreaterThanOrEqual(9.6)
  })

  it('ING-11 never begins more calls in any second than are allowed, however unevenly they are wanted', () => {
    const wish = fc.record({ afterMs: fc.integer({ min: 0, max: 1500 }), wanted: fc.integer({ min: 0, max: 30 }) })
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 60 }), fc.constantFrom(3, 10, 25), (wishes, perSecond) => {
        let now = 1_000_000
        let pace: Pace = initialPace
        let under: number[] = []
        const starts: number[] = []
        for (const { afterMs, wanted } of wishes) {
          now += afterMs
          const outcomes = under.map((slot): Outcome => ({ slot, result: 'passed' }))
          const next = advance(pace, { wanted, outcomes, aheadMs: 60, limit: { perSecond } }, now)
          pace = next.pace
          under = next.grant.slots.map(({ slot }) => slot)
          starts.push(...under)
        }
        for (const [at, start] of starts.entries()) {
          expect(starts.slice(at).filter((other) => other < start + 1000).length).toBeLessThanOrEqual(perSecond)
        }
      }),
    )
  })

  it('ING-11 makes up for turns that nobody took a moment ago', () => {
    const limit = { perSecond: 10 }
    const first = advance(initialPace, { wanted: 1, outcomes: [], aheadMs: 60, limit }, 1_000_000)
    const outcomes: Outcome[] = first.grant.slots.map(({ slot }) => ({ slot, result: 'passed' }))
    const later = advance(first.pace, { wanted: 10, outcomes, aheadMs: 360, limit }, 1_000_800)
    expect(later.grant.slots.map(({ inMs }) => inMs)).toEqual([0, 60, 120, 180, 240, 300, 360])
  })

  it('ING-11 looks beyond it after minutes, and finds out that there is more', async () => {
    const run = await saturate({ perSecond: () => 30, kind: 'sliding', latencyMs: 300, retryAfterMs: 1000 }, 420, {
      ledger: known(),
    })
    expect(run.acceptedPerSecond(0, 200)).toBeLessThanOrEqual(10)
    expect(run.acceptedPerSecond(390, 420)).toBeGreaterThan(25)
  })

  it('ING-11 never goes beyond a limit that is final', async () => {
    const ledger = known({ perSecond: 4, isFinal: true })
    const run = await saturate({ perSecond: () => 30, kind: 'sliding', latencyMs: 300 }, 420, { ledger })
    expect(run.acceptedPerSecond(0, 420)).toBeGreaterThan(3.8)
    expect(run.acceptedPerSecond(0, 420)).toBeLessThanOrEqual(4.01)
  })

  it('ING-11 starts anew where it is told another limit', () => {
    const wish = { wanted: 1, outcomes: [], aheadMs: 60 }
    const { pace } = advance(initialPace, { ...wish, limit: { perSecond: 10 } }, 1_000_000)
    expect(advance(pace, { ...wish, limit: { perSecond: 50 } }, 1_000_000).grant).toMatchObject({
      ratePerSecond: 50,
      concurrency: 50,
    })
  })
})
