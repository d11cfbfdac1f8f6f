import { type Grant, latestMs, longestPauseMs, type Pace, type Slot, second, slowest, type Wish } from './pace.ts'

/** So late a caller may come without losing its turn. */
const catchUpMs = second / 2
const leastGapMs = 5
/** How close calls follow each other then, of their usual distance: a crowd would hold itself up and arrive unevenly. */
const catchUpGap = 0.6
/** Calls take longer or shorter to arrive once they were sent, and a limit counts those that arrive. */
const travelMs = 15
/** And more so at first, when connections are still being opened and Wiz has yet to warm up. */
const firstTravelMs = 60
const firstMs = 3 * second
const pollMs = 100

/** Hands out evenly spaced slots, as many as are wished for and the limits allow now. */
export function handOut(pace: Pace, { wanted, aheadMs }: Wish, now: number): Grant {
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
