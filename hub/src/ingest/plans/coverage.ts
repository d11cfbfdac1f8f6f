import type { Kind } from '../../kinds/kind.ts'
import { kindsInside } from '../../kinds/kinds.ts'
import { nodeReader, type ReadNode } from '../../kinds/read-node.ts'
import type { Store } from '../../store/open-store.ts'
import type { Scope } from '../../store/scope.ts'
import { countOnlyIn, findOnlyIn, readNodes, type StoredNode } from '../../store/stored-rows.ts'
import { isSameScope, orderedScope, scopeTest } from '../scope.ts'
import { scopeOf } from './plan-scope.ts'

/** Whether some other scope than the one at work wants a row. */
export type Covers = (row: ReadNode) => boolean

/** The scopes of a kind on one connection. */
export interface Scopes {
  /**
   * Those that a plan has, a run that is under way, or a sync by hand once one was complete, within whatever projects the
   * connection was limited to then: what is in one of them stays.
   */
  readonly wanted: readonly Scope[]
  /** Those that were known once and that nobody wants any more. */
  readonly outdated: readonly Scope[]
  /** Those of them that a sync by hand has left behind, within other projects of the connection than now. */
  readonly outdatedByHand: readonly Scope[]
  /** That of a sync by hand. */
  readonly byHand: Scope
}

/** The scopes of a kind: wanted ones without `own`, the one at work if there is one, and outdated ones. */
export async function scopesOf(
  store: Store,
  connectionId: number,
  kind: Kind,
  own?: Scope,
  options: { withoutPlan?: number } = {},
): Promise<Scopes> {
  const { db } = store
  const [connection, plans, marks, open] = await Promise.all([
    db.selectFrom('connection').select('project_ids').where('id', '=', connectionId).executeTakeFirst(),
    db.selectFrom('plan').selectAll().where('connection_id', '=', connectionId).execute(),
    db
      .selectFrom('watermark')
      .select(['scope', 'by_hand'])
      .where('connection_id', '=', connectionId)
      .where('kind', '=', kind.name)
      .execute(),
    openScopes(store, connectionId, kind, options.withoutPlan),
  ])
  const projects = connection?.project_ids ?? []
  const byHand = orderedScope(projects.length > 0 ? { projects } : {})
  const wanted = [
    ...plans
      .filter((plan) => plan.id !== options.withoutPlan && reads(plan.kinds, kind))
      .map((plan) => scopeOf(kind, plan, projects)),
    ...(marks.some((mark) => mark.by_hand) ? [byHand] : []),
    ...open,
  ]
  const isWanted = (scope: Scope) => [...wanted, ...(own ? [own] : [])].some((other) => isSameScope(scope, other))
  const outdated = marks.filter((mark) => !isWanted(mark.scope as Scope))
  return {
    wanted: wanted.filter((scope) => !own || !isSameScope(scope, own)),
    outdated: outdated.map((mark) => mark.scope as Scope),
    outdatedByHand: outdated.filter((mark) => mark.by_hand).map((mark) => mark.scope as Scope),
    byHand,
  }
}

/** What a run under way has found as it is stored it does not write again, so it would be missing if it went now. */
async function openScopes(store: Store, connectionId: number, kind: Kind, withoutPlan?: number): Promise<Scope[]> {
  const { rows } = await store.pool.query<{ scope: Scope }>(
    `SELECT receipt.scope FROM run JOIN receipt ON receipt.run_id = run.id AND receipt.kind = $2
     WHERE run.connection_id = $1 AND run.status IN ('queued', 'running') AND run.plan_id IS DISTINCT FROM $3`,
    // Without a plan to leave out, those of all plans count and those by hand, too.
    [connectionId, kind.name, withoutPlan ?? 0],
  )
  return rows.map(({ scope }) => scope)
}

/** What lives inside a kind makes that kind come in too. */
function reads(kinds: readonly string[], kind: Kind): boolean {
  return [kind, ...kindsInside(kind)].some(({ name }) => kinds.includes(name))
}

/** Tells whether a row lies in any of some scopes. */
export function coveredBy(kind: Kind, scopes: readonly Scope[]): Covers {
  const tests = scopes.map((scope) => scopeTest(kind, scope))
  return (row) => tests.some((outside) => outside(row) === undefined)
}

/** The ids of those stored rows that no scope wants; what cannot be read any more stays. */
function uncovered(kind: Kind, rows: readonly StoredNode[], covers: Covers): string[] {
  const read = nodeReader(kind)
  return rows.flatMap(({ id, raw }) => {
    const node = read(raw)
    return 'rejected' in node || covers(node) ? [] : [id]
  })
}

const BATCH = 500

/** The ids of those of some stored rows that no scope wants. */
export async function unwantedOf(
  store: Store,
  kind: Kind,
  connectionId: number,
  ids: readonly string[],
  wanted: readonly Scope[],
): Promise<string[]> {
  if (wanted.length === 0) return [...ids]
  const covers = coveredBy(kind, wanted)
  const left: string[] = []
  for (let from = 0; from < ids.length; from += BATCH) {
    const rows = await readNodes(store, kind, connectionId, ids.slice(from, from + BATCH))
    left.push(...uncovered(kind, rows, covers))
  }
  return left
}

/** Goes through the stored rows of scopes that have ended, and tells batch by batch which ones no scope wants any more. */
export async function* unwanted(
  store: Store,
  kind: Kind,
  connectionId: number,
  ended: readonly Scope[],
  wanted: readonly Scope[],
): AsyncGenerator<string[]> {
  const covers = coveredBy(kind, wanted)
  const only = { scopes: ended, others: wanted.filter(isCondition) }
  for (let after = ''; ; ) {
    const rows = await findOnlyIn(store, kind, connectionId, only, { after, limit: BATCH })
    const last = rows.at(-1)
    if (!last) return
    after = last.id
    yield uncovered(kind, rows, covers)
  }
}

/** How many stored rows of scopes that have ended no scope wants any more. */
export async function countUnwanted(
  store: Store,
  kind: Kind,
  connectionId: number,
  ended: readonly Scope[],
  wanted: readonly Scope[],
): Promise<number> {
  if (wanted.every(isCondition)) return countOnlyIn(store, kind, connectionId, { scopes: ended, others: wanted })
  let count = 0
  for await (const ids of unwanted(store, kind, connectionId, ended, wanted)) count += ids.length
  return count
}

/** Without rules a scope is a condition that the database can answer by itself. */
function isCondition(scope: Scope): boolean {
  return !scope.rules?.length
}
