import { z } from 'zod'
import { readPlan } from '../../ingest/plans/plans.ts'
import { operation } from '../operation.ts'
import { planFace, planInput, shown } from './plan-face.ts'

/** One plan. */
export const showPlan = operation({
  name: 'plans.show',
  about: 'Shows one ingestion plan.',
  access: 'viewer',
  http: 'GET /plans/:plan',
  args: ['plan'],
  input: z.strictObject({ plan: planInput }),
  output: planFace,
  async run({ app, caller }, { plan }) {
    return shown(await readPlan(app.store, plan, caller.connectionIds))
  },
})
