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
