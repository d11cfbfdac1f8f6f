import type { App } from '../../app.ts'
import { Refused } from '../../errors.ts'
import type { Kind } from '../../kinds/kind.ts'
import { hasConnection } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import type { Store } from '../../store/open-store.ts'
import type { Scope } from '../../store/scope.ts'
import { isSameScope } from '../scope.ts'
import { startSync } from '../sync.ts'
import { leaveForgottenKinds } from './leave-scope.ts'
import { scopeOf } from './plan-scope.ts'
import { type Plan, readPlan } from './plans.ts'
import { nextRun, parseSchedule } from './schedule.ts'

/** How starting a plan went. */
interface PlanStart {
  /** The run of the plan; null while it waits for another run of its connection. */
  readonly runId: number | null
  readonly isNew: boolean
  /** The run of another plan, or by hand, that has to end first. */
  readonly waitsFor: number | null
}

// Changes do not tell everything (a lower severity, a row that vanished), so everything is read again this often.
const FULL_AFTER_MS = 24 * 3_600_000

/** Starts a run of a plan; where another run of its connection is under way, the plan stays due and runs after it. */
export async function startPlanRun(
  app: Pick<App, 'store'>,
  planId: number,
  startedBy: string,
  options: { full?: boolean | undefined; now?: Date } = {},
): Promise<PlanStart> {
  const { store } = app
  const { now = new Date() } = options
  const plan = await readPlan(store, planId)
  try {
    const projects = await projectsOf(store, plan)
    const scopes = (kind: Kind) => scopeOf(kind, plan, projects)
    const kinds = plan.kinds.map(kindNamed)
    const { runId, isNew } = await startSync(store, {
      connectionId: plan.connectionId,
      startedBy,
      planId: plan.id,
      kinds,
      scope: {},
      scopeOf: scopes,
      full: options.full ?? (await isFullDue(store, plan, kinds, scopes, now)),
    })
    if (isNew) {
      await moveOn(store, plan, now, runId)
      await leaveForgottenKinds(store, { connectionId: plan.connectionId, runId })
      return { runId, isNew, waitsFor: null }
    }
    const under = await store.db.selectFrom('run').select('plan_id').where('id', '=', runId).executeTakeFirst()
    if (under?.plan_id === plan.id) return { runId, isNew, waitsFor: null }
    await store.db.updateTable('plan').set({ next_run_at: now }).where('id', '=', plan.id).execute()
    return { runId: null, isNew, waitsFor: runId }
  } catch (error) {
    // What only a person can mend is not tried at every tick, but at every turn of the plan.
    if (error instanceof Refused && error.code !== 'conflict') await moveOn(store, plan, now, null)
    throw error
  }
}

async function projectsOf(store: Store, plan: Plan): Promise<readonly string[]> {
  const connection = await store.db
    .selectFrom('connection')
    .select(['project_ids', 'status'])
    .where('id', '=', plan.connectionId)
    .executeTakeFirstOrThrow()
  if (connection.status !== 'not-connected') return connection.project_ids
  const next = `Give it new credentials with "wizbridge connections rotate ${plan.connection}".`
  throw new Refused(
    'not-connected',
    `"${plan.connection}" is disconnected, so the plan "${plan.name}" cannot run. ${next}`,
  )
}

async function isFullDue(
  store: Store,
  plan: Plan,
  kinds: readonly Kind[],
  scopes: (kind: Kind) => Scope,
  now: Date,
): Promise<boolean> {
  const marks = await store.db
    .selectFrom('watermark')
    .select(['kind', 'scope', 'full_at'])
    .where('connection_id', '=', plan.connectionId)
    .execute()
  return kinds.filter(hasConnection).some((kind) => {
    const mark = marks.find((each) => each.kind === kind.name && isSameScope(each.scope as Scope, scopes(kind)))
    return mark !== undefined && Date.parse(mark.full_at) <= now.getTime() - FULL_AFTER_MS
  })
}

async function moveOn(store: Store, plan: Plan, now: Date, runId: number | null): Promise<void> {
  await store.db
    .updateTable('plan')
    .set({
      next_run_at: nextRun(parseSchedule(plan.schedule), now, plan.timeZone),
      ...(runId !== null && { last_run_id: runId, last_run_at: now }),
    })
    .where('id', '=', plan.id)
    .execute()
}
