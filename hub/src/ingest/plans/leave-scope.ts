import type { Kind } from '../../kinds/kind.ts'
import { KINDS } from '../../kinds/kinds.ts'
import { findLeftOut, holdRows, markAbsent } from '../../store/absences.ts'
import { buryRows } from '../../store/bury-rows.ts'
import type { Claim } from '../../store/claims.ts'
import { beginLeaving, endScopes } from '../../store/end-scopes.ts'
import type { Store } from '../../store/open-store.ts'
import type { Scope } from '../../store/scope.ts'
import { countStored } from '../../store/stored-rows.ts'
import { transaction } from '../../store/transaction.ts'
import { type Scopes, scopesOf, unwanted, unwantedOf } from './coverage.ts'

/** A walk of a scope, as far as leaving it needs. */
interface ScopeWalk {
  readonly store: Store
  readonly claim: Origin
  readonly kind: Kind
  readonly scope: Scope
  readonly walkStartedAt: string
  /** Whether so many of so many may go without a person. */
  readonly mayRemove: (count: number, stored: number) => boolean
}

/** Removes what no plan wants any more; answers how many rows went, and how many wait for a person. */
export async function leaveScope(walk: ScopeWalk, scopes: Scopes): Promise<{ removed: number; held: number }> {
  const { store, claim, kind, scope } = walk
  const removed = await leaveOutdated(walk, { ...scopes, wanted: [scope, ...scopes.wanted] })
  const { connectionId, runId } = claim
  const leftOut = await findLeftOut(store, kind, { connectionId, runId, walkStartedAt: walk.walkStartedAt })
  const ids = await unwantedOf(store, kind, connectionId, leftOut, scopes.wanted)
  if (ids.length === 0) return { removed, held: 0 }
  if (walk.mayRemove(ids.length, await countStored(store, kind, connectionId, scope))) {
    return { removed: removed + (await bury(walk, ids)), held: 0 }
  }
  // Nobody changed the plan, and yet so many no longer fit it: that is for a person to look at.
  await markAbsent(store, kind, connectionId, runId, ids)
  return { removed, held: await holdRows(store, kind, runId, ids) }
}

/** What a plan was changed to leave out goes at once, because a person decided that. */
async function leaveOutdated(
  { store, claim, kind }: Pick<ScopeWalk, 'store' | 'claim' | 'kind'>,
  { wanted, outdated, byHand }: Scopes,
): Promise<number> {
  const { connectionId } = claim
  let removed = 0
  for (const scope of outdated) {
    const leaving = { connectionId, kind, ended: [scope], byHand }
    await beginLeaving(store.pool, leaving)
    for await (const ids of unwanted(store, kind, connectionId, [scope], wanted)) {
      removed += await bury({ store, claim, kind }, ids)
    }
    await endScopes(store.pool, leaving)
  }
  return removed
}

/** Removes the kinds that plans have brought in and that none of them brings in any more. */
export async function leaveForgottenKinds(store: Store, run: Origin): Promise<number> {
  let removed = 0
  for (const kind of KINDS) {
    const scopes = await scopesOf(store, run.connectionId, kind)
    if (scopes.wanted.length === 0) removed += await leaveOutdated({ store, claim: run, kind }, scopes)
  }
  return removed
}

type Origin = Pick<Claim, 'connectionId' | 'runId'>

function bury(
  { store, claim, kind }: Pick<ScopeWalk, 'store' | 'claim' | 'kind'>,
  ids: readonly string[],
): Promise<number> {
  const { connectionId, runId } = claim
  return transaction(store.pool, (client) =>
    buryRows(client, kind, ids, { connectionId, runId, cause: 'sync', reason: 'left-scope' }),
  )
}
