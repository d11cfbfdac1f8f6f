import {
  atOnce,
  firstProbeMs,
  lastProbeMs,
  longestPauseMs,
  mostAtOnce,
  type Outcome,
  type Pace,
  second,
  slowest,
} from './pace.ts'

const fastest = 200
/** So far below a ceiling calls are made for good. */
const belowCeiling = 0.98
const usualPauseMs = second
/** A refusal this soon after the last one, without having looked beyond, says that the ceiling was wrong. */
const soonMs = 10 * second

/** Takes in how a call ended; a refusal lowers what is taken for the limit. */
export function takeIn(pace: Pace, { slot, result, retryAfterMs, lateMs = 0 }: Outcome, now: number): void {
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
export function sampleMs(rate: number): number {
  return Math.max(second, (5 * second) / rate)
}

/** Once a second: more of whatever held demand back, provided that the present limit has proven itself. */
export function grow(pace: Pace, now: number): void {
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
