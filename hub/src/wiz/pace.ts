/** What is known about the limits of one service account: plain JSON, so that processes can share it. */
export interface Pace {
  /** Calls per second allowed now. */
  rate: number
  /** Calls allowed at the same time. */
  concurrency: number
  /** The rate and the concurrency at which Wiz last refused; null while neither is known. */
  rateCeiling: number | null
  concurrencyCeiling: number | null
  /** When the next call may start, and until when nobody may call at all. */
  nextSlot: number
  pausedUntil: number
  /** Slots handed out and not reported back, and recent slots whose call got through. */
  running: number[]
  passed: number[]
  /** When it was last heard that the call of a slot still goes on; by slot. */
  heard: Record<string, number>
  /** How much later than its slot a call went out at most, for the calls that new ones have to keep away from; by slot. */
  late: Record<string, number>
  /** The window in which demand is being watched: its start and the slots handed out in it. */
  windowFrom: number
  granted: number
  /** When demand was last held back by the rate, and by the concurrency. */
  rateBoundAt: number
  concurrencyBoundAt: number
  /** Slots from here on ran under the present limits; whether one of them got through. */
  changedAt: number
  proven: boolean
  /** Since when calls have been evenly spaced; slots before `decidedAt` are old news when refused. */
  steadyFrom: number
  decidedAt: number
  /** When to look beyond the ceiling again, how long to wait the next time, and how far this look has come. */
  probeAt: number
  probeWaitMs: number
  climb: number
  /** The calls per second it was told to start from, and whether that is taken for the limit until Wiz says otherwise. */
  told: number | null
  known: number | null
}

/** How one handed-out slot ended; `unused` means that no call reached Wiz, `running` that it has not ended yet. */
export interface Outcome {
  slot: number
  result: 'passed' | 'refused' | 'unused' | 'running'
  /** How long Wiz asked to wait, where it said so. */
  retryAfterMs?: number | undefined
  /** How much later than its slot the call went out at most; 0 where not said. */
  lateMs?: number | undefined
}

/** A permission to start one call. */
export interface Slot {
  /** Names the slot when its outcome is reported. */
  slot: number
  /** How long from now the call may start; never later than `latestMs` after that. */
  inMs: number
}

/** The answer to a wish for slots. */
export interface Grant {
  slots: Slot[]
  /** When to ask for the slots that were not given; null when all were. */
  againInMs: number | null
  /** What holds demand back: the rate, or too many calls under way. */
  heldBy: 'rate' | 'concurrency' | null
  /** Somebody, in whatever process, has been held back a moment ago. */
  isHeldBack: boolean
  ratePerSecond: number
  concurrency: number
}

/** A wish for slots together with how earlier ones ended. */
interface Wish {
  wanted: number
  outcomes: readonly Outcome[]
  /** How far ahead slots are handed out: the time a wish and its answer may take. */
  aheadMs: number
  /** What Wiz is known to allow. */
  limit?: KnownLimit | undefined
}

/** What Wiz is known to allow a service account before it was ever asked. */
export interface KnownLimit {
  /** Calls per second; as many may be under way at the same time, but never fewer than Wiz allows everybody. */
  readonly perSecond: number
  /** Never go beyond it, however well it goes. */
  readonly isFinal?: boolean | undefined
}

const second = 1000
const slowest = 0.2
const fastest = 200
const mostAtOnce = 64
const usualAtOnce = 10
/** So far below a ceiling calls are made for good; and so late a caller may come without losing its turn. */
const belowCeiling = 0.98
const catchUpMs = second / 2
const leastGapMs = 5
/** How close calls follow each other then, of their usual distance: a crowd would hold itself up and arrive unevenly. */
const catchUpGap = 0.6
/** Calls take longer or shorter to arrive once they were sent, and a limit counts those that arrive. */
const travelMs = 15
/** And more so at first, when connections are still being opened and Wiz has yet to warm up. */
const firstTravelMs = 60
const firstMs = 3 * second
/** A call that goes out later than this after its slot has missed it. As long as nothing is heard of it, it may. */
export const latestMs = second / 4
/** A slot that is heard of no more belongs to a process that died. */
const leaseMs = 10 * second
const longestPauseMs = 300 * second
const usualPauseMs = second
const firstProbeMs = 8 * second
const lastProbeMs = 240 * second
/** A refusal this soon after the last one, without having looked beyond, says that the ceiling was wrong. */
const soonMs = 10 * second
const pollMs = 100

