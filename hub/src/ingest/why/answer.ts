/** Why something is not here, from the most telling to the least. */
export const WHY_CODES = [
  'here',
  'waits-for-approval',
  'missed',
  'excluded',
  'plan-off',
  'not-wanted',
  'run-incomplete',
  'not-yet',
  'never-synced',
  'deleted-in-wiz',
  'rejected',
  'removed',
  'forbidden',
  'cannot-ask',
  'unknown-to-wiz',
  'not-kept',
] as const
export type WhyCode = (typeof WHY_CODES)[number]

/** One reason, on one connection. */
export interface WhyAnswer {
  readonly code: WhyCode
  readonly connection: string | null
  readonly kind: string | null
  readonly sentence: string
  /** What to change, or null where nothing has to. */
  readonly change: string | null
  /** The plan, the run and the filter or rule that it comes from. */
  readonly plan: string | null
  readonly run: number | null
  readonly by: string | null
}

/** An answer without the facts that it does not have. */
export function answer(
  code: WhyCode,
  sentence: string,
  change: string | null,
  facts: Partial<WhyAnswer> = {},
): WhyAnswer {
  return { code, connection: null, kind: null, plan: null, run: null, by: null, ...facts, sentence, change }
}
