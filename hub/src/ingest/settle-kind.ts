import { connectionOf, countDocument } from '../kinds/document.ts'
import { hasConnection, type Kind } from '../kinds/kind.ts'
import { kindNamed } from '../kinds/kinds.ts'
import { type Absence, countSeen, countStored, findAbsent, holdRows, idsInside, markAbsent } from '../store/absences.ts'
import { buryRows } from '../store/bury-rows.ts'
import type { Claim } from '../store/claims.ts'
import type { Store } from '../store/open-store.ts'
import { keepWatermark, type ReceiptFacts, receiptFacts } from '../store/receipts.ts'
import { type Settlement, settle, walkAgain } from '../store/steps.ts'
import { transaction } from '../store/transaction.ts'
import { keepAccount } from './account.ts'
import { confirmAbsences } from './confirm-absences.ts'
import { hiddenRows } from './hidden-rows.ts'
import { coveredBy, type Scopes, scopesOf } from './plans/coverage.ts'
import { leaveScope } from './plans/leave-scope.ts'
import { filterFor } from './scope.ts'
import type { WalkContext } from './walk-partition.ts'

// A removal of more than this many rows, and of more than this share of them, waits for a person.
const REMOVALS_UNASKED = 10
const SHARE_UNASKED = 0.1
// Of a removal that waits anyway, this many rows are enough to find out why.
const EXPLAINED = 500

/** Judges what the parts of a kind brought: whether it is complete, what has gone, and what that leads to. */
export async function settleKind(context: WalkContext, claim: Claim): Promise<void> {
  const { store } = context
  const kind = kindNamed(claim.kind)
  const facts = await receiptFacts(store, claim.runId, kind)
  const fetched = await countSeen(store, claim.runId, kind.name)
  const parent = hasConnection(kind) ? undefined : await receiptFacts(store, claim.runId, kindNamed(parentOf(kind)))
  const verdict = await judge(context, claim, kind, facts, fetched, parent)
  if (verdict === 'walk-again') return walkAgain(store, claim)
  // A delta says nothing about what it does not name, also not about what lives inside its nodes.
  const isWhole = (parent ?? facts).mode === 'full'
  const removal =
    verdict.errorCode === 'empty-answer'
      ? await holdAll(context, claim, kind, facts)
      : verdict.state === 'complete'
        ? await removeFrom(context, claim, kind, facts, isWhole)
        : NOTHING
  const held = removal.held > 0
  const result: Settlement = {
    ...removal,
    state: held ? 'partial' : verdict.state,
    expected: verdict.expected,
    fetched: fetched + facts.rejected,
    errorCode: held ? 'needs-approval' : verdict.errorCode,
    error: verdict.error ?? (held ? heldSentence(removal.held, removal.because) : undefined),
    notes: [
      ...facts.notes,
      ...removal.notes,
      ...(verdict.state === 'complete' && verdict.expected === null ? [UNCOUNTED] : []),
    ],
  }
  if (result.state === 'complete') {
    await keepWatermark(store, claim, kind, facts)
    if (facts.mode !== 'delta') await keepAccount(context, claim, kind, facts.scope)
  }
  await settle(store, claim, result)
}

function parentOf(kind: Kind): string {
  return 'inside' in kind.source ? kind.source.inside : kind.name
}

interface Verdict {
  readonly state: Settlement['state']
  readonly expected: number | null
  readonly errorCode?: string | undefined
  readonly error?: string | undefined
}

/** How many of a kind Wiz has in the scope of the sync now; null where it does not say. */
export async function totalOf({ wiz, scope, signal }: WalkContext, kind: Kind): Promise<number | null> {
  const { data } = await wiz.ask<{ page: { totalCount?: number | null } | null }>({
    document: countDocument(kind),
    variables: { filterBy: filterFor(kind, scope, {}) },
    signal,
  })
  return data?.page?.totalCount ?? null
}

async function judge(
  context: WalkContext,
  claim: Claim,
  kind: Kind,
  facts: ReceiptFacts,
  fetched: number,
  parent: ReceiptFacts | undefined,
): Promise<Verdict | 'walk-again'> {
  const expected = facts.expected
  if (facts.failure) {
    const { code, sentence } = facts.failure
    return { state: fetched > 0 ? 'partial' : 'failed', expected, errorCode: code, error: sentence }
  }
  if (parent) {
    if (parent.state === 'complete') return { state: 'complete', expected: fetched }
    const error = `It is read inside ${parentOf(kind)}, which is not complete.`
    return { state: fetched > 0 ? 'partial' : 'failed', expected: null, errorCode: 'parent-incomplete', error }
  }
  if (facts.mode === 'delta') return enough(kind, fetched + facts.rejected, expected, facts, expected)

  const { total } = claim.slice
  const now = typeof total === 'number' ? total : await totalOf(context, kind)
  // The estate changes while it is read, so anything between the count before and the count after is whole.
  // A count of none beside one of some is an empty answer, not a count.
  const counts = [now, expected].filter((count) => count !== null)
  const least =
    counts.length === 0 ? null : Math.min(...counts.filter((count) => count > 0 || Math.max(...counts) === 0))
  const verdict = enough(kind, fetched + facts.rejected, least, facts, now ?? expected)
  if (verdict.errorCode === 'rows-missing' && !facts.walkedAgain) return 'walk-again'
  if (verdict.errorCode === 'rows-missing') return verdict
  const stored = fetched === 0 ? await countStored(context.store, kind, claim.connectionId, context.scope) : 0
  if (stored > 0) {
    const error = `Wiz answered with no ${kind.plural} at all, but ${stored} are stored. Check the projects of the service account; approve the removal if they are really gone.`
    return { state: 'partial', expected: now, errorCode: 'empty-answer', error }
  }
  return verdict
}

