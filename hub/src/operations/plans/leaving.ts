import { z } from 'zod'
import { readPlan } from '../../ingest/plans/plans.ts'
import { operation } from '../operation.ts'
import { total } from '../totals.ts'
import { planInput } from './plan-face.ts'

/** What a plan would take along. */
export const showLeaving = operation({
  name: 'plans.leaving',
  about: 'Counts the records that are here only because of a plan, and that "plans delete --remove" takes along.',
  access: 'operator',
  http: 'GET /plans/:plan/leaving',
  args: ['plan'],
  examples: ['plans leaving nightly'],
  input: z.strictObject({ plan: planInput }),
  output: z.object({ plan: z.string(), records: total('How many there are.') }),
  async run({ app, caller }, { plan: wanted }) {
    const plan = await readPlan(app.store, wanted, caller.connectionIds)
    const { countLeaving } = await import('../../ingest/plans/forget-plan.ts')
    return { plan: plan.name, records: await countLeaving(app.store, plan) }
  },
})
