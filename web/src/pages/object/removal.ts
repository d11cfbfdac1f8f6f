const REASONS: Readonly<Record<string, string>> = {
  'gone-from-wiz': 'Wiz no longer has it',
  'deleted-in-wiz': 'Wiz says that it was deleted',
  'left-scope': 'No plan wanted it any more',
  approved: 'Somebody approved its removal',
}

/** The words under which removals are filed, each with what people call it. */
export const REMOVAL_REASONS = Object.entries(REASONS).map(([value, label]) => ({ value, label }))

/** Why something was removed, for people. */
export function removalReason(reason: string): string {
  return REASONS[reason] ?? reason
}
