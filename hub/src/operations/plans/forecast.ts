import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { openConnection } from '../../ingest/open-connection.ts'
import { forecastPlan } from '../../ingest/plans/forecast.ts'
import { draftPlan, readPlan } from '../../ingest/plans/plans.ts'
import { connectionInput } from '../connections/connection-face.ts'
import { findConnection } from '../connections/find-connection.ts'
import { operation } from '../operation.ts'
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
  output: z.object({
    items: z.array(
      z.object({
        kind: z.string(),
        state: z.enum(['allowed', 'forbidden', 'unknown']),
        count: z.int().nullable().describe('How many Wiz has under the filters that Wiz applies.'),
        isAtLeast: z.boolean().describe('Wiz stopped counting there.'),
        calls: z.int(),
        sentence: z.string().nullable(),
        inspected: z.int().describe('How many rows were looked at.'),
        leftOut: z.record(z.string(), z.int()).describe('How many of those would be left out here, by reason.'),
        sample: z.array(
          z.object({
            id: z.string(),
            title: z.string().nullable(),
            outcome: z.enum(['comes-in', 'left-out', 'kept-as-is']),
            reason: z.string().nullable(),
            sentence: z.string().nullable(),
          }),
        ),
      }),
    ),
    nextCursor: z.null(),
    calls: z.int().describe('How many calls of Wiz a full run takes.'),
    minutes: z.number().nullable().describe('How long that takes at the rate that Wiz is known to allow.'),
    callsPerSecond: z.number().nullable(),
  }),
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
    const asked = { store: app.store, wiz, connectionId: id, projects: scope.projects ?? [], signal }
    const { kinds, cost } = await forecastPlan(asked, draft)
    const items = kinds.map((kind) => ({ ...kind, leftOut: { ...kind.leftOut }, sample: [...kind.sample] }))
    return { items, nextCursor: null, ...cost }
  },
})
