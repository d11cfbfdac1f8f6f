import { z } from 'zod'
import { readPlan } from '../../ingest/plans/plans.ts'
import { operation } from '../operation.ts'
import { planInput } from './plan-face.ts'

/** Removes a plan. */
export const deletePlan = operation({
  name: 'plans.delete',
  about: 'Removes an ingestion plan; what only it brought in leaves with the next run of another plan for that kind.',
  access: 'operator',
  audit: true,
  http: 'DELETE /plans/:plan',
  args: ['plan'],
  input: z.strictObject({ plan: planInput }),
  output: z.object({ name: z.string(), deleted: z.literal(true) }),
  async run({ app, caller }, { plan }) {
    const { id, name } = await readPlan(app.store, plan, caller.connectionIds)
    await app.store.db.deleteFrom('plan').where('id', '=', id).execute()
    return { name, deleted: true as const }
  },
})