function enough(
  kind: Kind,
  fetched: number,
  least: number | null,
  facts: ReceiptFacts,
  expected: number | null,
): Verdict {
  if (least !== null && fetched < least) {
    const error = `Wiz says there are ${least} ${kind.plural}, but only ${fetched} came. The rest is read by the next sync; nothing was removed.`
    return { state: 'partial', expected, errorCode: 'rows-missing', error }
  }
  if (facts.rejected > 0) {
    const error = `${facts.rejected} records could not be read and were set aside: see "wizbridge runs show". Nothing was removed.`
    return { state: 'partial', expected, errorCode: 'records-rejected', error }
  }
  if (facts.incomplete > 0) {
    const error = `Wiz could not read some fields of ${facts.incomplete} records. They are read again by the next sync; nothing was removed.`
    return { state: 'partial', expected, errorCode: 'records-incomplete', error }
  }
  return { state: 'complete', expected }
}

const UNCOUNTED = 'Wiz gave no total, so only the end of the list says that nothing is missing.'

type Removal = Pick<Settlement, 'removed' | 'marked' | 'held'> & {
  readonly notes: readonly string[]
  /** What about the service account explains that rows are missing. */
  readonly because?: string | null | undefined
}
const NOTHING: Removal = { removed: 0, marked: 0, held: 0, notes: [] }

/** Removes what no plan wants any more and, after a walk of the whole, what is gone. */
async function removeFrom(
  context: WalkContext,
  claim: Claim,
  kind: Kind,
  facts: ReceiptFacts,
  isWhole: boolean,
): Promise<Removal> {
  const { store, scope } = context
  const scopes = await scopesOf(store, claim.connectionId, kind, scope)
  const walk = { store, claim, kind, scope, walkStartedAt: facts.walkStartedAt, mayRemove }
  const left = await leaveScope(walk, scopes)
  const gone = isWhole ? await remove(context, claim, kind, facts, scopes) : NOTHING
  return {
    removed: left.removed + gone.removed,
    marked: left.held + gone.marked,
    held: left.held + gone.held,
    notes: gone.notes,
    because: gone.because,
  }
}

function mayRemove(count: number, stored: number): boolean {
  return count <= REMOVALS_UNASKED || count <= stored * SHARE_UNASKED
}

/** Removes what is gone: at once where Wiz confirms it by id, else when a second complete walk misses it too. */
async function remove(
  context: WalkContext,
  claim: Claim,
  kind: Kind,
  facts: ReceiptFacts,
  scopes: Scopes,
): Promise<Removal> {
  const { store, scope } = context
  const run = absenceRun(claim, facts)
  const { stored, absent: unseen } = await findAbsent(store, kind, run, scope)
  const absent = await withoutNamed(store, kind, claim.connectionId, unseen)
  if (absent.length === 0) return NOTHING
  await markAbsent(store, kind, claim.connectionId, claim.runId, idsOf(absent))
  if (!mayRemove(absent.length, stored)) {
    const { because } = await hiddenRows(context, claim, kind, idsOf(absent).slice(0, EXPLAINED))
    return { ...NOTHING, marked: absent.length, held: await holdRows(store, kind, claim.runId, idsOf(absent)), because }
  }
  const lookup = hasConnection(kind) ? connectionOf(kind).lookup : undefined
  const confirmed = lookup
    ? await confirmAbsences(context, claim, kind, lookup, idsOf(absent), coveredBy(kind, scopes.wanted))
    : { gone: idsOf(absent.filter((row) => row.since !== null && facts.isCounted)), left: [], notes: [] }
  const hidden = await hiddenRows(context, claim, kind, confirmed.gone)
  const isHidden = new Set(hidden.ids)
  const gone = confirmed.gone.filter((id) => !isHidden.has(id))
  const removed = await transaction(store.pool, async (client) => {
    const burial = { connectionId: claim.connectionId, runId: claim.runId, cause: 'sync' }
    const buried = await buryRows(client, kind, gone, { ...burial, reason: 'gone-from-wiz' })
    return buried + (await buryRows(client, kind, confirmed.left, { ...burial, reason: 'left-scope' }))
  })
  const held = hidden.ids.length > 0 ? await holdRows(store, kind, claim.runId, hidden.ids) : 0
  return { removed, marked: absent.length - removed, held, notes: confirmed.notes, because: hidden.because }
}

/** Nothing at all came: everything that is stored stays, until a person says that it is really gone. */
async function holdAll({ store, scope }: WalkContext, claim: Claim, kind: Kind, facts: ReceiptFacts): Promise<Removal> {
  const { absent } = await findAbsent(store, kind, absenceRun(claim, facts), scope)
  await markAbsent(store, kind, claim.connectionId, claim.runId, idsOf(absent))
  const held = await holdRows(store, kind, claim.runId, idsOf(absent))
  return { ...NOTHING, marked: held, held }
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

function absenceRun(claim: Claim, facts: ReceiptFacts) {
  return { runId: claim.runId, connectionId: claim.connectionId, walkStartedAt: facts.walkStartedAt }
}

function idsOf(rows: readonly Absence[]): string[] {
  return rows.map((row) => row.id)
}

function heldSentence(count: number, because?: string | null): string {
  if (because) {
    return `${because} ${count} records that it does not show may still be there, so they were kept. Give it back what it lost in Wiz under Settings > Service Accounts; if they are really gone, see "wizbridge runs show", then "wizbridge runs approve".`
  }
  return `${count} records are gone from Wiz: so many that a person has to look first. See "wizbridge runs show", then "wizbridge runs approve".`
}