/** The limit every service account has, as far as is known. */
export const usualLimit: KnownLimit = { perSecond: 10 }

/** Where a service account starts of which nothing is known. */
export const initialPace: Pace = {
  rate: 10,
  concurrency: 10,
  rateCeiling: null,
  concurrencyCeiling: null,
  nextSlot: 0,
  pausedUntil: 0,
  running: [],
  heard: {},
  late: {},
  passed: [],
  windowFrom: 0,
  granted: 0,
  rateBoundAt: 0,
  concurrencyBoundAt: 0,
  changedAt: 0,
  proven: false,
  steadyFrom: 0,
  decidedAt: 0,
  probeAt: 0,
  probeWaitMs: firstProbeMs,
  climb: 0,
  told: null,
  known: null,
}

/** Starts at a limit that is known, as if nobody had looked beyond it for long. */
function startAt(pace: Pace, { perSecond }: KnownLimit): Pace {
  return {
    ...pace,
    told: perSecond,
    known: perSecond,
    rate: perSecond,
    concurrency: atOnce(perSecond),
    rateCeiling: null,
    concurrencyCeiling: null,
    probeWaitMs: lastProbeMs,
    climb: 0,
  }
}

function atOnce(perSecond: number): number {
  return Math.min(mostAtOnce, Math.max(usualAtOnce, Math.round(perSecond)))
}

/** Whether the call of a slot goes on, as far as is known. */
export function isUnderWay({ heard }: Pace, slot: number, now: number): boolean {
  return (heard[slot] ?? slot) > now - leaseMs
}

/** Takes in how calls ended, adapts the limits, and hands out evenly spaced slots. Pure. */
export function advance(before: Pace, wish: Wish, nowMs: number): { pace: Pace; grant: Grant } {
  const { limit } = wish
  const pace: Pace = {
    ...(limit && limit.perSecond !== before.told ? startAt(before, limit) : before),
    running: before.running.filter((slot) => isUnderWay(before, slot, nowMs)),
    heard: { ...before.heard },
    late: { ...before.late },
    passed: [...before.passed],
  }
  for (const outcome of wish.outcomes) settle(pace, outcome, nowMs)
  grow(pace, nowMs)
  if (limit?.isFinal) pace.rate = Math.min(pace.rate, limit.perSecond)
  const grant = reserve(pace, wish, nowMs)
  const oldest = Math.min(nowMs - second, ...pace.running.filter((slot) => slot > nowMs - 5 * second))
  pace.passed = pace.passed.filter((slot) => slot > oldest - 2 * sampleMs(pace.rate))
  pace.heard = Object.fromEntries(Object.entries(pace.heard).filter(([slot]) => pace.running.includes(Number(slot))))
  return { pace, grant }
}

function settle(pace: Pace, { slot, result, retryAfterMs, lateMs = 0 }: Outcome, now: number): void {
  const at = pace.running.indexOf(slot)
  if (at >= 0) pace.running.splice(at, 1)
  if (result === 'unused') delete pace.late[slot]
  else if (slot in pace.late) pace.late[slot] = lateMs
  if (result === 'running') {
    pace.running.push(slot)
    pace.heard[slot] = now
  }
  if (result === 'passed') {
    pace.passed.push(slot)
    if (slot >= pace.changedAt) pace.proven = true
  }
  if (result === 'refused') {
    pace.pausedUntil = Math.max(pace.pausedUntil, now + Math.min(retryAfterMs ?? usualPauseMs, longestPauseMs))
    if (slot >= pace.decidedAt) decide(pace, slot, now)
  }
}

