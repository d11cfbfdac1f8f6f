import type { Kind } from '../kinds/kind.ts'

// Each of these opens everything.
const OPEN_ALL = ['read:all', 'admin:all']

/** The OAuth scopes of which each opens the whole of a kind. */
function scopesForAll({ scopes, scopesInPart = [] }: Kind): string[] {
  return scopes.filter((each) => !scopesInPart.includes(each))
}

/** The OAuth scopes to tick for a kind, in words. */
export function scopesInWords(kind: Kind): string {
  const { scopesInPart = [] } = kind
  const all = scopesForAll(kind).join(' or ')
  return scopesInPart.length > 0 ? `${all} (or ${scopesInPart.join(' and ')} together)` : all
}

/** The scopes without which an account sees a part of a kind only, as if there were no more; none where it sees all. */
export function scopesForTheRest(kind: Kind, held: readonly string[] | null): string[] {
  const { scopesInPart = [] } = kind
  if (held === null || [...OPEN_ALL, ...scopesForAll(kind)].some((each) => held.includes(each))) return []
  const missing = scopesInPart.filter((each) => !held.includes(each))
  return missing.length < scopesInPart.length ? missing : []
}

/** What is said where an account sees a part of a kind only. */
export function partSentence(kind: Kind, missing: readonly string[]): string {
  const scopes = [...scopesForAll(kind), missing.join(' and ')].join(' or ')
  return `The service account sees only a part of the ${kind.plural.replaceAll('-', ' ')}: add the scope ${scopes} in Wiz under Settings > Service Accounts.`
}
