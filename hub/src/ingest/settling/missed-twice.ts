import { hasConnection, type Kind } from '../../kinds/kind.ts'
import type { Absence } from '../../store/absences.ts'
import type { Claim } from '../../store/claims.ts'
import type { Store } from '../../store/open-store.ts'
import type { Scope } from '../../store/scope.ts'
import { lookUp } from '../../wiz/lookup.ts'
import { type Confirmation, MOST_LOOKUPS } from '../confirm-absences.ts'
import { GRAPH_ENTITY, isGraphEntity } from '../graph-entity.ts'
import { filterFor } from '../scope.ts'
import type { WalkContext } from '../walk-partition.ts'

/**
 * What two complete walks have missed, of a kind that has no root for a single one. Where Wiz listed the whole, it is gone.
 * Where Wiz was asked for a part only, it may as well have moved into another part: what the graph still has has only left,
 * and not before every other scope that is wanted has missed it, too.
 */
export async function missedTwice(
  context: WalkContext,
  { connectionId }: Claim,
  kind: Kind,
  absent: readonly Absence[],
  others: readonly Scope[],
): Promise<Confirmation> {
  const twice = absent.filter((row) => row.since !== null).slice(0, MOST_LOOKUPS)
  const isListedWhole = !hasConnection(kind) || isSameAsked(kind, context.scope)
  if (twice.length === 0 || isListedWhole || !isGraphEntity(kind)) {
    return { gone: absent.flatMap(({ id, since }) => (since === null ? [] : [id])), left: [], notes: [] }
  }
  const { wiz, signal, store } = context
  const ids = twice.map(({ id }) => id)
  const answers = await lookUp({ wiz, root: GRAPH_ENTITY.root, ids, selection: 'id', signal })
  const missedAt = await missedByOthers(store, connectionId, kind, others)
  const gone: string[] = []
  const left: string[] = []
  for (const { id, since } of twice) {
    const state = answers.get(id)?.state
    const isMissedByAll = since !== null && since < missedAt
    if (state === 'absent') gone.push(id)
    else if (isMissedByAll) (state === 'found' ? left : gone).push(id)
  }
  const kept = absent.length - gone.length - left.length
  const notes =
    kept > 0 ? [`${kept} were not in the list; whether they are gone is decided by the next full sync.`] : []
  return { gone, left, notes }
}

/** Whether Wiz is asked for the same as without any scope. */
function isSameAsked(kind: Kind, scope: Scope): boolean {
  return JSON.stringify(filterFor(kind, scope, {})) === JSON.stringify(filterFor(kind, {}, {}))
}

/** Up to which run other scopes have all been read in whole: what was missed before it, and is still missed, they do not have. */
async function missedByOthers(
  store: Store,
  connectionId: number,
  kind: Kind,
  others: readonly Scope[],
): Promise<number> {
  const { rows } = await store.pool.query<{ run: number | null }>(
    `SELECT w.full_run_id AS run FROM jsonb_array_elements($3::jsonb) AS other (scope)
     LEFT JOIN watermark w ON w.connection_id = $1 AND w.kind = $2 AND w.scope = other.scope`,
    [connectionId, kind.name, JSON.stringify(others)],
  )
  return Math.min(Number.POSITIVE_INFINITY, ...rows.map(({ run }) => run ?? 0))
}
