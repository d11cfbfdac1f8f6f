import { codeOf, Retriable } from '../errors.ts'
import { advance } from './advance-pace.ts'
import { type Grant, initialPace, type KnownLimit, latestMs, type Outcome } from './pace.ts'

export { advance } from './advance-pace.ts'
export { type Grant, initialPace, isUnderWay, type KnownLimit, type Outcome, type Pace, usualLimit } from './pace.ts'

/** A permission to make one call, by the clock of this process. */
export interface Turn {
  /** Names it when its outcome is reported. */
  slot: number
  /** Not before this, in the milliseconds of `performance.now()`. */
  opensAt: number
  /** The ledger's moment may have come so much earlier. */
  offByMs: number
}

/** What a wish for turns is answered with. */
export type Promised = Omit<Grant, 'slots'> & { turns: Turn[] }

/** Where the pace of a service account lives: here in memory, or in a row that all processes share. */
export interface Ledger {
  /** Reports when calls went out and how they ended, and asks for turns, in one round trip. */
  reserve(wanted: number, outcomes: readonly Outcome[]): Promise<Promised>
}

/** Lets calls to Wiz start at the pace its limits allow. */
export interface Governor {
  /**
   * Runs a task when its turn comes; a task that Wiz refuses as too much throws `rate-limited`. The task says when its call
   * goes out. Where that is too late `sending` throws `turn-missed`, nothing may be sent, and the task is run again later.
   */
  run<T>(task: (sending: () => void) => Promise<T>, options?: { signal?: AbortSignal | undefined }): Promise<T>
  numbers(): GovernorNumbers
}

/** What a governor is doing. */
export interface GovernorNumbers {
  /** Calls started per second, over the last ten seconds. */
  ratePerSecond: number
  allowedPerSecond: number
  allowedAtOnce: number
  /** Some process has been held back a moment ago, as far as this one has heard: more callers would only wait longer. */
  isHeldBack: boolean
  inFlight: number
  waiting: number
  passed: number
  refused: number
}

interface Waiter {
  start(turn: Turn): void
  reject(reason: unknown): void
  timer?: NodeJS.Timeout
  slot?: number
}

interface Call {
  /** When it was last said that it goes on. */
  saidAt: number
  lateMs: number | null
}

/** A ledger for one process. */
export function memoryLedger(options: { now?: () => number; aheadMs?: number; limit?: KnownLimit } = {}): Ledger {
  const { now = () => performance.now(), aheadMs = 50, limit } = options
  let pace = initialPace
  return {
    async reserve(wanted, outcomes) {
      const next = advance(pace, { wanted, outcomes, aheadMs, limit }, now())
      pace = next.pace
      const { slots, ...grant } = next.grant
      const from = performance.now()
      return { ...grant, turns: slots.map(({ slot, inMs }) => ({ slot, opensAt: from + inMs, offByMs: 0 })) }
    },
  }
}

const reportMs = 50
// When a call went out is told soon, but a quick answer tells it as well.
const reportSentMs = 200
// A call that takes long is said to go on this often, so that nobody takes its process for dead.
const aliveMs = 3_000
const measureMs = 10_000
const freshMs = 1_000
// These calls never arrived at Wiz and say nothing about its limits.
const notArrived = new Set([
  'turn-missed',
  'dns',
  'connection-refused',
  'connect-timeout',
  'tls',
  'proxy',
  'host-not-allowed',
])

