import { Retriable } from '../../src/errors.ts'

/** How a simulated server limits its callers. */
export interface Limit {
  /** Calls per second let through; may change with time. */
  perSecond: (nowMs: number) => number
  /** `sliding`: so many in any second; `bucket`: a token bucket with this burst. */
  kind: 'sliding' | 'bucket'
  burst?: number
  atOnce?: number
  latencyMs: number
  retryAfterMs?: number
}

/** A server that exists in simulated time only. */
export function limitedServer(limit: Limit) {
  const accepted: number[] = []
  const refused: number[] = []
  let tokens = limit.burst ?? 0
  let filledAt = Date.now()
  let inFlight = 0

  function lets(now: number): boolean {
    const rate = limit.perSecond(now)
    if (inFlight >= (limit.atOnce ?? Number.POSITIVE_INFINITY)) return false
    if (limit.kind === 'sliding') return accepted.filter((at) => at > now - 1000).length < rate
    tokens = Math.min(limit.burst ?? rate, tokens + ((now - filledAt) * rate) / 1000)
    filledAt = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  async function call(): Promise<void> {
    const now = Date.now()
    const fine = lets(now)
    ;(fine ? accepted : refused).push(now)
    if (fine) inFlight += 1
    await new Promise((resolve) => setTimeout(resolve, limit.latencyMs))
    if (fine) inFlight -= 1
    else throw new Retriable('rate-limited', 'Rate limit exceeded', { retryAfterMs: limit.retryAfterMs })
  }

  const between = (times: number[], from: number, to: number) => times.filter((at) => at >= from && at < to).length
  return {
    call,
    acceptedBetween: (from: number, to: number) => between(accepted, from, to),
    refusedBetween: (from: number, to: number) => between(refused, from, to),
    accepted,
    refused,
  }
}
