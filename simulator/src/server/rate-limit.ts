import type { RateForm } from '../answer.ts'

/** How many calls an account may make. */
export interface RateOptions {
  /** Calls per second, null for no limit. Default 10. */
  perSecond?: number | null
  /** Calls at the same time, null for no limit. Default 10. */
  concurrency?: number | null
  /** How a refusal is told. Default `graphql`. */
  form?: RateForm
  /** Seconds a refused caller is told to wait. Default: until the next call would pass, rounded up. */
  retryAfter?: number
}

/** The limit of every account. */
export interface RateLimit {
  /** Lets a call in, or says in how many seconds to come again. Who got in must `leave`. */
  enter(account: string): { allowed: true } | { allowed: false; retryAfter: number }
  leave(account: string): void
  /** Replaces limits from now on. */
  set(options: RateOptions): void
  readonly form: RateForm
}

interface Bucket {
  tokens: number
  filledAt: number
  inFlight: number
}

/** Half a call more than the limit fits into the bucket, so that timers may jitter even at one call per second. */
const SLACK = 0.5

const sizeOf = (perSecond: number | null) => (perSecond ?? 0) + SLACK

/**
 * A token bucket per account: N calls may come at once, and N per second flow back. A client that sends N evenly
 * spaced calls per second is never refused; one that bursts can pass at most 2N in the first second after a rest.
 * Refused calls cost nothing.
 */
export function createRateLimit(options: RateOptions = {}, now: () => number = () => performance.now()): RateLimit {
  let { perSecond = 10, concurrency = 10, form = 'graphql', retryAfter } = options
  const buckets = new Map<string, Bucket>()

  const bucketOf = (account: string): Bucket => {
    const size = sizeOf(perSecond)
    const bucket = buckets.get(account) ?? { tokens: size, filledAt: now(), inFlight: 0 }
    const at = now()
    bucket.tokens = Math.min(size, bucket.tokens + ((at - bucket.filledAt) / 1000) * (perSecond ?? 0))
    bucket.filledAt = at
    buckets.set(account, bucket)
    return bucket
  }

  return {
    enter(account) {
      const bucket = bucketOf(account)
      if (concurrency !== null && bucket.inFlight >= concurrency) return { allowed: false, retryAfter: retryAfter ?? 1 }
      if (perSecond !== null) {
        // Ten tenths of a second must make a whole token in floating point too.
        if (bucket.tokens < 1 - 1e-6) {
          return { allowed: false, retryAfter: retryAfter ?? Math.ceil((1 - bucket.tokens) / perSecond) }
        }
        bucket.tokens -= 1
      }
      bucket.inFlight += 1
      return { allowed: true }
    },
    leave(account) {
      bucketOf(account).inFlight -= 1
    },
    set(changed) {
      perSecond = changed.perSecond === undefined ? perSecond : changed.perSecond
      concurrency = changed.concurrency === undefined ? concurrency : changed.concurrency
      form = changed.form ?? form
      retryAfter = changed.retryAfter ?? retryAfter
      buckets.forEach((bucket) => {
        bucket.tokens = sizeOf(perSecond)
      })
    },
    get form() {
      return form
    },
  }
}
