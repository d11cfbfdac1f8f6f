import { z } from 'zod'
import type { forecastPlan } from '../../ingest/plans/forecast.ts'
import type { draftPlan } from '../../ingest/plans/plans.ts'
import { nextRun, parseSchedule } from '../../ingest/plans/schedule.ts'

/** What a plan would bring in, and what it costs. */
export const forecastFace = z.object({
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
  nextRunAt: z
    .string()
    .nullable()
    .describe('When its schedule would run it next; null where it only runs when asked to.'),
})

/** Looks at what a draft would bring in. */
export async function forecastDraft(
  asked: Parameters<typeof forecastPlan>[0],
  draft: ReturnType<typeof draftPlan>,
): Promise<z.output<typeof forecastFace>> {
  const next = nextRun(parseSchedule(draft.schedule), new Date(), draft.timeZone)
  // Loaded when it is needed, as everything that asks Wiz.
  const forecasting = await import('../../ingest/plans/forecast.ts')
  const { kinds, cost } = await forecasting.forecastPlan(asked, draft)
  const items = kinds.map((kind) => ({ ...kind, leftOut: { ...kind.leftOut }, sample: [...kind.sample] }))
  return { items, nextCursor: null, ...cost, nextRunAt: next?.toISOString() ?? null }
}
