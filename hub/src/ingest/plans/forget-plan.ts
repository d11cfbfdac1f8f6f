import { Refused } from '../../errors.ts'
import type { Kind } from '../../kinds/kind.ts'
import { KINDS, kindsInside } from '../../kinds/kinds.ts'
import { buryRows } from '../../store/bury-rows.ts'
import { type Ended, endScopes } from '../../store/end-scopes.ts'
import type { Store } from '../../store/open-store.ts'
import { cancelRun, openRun } from '../../store/runs.ts'
import type { Scope } from '../../store/scope.ts'
import { transaction } from '../../store/transaction.ts'
import { isSameScope } from '../scope.ts'
import { countUnwanted, scopesOf, unwanted } from './coverage.ts'
import { scopeOf } from './plan-scope.ts'
import type { Plan } from './plans.ts'

/** How a plan is to go. */
interface Farewell {
  /** How many records are to leave with it; none without it. */
  readonly remove?: number | undefined
  readonly by: string
}

/** What a kind has through a plan that goes. */
interface Ending extends Ended {
  readonly wanted: readonly Scope[]
}

/**
 * Deletes a plan. What only it wanted stays as it is, or leaves at once if its number is named; either way no later run
 * takes it for something that a plan was changed to leave out.
 */
export async function forgetPlan(store: Store, plan: Plan, { remove, by }: Farewell) {
  const { connectionId } = plan
  const endings = await endingsOf(store, plan)
  const count = await countEnding(store, connectionId, endings)
  if (remove !== undefined && remove !== count) {
    const next = 'Name that number to remove them with it, or none to keep them.'
    throw new Refused('conflict', `${count} records are here only because of the plan "${plan.name}". ${next}`, {
      details: { records: count },
    })
  }
  await stopRun(store, plan)
  await transaction(store.pool, async (client) => {
    await client.query('DELETE FROM plan WHERE id = $1', [plan.id])
    for (const ending of endings) await endScopes(client, ending)
  })
  if (remove === undefined) return { kept: count, removed: 0 }
  let removed = 0
  for (const { kind, ended, wanted } of endings) {
    for await (const ids of unwanted(store, kind, connectionId, ended, wanted)) {
      removed += await transaction(store.pool, (client) =>
        buryRows(client, kind, ids, { connectionId, runId: null, cause: by, reason: 'left-scope' }),
      )
    }
  }
  return { kept: 0, removed }
}

/** How many records only a plan wants. */
export async function countLeaving(store: Store, plan: Plan): Promise<number> {
  return countEnding(store, plan.connectionId, await endingsOf(store, plan))
}

async function countEnding(store: Store, connectionId: number, endings: readonly Ending[]): Promise<number> {
  let count = 0
  for (const { kind, ended, wanted } of endings) count += await countUnwanted(store, kind, connectionId, ended, wanted)
  return count
}

async function endingsOf(store: Store, plan: Plan): Promise<Ending[]> {
  const { project_ids: projects } = await store.db
    .selectFrom('connection')
    .select('project_ids')
    .where('id', '=', plan.connectionId)
    .executeTakeFirstOrThrow()
  const isRead = (kind: Kind) => [kind, ...kindsInside(kind)].some(({ name }) => plan.kinds.includes(name))
  return Promise.all(
    KINDS.filter(isRead).map(async (kind) => {
      const { wanted, outdated, outdatedByHand, byHand } = await scopesOf(store, plan.connectionId, kind, undefined, {
        withoutPlan: plan.id,
      })
      // A run that never came to its end has left rows, but no watermark.
      const own = ownScopes(kind, plan, projects).filter((scope) => !wanted.some((other) => isSameScope(scope, other)))
      // What syncs by hand have left behind is none of the plan's: it leaves with the next run.
      const others = outdated.filter((scope) => !outdatedByHand.includes(scope))
      return { connectionId: plan.connectionId, kind, ended: [...own, ...others], wanted, byHand }
    }),
  )
}

function ownScopes(kind: Kind, plan: Plan, projects: readonly string[]): Scope[] {
  try {
    return [scopeOf(kind, plan, projects)]
  } catch (error) {
    // One that has lost all its projects brings in nothing any more.
    if (error instanceof Refused) return []
    throw error
  }
}

/** A run of a plan that is no more would end as one by hand. */
async function stopRun(store: Store, plan: Plan): Promise<void> {
  const open = await openRun(store, plan.connectionId)
  if (open === undefined) return
  const run = await store.db.selectFrom('run').select('plan_id').where('id', '=', open).executeTakeFirst()
  if (run?.plan_id === plan.id) await cancelRun(store, open)
}
