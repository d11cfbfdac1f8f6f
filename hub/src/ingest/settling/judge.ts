import { codeOf } from '../../errors.ts'
import { countDocument } from '../../kinds/document.ts'
import type { Kind } from '../../kinds/kind.ts'
import { haveBeenTakenAway } from '../../store/absences.ts'
import type { Claim } from '../../store/claims.ts'
import type { Settlement } from '../../store/steps.ts'
import { filterFor } from '../scope.ts'
import type { WalkContext } from '../walk-partition.ts'
import { parentOf, type WalkedKind } from './walked-kind.ts'

/** Whether a kind is complete, and if not, why. */
export interface Verdict {
  readonly state: Settlement['state']
  readonly expected: number | null
  readonly errorCode?: string | undefined
  readonly error?: string | undefined
}

/** How many of a kind Wiz has in the scope of the sync now; null where it does not say. */
export async function totalOf({ wiz, scope, signal }: WalkContext, kind: Kind): Promise<number | null> {
  try {
    const { data } = await wiz.ask<{ page: { totalCount?: number | null } | null }>({
      document: countDocument(kind),
      variables: { filterBy: filterFor(kind, scope, {}) },
      signal,
    })
    return data?.page?.totalCount ?? null
  } catch (error) {
    // A list that cannot be counted has no total; that is no failure of the walk.
    if (codeOf(error) === 'schema-drift') return null
    throw error
  }
}

/** Judges by arithmetic whether all of a kind came; `walk-again` where another walk may bring what is missing. */
export async function judge(
  context: WalkContext,
  claim: Claim,
  kind: Kind,
  walk: WalkedKind,
): Promise<Verdict | 'walk-again'> {
  const { expected, parent, stored } = walk
  const fetched = walk.seen.all
  if (walk.failure) {
    const { code, sentence } = walk.failure
    return { state: fetched > 0 ? 'partial' : 'failed', expected, errorCode: code, error: sentence }
  }
  if (walk.missedField !== undefined) {
    const error = `Wiz no longer has ${walk.missedField}, so nobody knows which ${kind.plural} are gone or left out: nothing was removed. Update Wizbridge.`
    return { state: 'partial', expected: null, errorCode: 'field-missing', error }
  }
  if (parent) {
    if (parent.state === 'complete') return { state: 'complete', expected: fetched }
    const error = `It is read inside ${parentOf(kind)}, which is not complete.`
    return { state: fetched > 0 ? 'partial' : 'failed', expected: null, errorCode: 'parent-incomplete', error }
  }
  if (walk.mode === 'delta') return enough(kind, fetched + walk.rejected, expected, walk, expected)

  const { total } = claim.slice
  const now = typeof total === 'number' ? total : await totalOf(context, kind)
  // The estate changes while it is read, so anything between the count before and the count after is whole.
  // A count of none beside one of some is an empty answer, not a count.
  const counts = [now, expected].filter((count) => count !== null)
  const least =
    counts.length === 0 ? null : Math.min(...counts.filter((count) => count > 0 || Math.max(...counts) === 0))
  const verdict = enough(kind, fetched + walk.rejected, least, walk, now ?? expected)
  if (verdict.errorCode === 'rows-missing' && !walk.walkedAgain) return 'walk-again'
  if (verdict.errorCode === 'rows-missing') return verdict
  if (fetched === 0 && stored > 0) {
    const error = `Wiz answered with no ${kind.plural} at all, but ${stored} are stored. Check the projects of the service account; approve the removal if they are really gone.`
    return { state: 'partial', expected: now, errorCode: 'empty-answer', error }
  }
  // E.g. with a plan that was deleted meanwhile: what was found as it is stored was not written, and is missing now.
  const { runId, connectionId } = claim
  const walked = { runId, connectionId, walkStartedAt: walk.walkStartedAt }
  if (!walk.walkedAgain && (await haveBeenTakenAway(context.store, kind, walked))) return 'walk-again'
  return verdict
}

function enough(kind: Kind, fetched: number, least: number | null, walk: WalkedKind, expected: number | null): Verdict {
  if (least !== null && fetched < least) {
    const error = `Wiz says there are ${least} ${kind.plural}, but only ${fetched} came. The rest is read by the next sync; nothing was removed.`
    return { state: 'partial', expected, errorCode: 'rows-missing', error }
  }
  if (walk.rejected > 0) {
    const error = `${walk.rejected} records could not be read and were set aside: see "wizbridge runs show". Nothing was removed.`
    return { state: 'partial', expected, errorCode: 'records-rejected', error }
  }
  if (walk.incomplete > 0) {
    const error = `Wiz could not read some fields of ${walk.incomplete} records. They are read again by the next sync; nothing was removed.`
    return { state: 'partial', expected, errorCode: 'records-incomplete', error }
  }
  return { state: 'complete', expected }
}
