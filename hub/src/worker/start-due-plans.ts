import type { App } from '../app.ts'
import { codeOf, sentenceOf } from '../errors.ts'
import { duePlans } from '../ingest/plans/plans.ts'
import { startPlanRun } from '../ingest/plans/start-plan-run.ts'

/** Starts a run of every plan that is due; one that cannot start does not keep the others from it. */
export async function startDuePlans(app: App, signal: AbortSignal): Promise<void> {
  for (const plan of await duePlans(app.store, new Date())) {
    signal.throwIfAborted()
    const log = app.log.child({ plan: plan.name, connectionId: plan.connectionId })
    try {
      const { runId, waitsFor } = await startPlanRun(app, plan.id, 'schedule')
      if (waitsFor === null) log.info({ runId }, 'the plan was due')
      else log.debug({ runId: waitsFor }, 'the plan waits for another run of its connection')
    } catch (error) {
      log.warn({ code: codeOf(error) }, sentenceOf(error))
    }
  }
}