/** A refusal makes what really got through the new ceiling, and the rate a little less than that. */
function decide(pace: Pace, slot: number, now: number): void {
  const { rate, rateCeiling, known } = pace
  const ceiling = rateCeiling ?? known
  const reached = reachedBefore(pace, slot)
  const climbing = ceiling !== null && rate > ceiling
  let learnt = reached
  // A burst that Wiz tolerates makes a look beyond seem to reach further than the limit: trust it half.
  if (climbing) learnt = (ceiling + reached) / 2
  else if (ceiling !== null && slot - pace.decidedAt < soonMs) {
    // A ceiling that has held before can be off by little only.
    learnt = Math.min(reached, rate * (pace.probeWaitMs > firstProbeMs ? 0.95 : 0.85))
  }
  learnt = Math.max(slowest, learnt)
  // Far below where it has been for long: others use the limit too, or it has been lowered, and both may pass soon.
  const fell = ceiling === null || learnt < ceiling * (pace.probeWaitMs === lastProbeMs ? 0.9 : 0.6)
  if (fell) pace.probeWaitMs = firstProbeMs
  else if (climbing) pace.probeWaitMs = Math.min(lastProbeMs, pace.probeWaitMs * 2)
  pace.probeAt = now + pace.probeWaitMs
  pace.climb = 0
  pace.rateCeiling = learnt
  pace.rate = Math.max(slowest, learnt * 0.9)
  if (pace.concurrencyBoundAt > pace.rateBoundAt) {
    pace.concurrencyCeiling = pace.concurrency
    pace.concurrency = Math.max(1, Math.floor(pace.concurrency * 0.8))
  }
  pace.decidedAt = Math.max(now, pace.nextSlot)
  restartWindow(pace, now, true)
}

/** The rate that got through just before a refused slot; calls under way are taken to get through. */
function reachedBefore(pace: Pace, slot: number): number {
  const { rate } = pace
  const sample = sampleMs(rate)
  if (slot - pace.steadyFrom < sample) return rate * 0.6
  // Half a spacing more, so that a call due exactly at the edge is counted whatever the jitter.
  const inside = (at: number) => at > slot - sample - (0.5 * second) / rate && at < slot
  const count = pace.passed.filter(inside).length + pace.running.filter(inside).length
  return Math.min(rate, Math.max(rate * 0.5, (count * second) / sample))
}

/** Long enough to count at least five calls. */
function sampleMs(rate: number): number {
  return Math.max(second, (5 * second) / rate)
}

/** Once a second: more of whatever held demand back, provided that the present limit has proven itself. */
function grow(pace: Pace, now: number): void {
  const elapsed = now - pace.windowFrom
  if (elapsed < second) return
  const usedRate = (pace.granted * second) / elapsed >= pace.rate * 0.7
  const { rate, concurrency } = pace
  if (pace.proven && usedRate && pace.rateBoundAt >= pace.windowFrom) growRate(pace, now)
  if (pace.proven && pace.concurrencyBoundAt >= pace.windowFrom) growConcurrency(pace, now)
  restartWindow(pace, now, pace.rate !== rate || pace.concurrency !== concurrency)
}

function growRate(pace: Pace, now: number): void {
  const { rate, rateCeiling, known } = pace
  const ceiling = rateCeiling ?? known
  const plateau = rateCeiling === null ? (known ?? Number.POSITIVE_INFINITY) : rateCeiling * belowCeiling
  if (ceiling === null) pace.rate = rate * 1.5
  else if (rate < plateau * 0.995) pace.rate = rate + (plateau - rate) * 0.5
  else if (mayLookBeyond(pace, now)) {
    pace.climb += 1
    pace.rate = rate * (1 + 0.02 * pace.climb)
    if (pace.rate > ceiling * 2) forgetCeiling(pace)
  }
  pace.rate = Math.min(fastest, pace.rate)
}

/** Looking beyond costs a refusal where the ceiling holds: around a known limit only those who call for long do. */
function mayLookBeyond({ known, probeAt, probeWaitMs, steadyFrom }: Pace, now: number): boolean {
  return now >= probeAt && (known === null || now - steadyFrom >= probeWaitMs)
}

function growConcurrency(pace: Pace, now: number): void {
  const { concurrency, concurrencyCeiling, known } = pace
  const ceiling = concurrencyCeiling ?? (known === null ? null : atOnce(known))
  if (ceiling === null) pace.concurrency = Math.ceil(concurrency * 1.5)
  else if (concurrency < ceiling - (concurrencyCeiling === null ? 0 : 1) || mayLookBeyond(pace, now))
    pace.concurrency = concurrency + 1
  if (ceiling !== null && pace.concurrency > ceiling * 1.25) pace.concurrencyCeiling = null
  pace.concurrency = Math.min(mostAtOnce, pace.concurrency)
}

