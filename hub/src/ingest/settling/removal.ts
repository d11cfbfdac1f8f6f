import { connectionOf } from '../../kinds/document.ts'
import { hasConnection, type Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import { type Absence, findAbsent, haveBeenRemoved, holdRows, markAbsent } from '../../store/absences.ts'
import { buryRows } from '../../store/bury-rows.ts'
import type { Claim } from '../../store/claims.ts'
import { holdClaim } from '../../store/hold-claim.ts'
import type { Store } from '../../store/open-store.ts'
import { isFiltered } from '../../store/scope.ts'
import type { Walked } from '../../store/seen-rows.ts'
import type { Settlement } from '../../store/steps.ts'
import { idsInside, type RemovedParent, removedParents } from '../../store/stored-rows.ts'
import { transaction } from '../../store/transaction.ts'
import { confirmAbsences } from '../confirm-absences.ts'
import { hiddenRows } from '../hidden-rows.ts'
import { coveredBy, type Scopes, scopesOf } from '../plans/coverage.ts'
import { leaveScope } from '../plans/leave-scope.ts'
import type { WalkContext } from '../walk-partition.ts'
import { missedTwice } from './missed-twice.ts'
import type { WalkedKind } from './walked-kind.ts'

// A removal of more than this many rows, and of more than this share of them, waits for a person.
const REMOVALS_UNASKED = 10
const SHARE_UNASKED = 0.1
// Of a removal that waits anyway, this many rows are enough to find out why.
const EXPLAINED = 500

/** What was removed, or is to be. */
export type Removal = Pick<Settlement, 'removed' | 'marked' | 'held'> & {
  /** How many of those that are held back are still in Wiz, and only fit no plan any more. */
  readonly unfit?: number | undefined
  readonly notes: readonly string[]
  /** What about the service account explains that rows are missing. */
  readonly because?: string | null | undefined
}

/** Nothing was. */
export const NOTHING_REMOVED: Removal = { removed: 0, marked: 0, held: 0, notes: [] }

/** Removes what no plan wants any more and, after a walk of the whole, what is gone. */
export async function removeFrom(context: WalkContext, claim: Claim, kind: Kind, walk: WalkedKind): Promise<Removal> {
  const { store, scope } = context
  const scopes = await scopesOf(store, claim.connectionId, kind, scope)
  const left = await leaveScope({ store, claim, kind, scope, walkStartedAt: walk.walkStartedAt, mayRemove }, scopes)
  const gone = walk.isWhole ? await remove(context, claim, kind, walk, scopes) : NOTHING_REMOVED
  return {
    removed: left.removed + gone.removed,
    marked: left.held + gone.marked,
    held: left.held + gone.held,
    unfit: left.held,
    notes: gone.notes,
    because: gone.because,
  }
}

function mayRemove(count: number, stored: number): boolean {
  return count <= REMOVALS_UNASKED || count <= stored * SHARE_UNASKED
}

/** Removes what a walk of the whole did not see: with what it lived in, or as gone. */
async function remove(
  context: WalkContext,
  claim: Claim,
  kind: Kind,
  walk: WalkedKind,
  scopes: Scopes,
): Promise<Removal> {
  const { store } = context
  if (await isAllSeen(context, claim, kind, walk)) return NOTHING_REMOVED
  const unseen = await unseenBy(context, claim, kind, walk)
  const absent = await withoutNamed(store, kind, claim.connectionId, unseen)
  if (absent.length === 0) return NOTHING_REMOVED
  const parents = await parentsOf(store, kind, claim.connectionId, idsOf(absent))
  // A person has decided that what it lived in leaves: nothing is left to be confirmed, or to be asked.
  const along = absent.filter(({ id }) => parents.get(id)?.reason === 'left-scope')
  const removed = await bury(store, claim, kind, idsOf(along), 'left-scope')
  const rest = absent.filter(({ id }) => parents.get(id)?.reason !== 'left-scope')
  if (rest.length === 0) return { ...NOTHING_REMOVED, removed }
  const gone = await removeGone(
    context,
    claim,
    kind,
    { ...walk, stored: walk.stored - removed },
    { scopes, absent: rest, parents },
  )
  return { ...gone, removed: removed + gone.removed }
}

interface Missing {
  readonly scopes: Scopes
  readonly absent: readonly Absence[]
  readonly parents: ReadonlyMap<string, RemovedParent>
}

/** Removes what is gone: at once where Wiz confirms it by id, else when a second complete walk misses it too. */
async function removeGone(
  context: WalkContext,
  claim: Claim,
  kind: Kind,
  walk: WalkedKind,
  { scopes, absent, parents }: Missing,
): Promise<Removal> {
  const { store } = context
  await markAbsent(store, kind, claim.connectionId, claim.runId, idsOf(absent))
  if (!mayRemove(absent.length, walk.stored)) {
    const { because } = await hiddenRows(context, claim, kind, idsOf(absent).slice(0, EXPLAINED))
    return {
      ...NOTHING_REMOVED,
      marked: absent.length,
      held: await holdRows(store, kind, claim.runId, idsOf(absent)),
      because,
    }
  }
  const lookup = hasConnection(kind) ? connectionOf(kind).lookup : undefined
  const confirmed = lookup
    ? await confirmAbsences(context, claim, kind, lookup, absent, {
        covers: coveredBy(kind, scopes.wanted),
        isCounted: walk.isCounted,
      })
    : await missedTwice(context, claim, kind, walk.isCounted ? absent : [], scopes.wanted)
  const hidden = await hiddenRows(context, claim, kind, confirmed.gone)
  const isHidden = new Set(hidden.ids)
  const gone = confirmed.gone.filter((id) => !isHidden.has(id))
  const approved = gone.filter((id) => parents.get(id)?.reason === 'approved')
  const others = gone.filter((id) => parents.get(id)?.reason !== 'approved')
  const removed =
    (await bury(store, claim, kind, others, 'gone-from-wiz')) +
    (await bury(store, claim, kind, approved, 'approved')) +
    (await bury(store, claim, kind, confirmed.left, 'left-scope'))
  const held = hidden.ids.length > 0 ? await holdRows(store, kind, claim.runId, hidden.ids) : 0
  return { removed, marked: absent.length - removed, held, notes: confirmed.notes, because: hidden.because }
}

function bury(store: Store, claim: Claim, kind: Kind, ids: readonly string[], reason: string): Promise<number> {
  return transaction(store.pool, async (client) => {
    await holdClaim(client, claim)
    const { connectionId, runId } = claim
    return buryRows(client, kind, ids, { connectionId, runId, cause: 'sync', reason })
  })
}

/**
 * Whether a walk has seen every row that is stored, told by counting, because comparing a million ids takes seconds: what it
 * kept is stored unless it was removed since, so that where there are no more rows than it kept there are no others. Under
 * filters that does not follow: Wiz may know better than our columns what fits them.
 */
async function isAllSeen({ store, scope }: WalkContext, claim: Claim, kind: Kind, walk: WalkedKind): Promise<boolean> {
  if (isFiltered(kind, scope) || walk.seen.kept !== walk.stored) return false
  return !(await haveBeenRemoved(store, kind, claim.connectionId, walk.walkStartedAt))
}

/** Nothing at all came: everything that is stored stays, until a person says that it is really gone. */
export async function holdAll(context: WalkContext, claim: Claim, kind: Kind, walk: WalkedKind): Promise<Removal> {
  const { store } = context
  const absent = await unseenBy(context, claim, kind, walk)
  await markAbsent(store, kind, claim.connectionId, claim.runId, idsOf(absent))
  const held = await holdRows(store, kind, claim.runId, idsOf(absent))
  return { ...NOTHING_REMOVED, marked: held, held }
}

/** The rows that a walk did not see. Whoever settles a kind forgets its pages: then all that is stored would look unseen. */
async function unseenBy(
  { store, scope }: WalkContext,
  claim: Claim,
  kind: Kind,
  walk: WalkedKind,
): Promise<readonly Absence[]> {
  const unseen = await findAbsent(store, kind, walked(claim, walk), scope)
  await transaction(store.pool, (client) => holdClaim(client, claim))
  return unseen
}

/** What lives inside nodes is not absent while a stored node still names it, e.g. one that another plan brought in. */
async function withoutNamed(
  store: Store,
  kind: Kind,
  connectionId: number,
  absent: readonly Absence[],
): Promise<readonly Absence[]> {
  if (hasConnection(kind) || absent.length === 0 || !('inside' in kind.source)) return absent
  const named = await idsInside(store, kindNamed(kind.source.inside), kind.source.path, connectionId)
  return absent.filter(({ id }) => !named.has(id))
}

/** The removed nodes that had named what lives inside of them. */
async function parentsOf(
  store: Store,
  { source }: Kind,
  connectionId: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RemovedParent>> {
  return 'inside' in source
    ? removedParents(store, kindNamed(source.inside), source.path, connectionId, ids)
    : new Map()
}

function walked({ runId, connectionId }: Claim, { walkStartedAt }: WalkedKind): Walked {
  return { runId, connectionId, walkStartedAt }
}

function idsOf(rows: readonly Absence[]): string[] {
  return rows.map((row) => row.id)
}
