import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { openConnection } from '../../ingest/open-connection.ts'
import { draftPlan, readPlan } from '../../ingest/plans/plans.ts'
import { connectionInput } from '../connections/connection-face.ts'
import { findConnection } from '../connections/find-connection.ts'
import { operation } from '../operation.ts'
import { forecastDraft, forecastFace } from './forecast-face.ts'
import { planInput, wishesOf, wishInputs } from './plan-face.ts'

/** Tries a plan out without storing anything. */
export const forecast = operation({
  name: 'plans.forecast',
  about: 'Tells what a plan would bring in, with examples, and what it costs in calls and minutes; nothing is stored.',
  access: 'operator',
  http: 'POST /plans/forecast',
  columns: ['kind', 'state', 'count', 'calls', 'inspected', 'leftOut', 'sentence'],
  examples: [
    'plans forecast --connection prod --template vulnerabilities',
    'plans forecast --plan nightly --off autoOnboardNewAssets',
  ],
  input: z.strictObject({
    plan: planInput.optional().describe('A plan that there is, to be looked at with what is changed here.'),
    connection: connectionInput.optional(),
    template: z.string().max(100).optional().describe('The template to start from; see "plans templates".'),
    ...wishInputs,
  }),
  output: forecastFace,
  async run(context, { plan: wanted, connection, template, ...wishes }) {
    const { app, caller, signal } = context
    const before = wanted === undefined ? undefined : await readPlan(app.store, wanted, caller.connectionIds)
    const name = before?.connection ?? connection
    const from = template ?? before?.template
    if (name === undefined || from === undefined) {
      throw new Refused('bad-input', 'Name a plan, or a connection and a template. See "wizbridge plans templates".')
    }
    const found = await findConnection(context, name)
    const draft = draftPlan(from, wishesOf(wishes), before)
    const { id, wiz, scope } = await openConnection(app, found.name)
    return forecastDraft(
      { store: app.store, wiz, schema: app.schema, connectionId: id, projects: scope.projects ?? [], signal },
      draft,
    )
  },
})
