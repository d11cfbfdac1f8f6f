import { z } from 'zod'
import { readPlan } from '../../ingest/plans/plans.ts'
import { operation } from '../operation.ts'
import { planInput, startFace } from './plan-face.ts'

/** Runs a plan now. */
export const runPlan = operation({
  name: 'plans.run',
  about: 'Runs an ingestion plan now, outside of its schedule.',
  access: 'operator',
  audit: true,
  http: 'POST /plans/:plan/runs',
  args: ['plan'],
  examples: ['plans run nightly', 'plans run nightly --full'],
  input: z.strictObject({
    plan: planInput,
    full: z.boolean().optional().describe('Read everything again, also where the changes would be enough.'),
  }),
  output: startFace.extend({ plan: z.string(), connection: z.string() }),
  async run({ app, caller }, { plan: wanted, full }) {
    const plan = await readPlan(app.store, wanted, caller.connectionIds)
    // Loaded when it is needed: what walks Wiz is heavy, and the help text of the command line needs none of it.
    const { startPlanRun } = await import('../../ingest/plans/start-plan-run.ts')
    const { runId, ...rest } = await startPlanRun(app, plan.id, caller.name, { full })
    return { run: runId, ...rest, plan: plan.name, connection: plan.connection }
  },
})
