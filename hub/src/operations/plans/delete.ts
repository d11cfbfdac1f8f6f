import { z } from 'zod'
import { readPlan } from '../../ingest/plans/plans.ts'
import { operation } from '../operation.ts'
import { planInput } from './plan-face.ts'

/** Removes a plan. */
export const deletePlan = operation({
  name: 'plans.delete',
  about: 'Removes an ingestion plan and cancels its run; what only it brought in stays unless its number is named.',
  access: 'operator',
  audit: true,
  http: 'DELETE /plans/:plan',
  args: ['plan'],
  examples: ['plans delete nightly', 'plans delete nightly --remove 1234'],
  input: z.strictObject({
    plan: planInput,
    remove: z
      .int()
      .min(0)
      .optional()
      .describe('How many records leave with it: those that only it wants, as "plans leaving" counts them.'),
  }),
  output: z.object({
    name: z.string(),
    deleted: z.literal(true),
    kept: z.int().describe('Records that only it wanted and that stay; nothing keeps them up to date any more.'),
    removed: z.int().describe('Records that left with it; they can be restored.'),
  }),
  async run({ app, caller }, { plan: wanted, remove }) {
    const plan = await readPlan(app.store, wanted, caller.connectionIds)
    const { forgetPlan } = await import('../../ingest/plans/forget-plan.ts')
    return {
      name: plan.name,
      deleted: true as const,
      ...(await forgetPlan(app.store, plan, { remove, by: caller.name })),
    }
  },
})
