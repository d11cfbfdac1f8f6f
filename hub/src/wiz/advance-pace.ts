import { handOut } from './hand-out-slots.ts'
import { grow, sampleMs, takeIn } from './learn-limit.ts'
import { atOnce, type Grant, isUnderWay, type KnownLimit, lastProbeMs, type Pace, second, type Wish } from './pace.ts'

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
  for (const outcome of wish.outcomes) takeIn(pace, outcome, nowMs)
  grow(pace, nowMs)
  if (limit?.isFinal) pace.rate = Math.min(pace.rate, limit.perSecond)
  const grant = handOut(pace, wish, nowMs)
  const oldest = Math.min(nowMs - second, ...pace.running.filter((slot) => slot > nowMs - 5 * second))
  pace.passed = pace.passed.filter((slot) => slot > oldest - 2 * sampleMs(pace.rate))
  pace.heard = Object.fromEntries(Object.entries(pace.heard).filter(([slot]) => pace.running.includes(Number(slot))))
  return { pace, grant }
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
