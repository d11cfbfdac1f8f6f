/** What is known about a clock elsewhere. */
export interface FarClock {
  /** Takes in a moment it showed, between two moments of the clock here. */
  hear(moment: number, askedAt: number, answeredAt: number): void
  /** From when on, by the clock here, a moment has come there for sure; it may have come that much earlier. */
  here(moment: number): { opensAt: number; offByMs: number }
}

// Clocks run differently by less than this, also while one of them is being corrected.
const drift = 0.001

/** Knows a clock the better, the quicker one of its answers was. */
export function createFarClock(): FarClock {
  let least = Number.NEGATIVE_INFINITY
  let most = Number.POSITIVE_INFINITY
  let heardAt = 0
  return {
    hear(moment, askedAt, answeredAt) {
      const drifted = (answeredAt - heardAt) * drift
      heardAt = answeredAt
      least = Math.max(least - drifted, moment - answeredAt)
      most = Math.min(most + drifted, moment - askedAt)
      // It has been set anew.
      if (least > most) [least, most] = [moment - answeredAt, moment - askedAt]
    },
    here: (moment) => ({ opensAt: moment - least, offByMs: most - least }),
  }
}
