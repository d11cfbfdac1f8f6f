import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { checkScopes } from '../../ingest/plans/plan-scope.ts'
import { draftPlan, readPlan } from '../../ingest/plans/plans.ts'
import { nextRun, parseSchedule } from '../../ingest/plans/schedule.ts'
import type { Store } from '../../store/open-store.ts'
import { findConnection } from '../connections/find-connection.ts'
import { operation } from '../operation.ts'
import { trueOrFalse } from '../true-or-false.ts'
import { planFace, planInput, planName, shown, wishesOf, wishInputs } from './plan-face.ts'

/** Changes a plan. */
export const updatePlan = operation({
  name: 'plans.update',
  about: 'Changes an ingestion plan; what no plan wants any more leaves with its next run.',
  access: 'operator',
  audit: true,
  http: 'PATCH /plans/:plan',
  args: ['plan'],
  examples: [
    'plans update nightly --severities CRITICAL,HIGH',
    'plans update nightly --enabled false',
    'plans update nightly --selectors issue.severities=CRITICAL',
  ],
  input: z.strictObject({
    plan: planInput,
    name: planName.optional().describe('What it is to be called from now on.'),
    ...wishInputs,
    enabled: trueOrFalse.optional().describe('Whether it runs when its time comes: true or false.'),
  }),
  output: planFace,
  async run(context, { plan: wanted, name, enabled, ...wishes }) {
    const { app, caller } = context
    const before = await readPlan(app.store, wanted, caller.connectionIds)
    const draft = draftPlan(before.template, wishesOf(wishes), before)
    checkScopes(draft, (await findConnection(context, before.connection)).projectIds)
    const isMoved = draft.schedule !== before.schedule || draft.timeZone !== before.timeZone
    const from = new Date(before.lastRunAt ?? before.createdAt)
    const next = nextRun(parseSchedule(draft.schedule), from, draft.timeZone)
    if (name !== undefined && name !== before.name) await checkFree(app.store, name)
    await app.store.db
      .updateTable('plan')
      .set({
        ...(name !== undefined && { name }),
        kinds: [...draft.kinds],
        filters: JSON.stringify(draft.filters),
        selectors: JSON.stringify(draft.selectors),
        options: JSON.stringify(draft.options),
        schedule: draft.schedule,
        time_zone: draft.timeZone,
        ...(enabled !== undefined && { enabled }),
        ...(isMoved && { next_run_at: next }),
        updated_at: new Date(),
      })
      .where('id', '=', before.id)
      .execute()
    return shown(await readPlan(app.store, before.id))
  },
})

async function checkFree(store: Store, name: string): Promise<void> {
  const taken = await store.db.selectFrom('plan').select('id').where('name', '=', name).executeTakeFirst()
  if (taken) throw new Refused('conflict', `There is a plan "${name}" already. Choose another name.`)
}
