// How soon work is noticed that another process has made.
const LOOK_MS = 100
const WAIT_MS = 2_000

/** The loops of one process that have nothing to do: one of them looks around, and wakes the others. */
export class IdleLoops {
  readonly #waiting = new Set<() => void>()
  #isWatched = false

  /** Waits until there may be work; whoever comes first looks around for all, told how many they are. */
  async wait(lookAround: (hands: number) => Promise<boolean>): Promise<void> {
    if (this.#isWatched) return this.#rest(WAIT_MS)
    this.#isWatched = true
    try {
      if (!(await lookAround(this.#waiting.size + 1))) await this.#rest(LOOK_MS)
    } finally {
      this.#isWatched = false
    }
  }

  /** Lets one look for work; when it finds some, there may be work for the next. */
  wakeOne(): void {
    const [wake] = this.#waiting
    wake?.()
  }

  /** Lets all look again, e.g. because the run has ended. */
  wakeAll(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#waiting.add(wake)
    })
  }
}
