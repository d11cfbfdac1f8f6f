import { z } from 'zod'
import { listPlans } from '../../ingest/plans/plans.ts'
import { operation } from '../operation.ts'
import { planFace, shown } from './plan-face.ts'

/** Every plan. */
export const listAllPlans = operation({
  name: 'plans.list',
  about: 'Lists the ingestion plans: what they bring in, when they ran and when they run next.',
  access: 'viewer',
  http: 'GET /plans',
  columns: ['name', 'connection', 'template', 'schedule', 'enabled', 'lastRunStatus', 'nextRunAt'],
  input: z.strictObject({}),
  output: z.object({ items: z.array(planFace), nextCursor: z.null() }),
  async run({ app, caller }) {
    const plans = await listPlans(app.store, caller.connectionIds)
    return { items: plans.map(shown), nextCursor: null }
  },
})
