import { codeOf, Retriable } from '../errors.ts'
import { advance, type Grant, initialPace, type KnownLimit, type Outcome, type Slot } from './pace.ts'

export {
  advance,
  type Grant,
  initialPace,
  isUnderWay,
  type KnownLimit,
  type Outcome,
  type Pace,
  usualLimit,
} from './pace.ts'

/** Where the pace of a service account lives: here in memory, or in a row that all processes share. */
export interface Ledger {
  /** Reports how calls ended and asks for slots, in one round trip. */
  reserve(wanted: number, outcomes: readonly Outcome[]): Promise<Grant>
}

/** Lets calls to Wiz start at the pace its limits allow. */
export interface Governor {
  /** Runs a task when its turn comes; a task that Wiz refuses as too much throws `rate-limited`. */
  run<T>(task: () => Promise<T>, options?: { signal?: AbortSignal | undefined }): Promise<T>
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
  start(slot: number): void
  reject(reason: unknown): void
  timer?: NodeJS.Timeout
  slot?: number
}

/** A ledger for one process. */
export function memoryLedger(options: { now?: () => number; aheadMs?: number; limit?: KnownLimit } = {}): Ledger {
  const { now = () => performance.now(), aheadMs = 50, limit } = options
  let pace = initialPace
  return {
    async reserve(wanted, outcomes) {
      const next = advance(pace, { wanted, outcomes, aheadMs, limit }, now())
      pace = next.pace
      return next.grant
    },
  }
}

const reportMs = 50
// A call that takes long is said to go on this often, so that nobody takes its process for dead.
const aliveMs = 3_000
const measureMs = 10_000
const freshMs = 1_000
// These calls never arrived at Wiz and say nothing about its limits.
const notArrived = new Set(['dns', 'connection-refused', 'connect-timeout', 'tls', 'proxy', 'host-not-allowed'])

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
  // The slots of calls under way, and when it was last said that they are.
  const underWay = new Map<number, number>()
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
      for (const slot of grant.slots) assign(slot)
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
    const due = [...underWay].filter(([, saidAt]) => saidAt <= now - aliveMs).map(([slot]) => slot)
    for (const slot of due) underWay.set(slot, now)
    return due.map((slot) => ({ slot, result: 'running' }))
  }

  function assign({ slot, inMs }: Slot): void {
    const waiter = queue.shift()
    if (!waiter) {
      report({ slot, result: 'unused' })
      return
    }
    waiter.slot = slot
    assigned.add(waiter)
    waiter.timer = setTimeout(() => {
      assigned.delete(waiter)
      waiter.start(slot)
    }, inMs)
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

  async function occupy<T>(task: () => Promise<T>, slot: number): Promise<T> {
    const startedAt = performance.now()
    underWay.set(slot, startedAt)
    pumpIn(aliveMs)
    starts.push(startedAt)
    if (starts.length > 2000) starts = recent(starts)
    let outcome: Outcome = { slot, result: 'passed' }
    try {
      return await task()
    } catch (error) {
      outcome = outcomeOf(error, slot)
      throw error
    } finally {
      underWay.delete(slot)
      report(outcome)
    }
  }

  return {
    run(task, { signal } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason)
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          start(slot) {
            signal?.removeEventListener('abort', abandon)
            occupy(task, slot).then(resolve, reject)
          },
          reject(reason) {
            signal?.removeEventListener('abort', abandon)
            reject(reason)
          },
        }
        function abandon(): void {
          const at = queue.indexOf(waiter)
          if (at >= 0) queue.splice(at, 1)
          unassign(waiter)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', abandon, { once: true })
        queue.push(waiter)
        if (due === Number.POSITIVE_INFINITY || last.heldBy === null) pumpIn(0)
      })
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
