import { hasConnection, type Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import type { Claim } from '../../store/claims.ts'
import { keepWatermark } from '../../store/receipts.ts'
import { countWritten } from '../../store/seen-rows.ts'
import { type RowCounts, type Settlement, settle, walkAgain } from '../../store/steps.ts'
import { keepAccount } from '../account.ts'
import { partSentence, scopesForTheRest } from '../scopes-to-tick.ts'
import type { WalkContext } from '../walk-partition.ts'
import { judge } from './judge.ts'
import { holdAll, NOTHING_REMOVED, type Removal, removeFrom } from './removal.ts'
import { type WalkedKind, walkedKind } from './walked-kind.ts'

/** Judges what the parts of a kind brought: whether it is complete, what has gone, and what that leads to. */
export async function settleKind(context: WalkContext, claim: Claim): Promise<void> {
  const { store } = context
  const kind = kindNamed(claim.kind)
  const walk = await walkedKind(context, claim, kind)
  const verdict = await judge(context, claim, kind, walk)
  if (verdict === 'walk-again') return walkAgain(store, claim)
  const removal =
    verdict.errorCode === 'empty-answer'
      ? await holdAll(context, claim, kind, walk)
      : verdict.state === 'complete'
        ? await removeFrom(context, claim, kind, walk)
        : NOTHING_REMOVED
  const held = removal.held > 0
  const result: Settlement = {
    ...removal,
    state: held ? 'partial' : verdict.state,
    expected: verdict.expected,
    fetched: walk.seen.all + walk.rejected,
    errorCode: held ? 'needs-approval' : verdict.errorCode,
    error: verdict.error ?? (held ? heldSentence(removal) : undefined),
    notes: [
      ...walk.notes,
      ...removal.notes,
      ...(await partNotes(context, kind)),
      ...(verdict.state === 'complete' && verdict.expected === null ? [UNCOUNTED] : []),
    ],
    rows: hasConnection(kind) ? undefined : await rowsInside(context, claim, kind, walk),
  }
  if (result.state === 'complete') {
    await keepWatermark(store, claim, kind, walk, walk.newest)
    if (walk.mode !== 'delta') await keepAccount(context, claim, kind, walk.scope)
  }
  await settle(store, claim, result)
}

/** Of what the service account does not see Wiz says nothing: then complete is the part that it does see. */
async function partNotes({ wiz, signal }: WalkContext, kind: Kind): Promise<string[]> {
  if (!kind.scopesInPart) return []
  const missing = scopesForTheRest(kind, (await wiz.authenticate(signal)).scopes)
  return missing.length > 0 ? [partSentence(kind, missing)] : []
}

async function rowsInside({ store }: WalkContext, claim: Claim, kind: Kind, walk: WalkedKind): Promise<RowCounts> {
  const { runId, connectionId } = claim
  const written = await countWritten(store, kind, { runId, connectionId, walkStartedAt: walk.walkStartedAt })
  return { ...written, unchanged: Math.max(0, walk.seen.kept - written.inserted - written.updated) }
}

const UNCOUNTED = 'Wiz gave no total, so only the end of the list says that nothing is missing.'

const SEE = 'see "wizbridge runs show", then "wizbridge runs approve".'

function heldSentence({ held, unfit = 0, because }: Removal): string {
  const gone = held - unfit
  const sentences = [
    gone > 0 && !because && `${gone} records are gone from Wiz: so many that a person has to look first.`,
    gone > 0 &&
      because &&
      `${because} ${gone} records that it does not show may still be there, so they were kept. Give it back what it lost in Wiz under Settings > Service Accounts.`,
    unfit > 0 &&
      `${unfit} records are still in Wiz, but fit no plan any more: so many that a person has to look first.`,
    `If they are really to go, ${SEE}`,
  ]
  return sentences.filter(Boolean).join(' ')
}
