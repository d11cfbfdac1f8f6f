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
export interface Wish {
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

/** In milliseconds, as all times of a pace. */
export const second = 1000
/** The fewest calls per second. */
export const slowest = 0.2
/** The most calls that are ever under way. */
export const mostAtOnce = 64
const usualAtOnce = 10
/** A call that goes out later than this after its slot has missed it. As long as nothing is heard of it, it may. */
export const latestMs = second / 4
/** A slot that is heard of no more belongs to a process that died. */
const leaseMs = 10 * second
/** No refusal stops calls for longer. */
export const longestPauseMs = 300 * second
/** How long a ceiling that was just found is left alone before somebody looks beyond it. */
export const firstProbeMs = 8 * second
/** The same for a ceiling that has held many times. */
export const lastProbeMs = 240 * second

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

/** How many calls may be under way at the same time where so many per second are allowed. */
export function atOnce(perSecond: number): number {
  return Math.min(mostAtOnce, Math.max(usualAtOnce, Math.round(perSecond)))
}

/** Whether the call of a slot goes on, as far as is known. */
export function isUnderWay({ heard }: Pace, slot: number, now: number): boolean {
  return (heard[slot] ?? slot) > now - leaseMs
}
