import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { checkScopes } from '../../ingest/plans/plan-scope.ts'
import { draftPlan, readPlan } from '../../ingest/plans/plans.ts'
import { nextRun, parseSchedule } from '../../ingest/plans/schedule.ts'
import { connectionInput } from '../connections/connection-face.ts'
import { findConnection } from '../connections/find-connection.ts'
import { operation } from '../operation.ts'
import { planFace, planName, shown, startFace, wishesOf, wishInputs } from './plan-face.ts'

/** Sets up a plan, and starts its first run. */
export const createPlan = operation({
  name: 'plans.create',
  about: 'Sets up an ingestion plan from a template, and starts its first run.',
  access: 'operator',
  audit: true,
  http: 'POST /plans',
  examples: [
    'plans create --connection prod --template wiz-cspm',
    'plans create --name nightly --connection prod --template assets-and-findings --schedule "every 2 days"',
  ],
  input: z.strictObject({
    connection: connectionInput,
    template: z.string().max(100).describe('The template to start from; see "plans templates".'),
    name: planName.optional().describe('What it is to be called; the connection and the template without it.'),
    ...wishInputs,
    enabled: z.boolean().default(true).describe('Run it by itself when its time comes.'),
    start: z.boolean().default(true).describe('Run it at once, and not only when its time comes.'),
  }),
  output: planFace.extend(startFace.shape),
  async run(context, { connection: wanted, template, name: given, enabled, start, ...wishes }) {
    const { app, caller } = context
    const connection = await findConnection(context, wanted)
    if (connection.status === 'not-connected') {
      const next = `Give it new credentials with "wizbridge connections rotate ${connection.name}".`
      throw new Refused('not-connected', `"${connection.name}" is disconnected. ${next}`)
    }
    const draft = draftPlan(template, wishesOf(wishes))
    checkScopes(draft, connection.projectIds)
    const name = given ?? `${connection.name}-${draft.template}`.slice(0, 63)
    const created = await app.store.db
      .insertInto('plan')
      .values({
        connection_id: connection.id,
        name,
        template: draft.template,
        kinds: [...draft.kinds],
        filters: JSON.stringify(draft.filters),
        selectors: JSON.stringify(draft.selectors),
        options: JSON.stringify(draft.options),
        schedule: draft.schedule,
        time_zone: draft.timeZone,
        enabled,
        next_run_at: nextRun(parseSchedule(draft.schedule), new Date(), draft.timeZone),
        created_by: caller.name,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!created) {
      const next = 'Choose another name, or change it with "wizbridge plans update".'
      throw new Refused('conflict', `There is a plan "${name}" already. ${next}`)
    }
    const { runId, ...rest } = start
      ? await (await import('../../ingest/plans/start-plan-run.ts')).startPlanRun(app, created.id, caller.name)
      : { runId: null, isNew: false, waitsFor: null }
    return { ...shown(await readPlan(app.store, created.id)), run: runId, ...rest }
  },
})
