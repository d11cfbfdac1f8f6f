/** The server's clock, by which tokens expire: real time from a chosen start, moved on by hand. */
export interface Clock {
  now(): Date
  advance(ms: number): void
}

/** Starts a clock. */
export function createClock(start: Date): Clock {
  const startedAt = performance.now()
  let advanced = 0
  return {
    now: () => new Date(start.getTime() + advanced + performance.now() - startedAt),
    advance(ms) {
      advanced += ms
    },
  }
}

/** The world's time stands still for so long before it catches up, so that its counts stay good from page to page. */
const STEP = 1_000

/** Gives a function that lets real time pass for whatever is moved on by `advance`. */
export function followRealTime(advance: (ms: number) => void): () => void {
  let caughtUpAt = performance.now()
  return () => {
    const passed = Math.floor(performance.now() - caughtUpAt)
    if (passed < STEP) return
    caughtUpAt += passed
    advance(passed)
  }
}