/** Opens a governor; all callers of one service account share it. */
export function createGovernor(options: { ledger: Ledger; maxConcurrency?: number }): Governor {
  const { ledger, maxConcurrency = 32 } = options
  const queue: Waiter[] = []
  const assigned = new Set<Waiter>()
  let outcomes: Outcome[] = []
  let last: Omit<Grant, 'slots' | 'againInMs'> = {
    heldBy: null,
    isHeldBack: false,
    ratePerSecond: initialPace.rate,
    concurrency: initialPace.concurrency,
  }
  let heardAt = 0
  let busy = false
  // By slot.
  const underWay = new Map<number, Call>()
  let passed = 0
  let refused = 0
  let starts: number[] = []
  let timer: NodeJS.Timeout | undefined
  let due = Number.POSITIVE_INFINITY

  function pumpIn(ms: number): void {
    const at = performance.now() + ms
    if (at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(pump, ms)
  }

  async function pump(): Promise<void> {
    clearTimeout(timer)
    due = Number.POSITIVE_INFINITY
    if (busy) return pumpIn(1)
    busy = true
    const reports = [...outcomes, ...stillRunning()]
    outcomes = []
    const wanted = Math.max(0, Math.min(queue.length, maxConcurrency - underWay.size - assigned.size))
    try {
      const grant = await ledger.reserve(wanted, reports)
      heardAt = performance.now()
      for (const turn of grant.turns) assign(turn)
      last = queue.length > 0 ? grant : { ...grant, heldBy: null }
      if (queue.length > 0 && grant.againInMs !== null) pumpIn(grant.againInMs)
      // Somebody joined during the round trip.
      else if (queue.length > 0 && underWay.size + assigned.size < maxConcurrency) pumpIn(0)
    } catch (error) {
      outcomes = [...reports, ...outcomes].slice(-1000)
      for (const waiter of queue.splice(0)) waiter.reject(error)
    } finally {
      busy = false
      if (underWay.size > 0) pumpIn(aliveMs)
    }
  }

  function stillRunning(): Outcome[] {
    const now = performance.now()
    const due = [...underWay].filter(([, { saidAt }]) => saidAt <= now - aliveMs)
    return due.map(([slot, call]) => {
      call.saidAt = now
      return { slot, result: 'running', lateMs: call.lateMs ?? latestMs }
    })
  }

  function assign(turn: Turn): void {
    const waiter = queue.shift()
    if (!waiter) {
      report({ slot: turn.slot, result: 'unused' })
      return
    }
    waiter.slot = turn.slot
    assigned.add(waiter)
    const startInTime = () => {
      const early = turn.opensAt - performance.now()
      // Timers come a little early, too.
      if (early > 0) waiter.timer = setTimeout(startInTime, Math.ceil(early))
      else {
        assigned.delete(waiter)
        waiter.start(turn)
      }
    }
    waiter.timer = setTimeout(startInTime, Math.max(0, Math.ceil(turn.opensAt - performance.now())))
  }

  function unassign(waiter: Waiter): void {
    clearTimeout(waiter.timer)
    if (assigned.delete(waiter) && waiter.slot !== undefined) report({ slot: waiter.slot, result: 'unused' })
  }

  function report(outcome: Outcome): void {
    outcomes.push(outcome)
    if (outcome.result === 'refused') {
      refused += 1
      // Whoever has a slot but has not started waits with everybody else.
      const early = [...assigned]
      for (const waiter of early) unassign(waiter)
      queue.unshift(...early)
      pumpIn(0)
    } else if (outcome.result === 'passed') passed += 1
    // While the rate holds demand back, the next wish is due anyway and takes the report along.
    pumpIn(queue.length > 0 && last.heldBy !== 'rate' ? 0 : reportMs)
  }

  async function occupy<T>(task: (sending: () => void) => Promise<T>, { slot, opensAt, offByMs }: Turn): Promise<T> {
    const startedAt = performance.now()
    const call: Call = { saidAt: startedAt, lateMs: null }
    underWay.set(slot, call)
    pumpIn(aliveMs)
    const lateness = () => {
      const lateMs = performance.now() - opensAt + offByMs
      if (lateMs > latestMs) throw new Retriable('turn-missed', 'The call was about to go out too late.')
      return lateMs
    }
    const sending = () => {
      call.lateMs = lateness()
      call.saidAt = Number.NEGATIVE_INFINITY
      pumpIn(reportSentMs)
    }
    let outcome: Outcome = { slot, result: 'passed' }
    let startedLateMs = 0
    try {
      startedLateMs = lateness()
      starts.push(startedAt)
      if (starts.length > 2000) starts = recent(starts)
      return await task(sending)
    } catch (error) {
      outcome = outcomeOf(error, slot)
      throw error
    } finally {
      underWay.delete(slot)
      report({ ...outcome, lateMs: call.lateMs ?? startedLateMs })
    }
  }

  return {
    run<T>(task: (sending: () => void) => Promise<T>, { signal }: { signal?: AbortSignal | undefined } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason)
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      const waiter: Waiter = {
        start(turn) {
          occupy(task, turn).then(resolve, (error) => {
            if (codeOf(error) !== 'turn-missed' || signal?.aborted) return reject(error)
            queue.unshift(waiter)
            pumpIn(0)
          })
        },
        reject,
      }
      function abandon(): void {
        const at = queue.indexOf(waiter)
        if (at >= 0) queue.splice(at, 1)
        // Who is under way listens to the signal itself.
        else if (!assigned.has(waiter)) return
        unassign(waiter)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abandon, { once: true })
      queue.push(waiter)
      if (due === Number.POSITIVE_INFINITY || last.heldBy === null) pumpIn(0)
      return promise.finally(() => signal?.removeEventListener('abort', abandon))
    },
    numbers() {
      starts = recent(starts)
      return {
        ratePerSecond: (starts.length * 1000) / measureMs,
        allowedPerSecond: last.ratePerSecond,
        allowedAtOnce: Math.min(maxConcurrency, last.concurrency),
        isHeldBack: last.isHeldBack && performance.now() - heardAt < freshMs,
        inFlight: underWay.size,
        waiting: queue.length + assigned.size,
        passed,
        refused,
      }
    },
  }
}

function outcomeOf(error: unknown, slot: number): Outcome {
  const code = codeOf(error)
  if (code === 'rate-limited' && error instanceof Retriable) {
    return { slot, result: 'refused', retryAfterMs: error.retryAfterMs }
  }
  return { slot, result: notArrived.has(code) ? 'unused' : 'passed' }
}

function recent(starts: number[]): number[] {
  const from = performance.now() - measureMs
  return starts.filter((at) => at > from)
}
