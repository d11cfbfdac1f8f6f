/** How far something is at a moment, in milliseconds of any clock. */
export interface Sample {
  readonly at: number
  readonly done: number
}

const WINDOW_MS = 10_000

/** Tells the rate of the last seconds, and how long the rest will take. */
export class Pace {
  #samples: Sample[] = []

  add(sample: Sample): void {
    this.#samples = [...this.#samples.filter((each) => sample.at - each.at <= WINDOW_MS), sample]
  }

  /** How many per second. */
  get rate(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (!first || !last || last.at === first.at) return 0
    return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at))
  }

  /** How many seconds are left until `all` are done; undefined while nothing moves. */
  secondsTo(all: number): number | undefined {
    const done = this.#samples.at(-1)?.done ?? 0
    return this.rate > 0 ? Math.ceil(Math.max(0, all - done) / this.rate) : undefined
  }
}
