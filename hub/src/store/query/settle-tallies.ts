import type { Store } from '../open-store.ts'
import type { Relation, Tally } from './relation.ts'

// So many are added up in milliseconds.
const MANY_PARTS = 10_000

const settled = new WeakMap<Store, Map<string, { parts: number; isUnderWay: boolean }>>()

/**
 * Puts the tallies of a relation together beside, where they have come to hold many more parts than they need: writers
 * do so too, but not after the last page of a sync.
 */
export function settleTallies(store: Store, relation: Relation, parts: number): void {
  if (parts < MANY_PARTS) return
  const known = settled.get(store) ?? new Map<string, { parts: number; isUnderWay: boolean }>()
  settled.set(store, known)
  const before = known.get(relation.name) ?? { parts: 0, isUnderWay: false }
  if (before.isUnderWay || parts < 2 * before.parts) return
  known.set(relation.name, { ...before, isUnderWay: true })
  const tallies = relation.branches.flatMap(({ tally }) => tally ?? [])
  settleAll(store, tallies).then(
    (left) => known.set(relation.name, { parts: left, isUnderWay: false }),
    // The next who asks tries again; the counts are right either way.
    () => known.set(relation.name, { ...before, isUnderWay: false }),
  )
}

async function settleAll(store: Store, tallies: readonly Tally[]): Promise<number> {
  let left = 0
  for (const { settle } of tallies) left += (await store.pool.query(settle)).rowCount ?? 0
  return left
}
