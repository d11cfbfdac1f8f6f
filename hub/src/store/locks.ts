/** The advisory locks that stand for something done once over all processes; each has a number of its own. */
export const LOCKS = {
  migrations: 4_680_001,
  jobs: 4_680_002,
  nameIndexes: 4_680_003,
  keyRotation: 4_680_004,
  /** The first half of a pair; the second one tells the tally. */
  tallies: 4_680_010,
  /** The first half of a pair; the second one tells the part of a run. */
  claims: 4681,
} as const
