import { codeOf, Fatal, Refused, Skippable, sentenceOf } from '../errors.ts'
import { countDocument } from '../kinds/document.ts'
import type { Kind } from '../kinds/kind.ts'
import type { Scope } from '../store/scope.ts'
import type { Wiz } from '../wiz/client.ts'
import { filterFor } from './scope.ts'
import { scopesInWords } from './scopes-to-tick.ts'

/** Whether a kind may be read, and how many there are. */
export type KindCount =
  | { readonly state: 'allowed'; readonly count: number | null; readonly isAtLeast: boolean; readonly ms: number }
  | { readonly state: 'forbidden'; readonly missingScopes: readonly string[]; readonly sentence: string }
  /** This kind could not be asked for; others may still answer. */
  | { readonly state: 'unknown'; readonly code: string; readonly sentence: string }

/** Asks the cheapest question about a kind; what no kind could be asked through is thrown. */
export async function countKind(
  wiz: Wiz,
  kind: Kind,
  scope: Scope,
  held: readonly string[] | null,
  signal: AbortSignal,
): Promise<KindCount> {
  const ask = (document: string) =>
    wiz.ask<{
      page: { totalCount?: number | null; maxCountReached?: boolean | null; nodes?: unknown[] | null } | null
    }>({ document, variables: { filterBy: filterFor(kind, scope, {}) }, signal, tries: 2 })
  try {
    const { data, ms } = await ask(countDocument(kind)).catch((error) => {
      // Not of every list is it attested that it can be counted: then a row still says that it may be read.
      if (codeOf(error) !== 'schema-drift') throw error
      return ask(countDocument(kind, { isCountable: false }))
    })
    const { totalCount, maxCountReached, nodes } = data?.page ?? {}
    const count = totalCount ?? (nodes?.length === 0 ? 0 : null)
    return { state: 'allowed', count, isAtLeast: maxCountReached === true, ms }
  } catch (error) {
    signal.throwIfAborted()
    const code = codeOf(error)
    // Wiz refuses in words of GraphQL; whatever refuses without them says nothing about the kind.
    if (code === 'forbidden' && error instanceof Refused && [error.details.wizMessages ?? []].flat().length === 0) {
      const sentence = `${wiz.apiUrl.host} answers 403, but not as the Wiz API does: check the API URL, and whether a proxy or gateway in between refuses the calls.`
      throw new Fatal('not-wiz', sentence, { cause: error })
    }
    if (code === 'missing-scope' || code === 'forbidden') return forbidden(kind, held)
    if (error instanceof Refused || error instanceof Skippable) {
      return { state: 'unknown', code, sentence: sentenceOf(error) }
    }
    throw error
  }
}

function forbidden(kind: Kind, held: readonly string[] | null): KindCount {
  const missingScopes = kind.scopes.filter((each) => !held?.includes(each))
  // One that is held and still does not open the door: then it is the projects, or a role.
  const next =
    missingScopes.length > 0
      ? `Add the scope ${scopesInWords(kind)} in Wiz under Settings > Service Accounts.`
      : 'The service account holds the scope: look at its projects and at the license of the tenant in Wiz.'
  return { state: 'forbidden', missingScopes, sentence: `${kind.plural} may not be read. ${next}` }
}
