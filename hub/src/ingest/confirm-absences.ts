import type { Kind } from '../kinds/kind.ts'
import { nodeReader, type ReadNode } from '../kinds/read-node.ts'
import type { Absence } from '../store/absences.ts'
import type { Claim } from '../store/claims.ts'
import { holdClaim } from '../store/hold-claim.ts'
import { transaction } from '../store/transaction.ts'
import { writeRows } from '../store/write-page.ts'
import { lookUp } from '../wiz/lookup.ts'
import type { Covers } from './plans/coverage.ts'
import { scopeTest } from './scope.ts'
import type { WalkContext } from './walk-partition.ts'

/** More look-ups than this are not worth their calls; what remains is decided by the next complete walk. */
export const MOST_LOOKUPS = 500

/** What asking by id says of rows that a walk did not see. */
export interface Confirmation {
  /** Wiz does not have them. */
  readonly gone: readonly string[]
  /** Wiz has them, but they no longer lie in the scope of the sync. */
  readonly left: readonly string[]
  readonly notes: readonly string[]
}

/** Asks Wiz by id for rows that a walk did not see; those it still has are stored as they are now. */
export async function confirmAbsences(
  context: WalkContext,
  claim: Claim,
  kind: Kind,
  root: string,
  absent: readonly Absence[],
  { covers, isCounted }: { readonly covers: Covers; readonly isCounted: boolean },
): Promise<Confirmation> {
  const { store, wiz, scope, schema, signal } = context
  const observedAt = new Date()
  const ids = absent.map(({ id }) => id)
  const twice = new Set(isCounted ? absent.flatMap(({ id, since }) => (since === null ? [] : [id])) : [])
  const answers = await lookUp({ wiz, root, ids: ids.slice(0, MOST_LOOKUPS), selection: kind.select, signal, schema })
  const read = nodeReader(kind)
  const outside = scopeTest(kind, scope)
  const gone: string[] = []
  const left: string[] = []
  const missed: ReadNode[] = []
  let unknown = ids.length - answers.size
  for (const [id, answer] of answers) {
    const node = answer.state === 'found' ? read(answer.node) : undefined
    if (answer.state === 'absent' || (isInternal(answer) && twice.has(id))) gone.push(id)
    else if (!node || 'rejected' in node) unknown++
    else if (outside(node) !== undefined && !covers(node)) left.push(id)
    else missed.push(node)
  }
  await transaction(store.pool, async (client) => {
    await holdClaim(client, claim)
    const { connectionId, runId } = claim
    await writeRows(client, kind, missed, { connectionId, runId, cause: 'look-up', observedAt })
  })
  return {
    gone,
    left,
    notes: [
      ...(missed.length > 0 ? [`${missed.length} moved while the list was read; they were found by id.`] : []),
      ...(unknown > 0
        ? [`${unknown} were not in the list; whether they are gone is decided by the next full sync.`]
        : []),
    ],
  }
}

/** Wiz says so of every control that it does not have: then it is the second complete list without it that decides. */
function isInternal(answer: { readonly state: string; readonly code?: string }): boolean {
  return answer.state === 'unknown' && answer.code === 'wiz-internal'
}