function forgetCeiling(pace: Pace): void {
  pace.rateCeiling = null
  if (pace.known !== null && pace.rate > pace.known) pace.known = null
  pace.probeWaitMs = firstProbeMs
  pace.climb = 0
}

function restartWindow(pace: Pace, now: number, changed: boolean): void {
  pace.windowFrom = now
  pace.granted = 0
  if (!changed) return
  pace.changedAt = Math.max(now, pace.nextSlot)
  pace.proven = false
}

function reserve(pace: Pace, { wanted, aheadMs }: Wish, now: number): Grant {
  const slots: Slot[] = []
  let heldBy: Grant['heldBy'] = null
  // A clock that was set back must not close the gate for as long as it was set back.
  pace.nextSlot = Math.min(pace.nextSlot, now + aheadMs + second / slowest)
  pace.pausedUntil = Math.min(pace.pausedUntil, now + longestPauseMs)
  if (now - pace.nextSlot > 2 * second) pace.steadyFrom = now
  if (now < pace.pausedUntil) {
    pace.nextSlot = Math.max(pace.nextSlot, pace.pausedUntil)
    pace.steadyFrom = pace.pausedUntil
  }
  const window = windowMs(pace, now)
  const ahead = now + aheadMs
  // What was sent before the window has nothing to do with what is sent now; far ahead it is only if a clock was set back.
  pace.late = Object.fromEntries(
    Object.entries(pace.late).filter(
      ([slot, ms]) => Number(slot) + ms > now - window && Number(slot) <= ahead + second,
    ),
  )
  let start = nextStart(pace, now)
  while (slots.length < wanted && heldBy === null) {
    if (pace.running.length >= pace.concurrency) heldBy = 'concurrency'
    else if (start > ahead) heldBy = 'rate'
    else {
      slots.push({ slot: start, inMs: start - now })
      pace.running.push(start)
      pace.late[start] = latestMs
      pace.granted += 1
      pace.nextSlot = Math.max(pace.nextSlot, start - catchUpMs) + second / pace.rate
      start = nextStart(pace, now)
    }
  }
  if (heldBy === 'rate') pace.rateBoundAt = now
  if (heldBy === 'concurrency') pace.concurrencyBoundAt = now
  // By then it is known of the calls that are to go out now whether they did.
  const mayStart = nextStart(pace, now, 0)
  const waitMs = heldBy === 'rate' ? Math.max(aheadMs / 2, mayStart - ahead + aheadMs / 2) : pollMs
  return {
    slots,
    heldBy,
    isHeldBack: now - Math.max(pace.rateBoundAt, pace.concurrencyBoundAt) < second,
    againInMs: heldBy === null ? null : waitMs,
    ratePerSecond: pace.rate,
    concurrency: pace.concurrency,
  }
}

/** So long no more calls may go out than the rate has whole ones. */
function windowMs({ rate, rateCeiling, steadyFrom }: Pace, now: number): number {
  const travel = now - steadyFrom < firstMs ? firstTravelMs : travelMs
  // Below a ceiling that was found there is room already.
  return (wholeCalls(rate) * second) / rate + (rateCeiling === null ? travel : travel / 3)
}

function wholeCalls(rate: number): number {
  return Math.max(1, Math.round(rate))
}

/**
 * Evenly spaced while everybody is in time; turns that nobody took are made up for, within what a window allows. Counted
 * is when calls really went out, and at the latest where that is not known (`unknownMs`).
 */
function nextStart(pace: Pace, now: number, unknownMs = latestMs): number {
  const { nextSlot, rate, late } = pace
  const slots = Object.entries(late).map(([slot, ms]) => ({ slot: Number(slot), ms: ms === latestMs ? unknownMs : ms }))
  const last = Math.max(Number.NEGATIVE_INFINITY, ...slots.map(({ slot }) => slot))
  const sent = slots.map(({ slot, ms }) => slot + ms).sort((a, b) => a - b)
  const windowAgo = sent.at(-wholeCalls(rate)) ?? Number.NEGATIVE_INFINITY
  const gap = Math.max(leastGapMs, (catchUpGap * second) / rate)
  return Math.max(now, Math.ceil(Math.max(nextSlot, last + gap, windowAgo + windowMs(pace, now))))
}
