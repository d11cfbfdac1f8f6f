import { z } from 'zod'
import { Refused } from '../../errors.ts'
import type { Plan, PlanWishes } from '../../ingest/plans/plans.ts'
import { SEVERITIES, STATUSES } from '../../kinds/vocabulary.ts'
import { kindInput } from '../objects/kind-input.ts'

const words = z.array(z.string().trim().min(1).max(200)).max(1000)

const filterFace = z
  .record(z.string(), z.array(z.string()))
  .describe('Limits by name; what has none comes in without one.')

/** A plan as people see it. */
export const planFace = z.object({
  id: z.int(),
  name: z.string(),
  connection: z.string(),
  template: z.string(),
  kinds: z.array(z.string()),
  filters: filterFace,
  selectors: z
    .record(z.string(), filterFace)
    .describe('Limits of single kinds, where they differ; an empty list lets everything of the kind through.'),
  options: z.record(z.string(), z.boolean()),
  schedule: z.string().describe('When it runs, in words or as a cron expression.'),
  timeZone: z.string(),
  enabled: z.boolean(),
  lastRunId: z.int().nullable(),
  lastRunStatus: z.string().nullable(),
  lastRunAt: z.string().nullable(),
  nextRunAt: z.string().nullable().describe('Null where it only runs when it is asked to.'),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

/** A plan, named. */
export const planInput = z.string().min(1).max(100).describe('The name or the number of a plan.')

/** What a plan may be called. */
export const planName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
  error: 'use letters, digits, ".", "_" and "-", up to 63 of them, a letter or digit first',
})

/** What of a plan people choose; without it the template, or what the plan was, decides. */
export const wishInputs = {
  kinds: z.array(kindInput).min(1).max(100).optional().describe('The kinds to bring in.'),
  projects: words.optional().describe('Ids of Wiz projects to stay within; an empty list means all.'),
  severities: z.array(z.enum(SEVERITIES)).optional().describe('Only these severities; an empty list means all.'),
  statuses: z.array(z.enum(STATUSES)).optional().describe('Only these statuses; an empty list means all.'),
  platforms: words.optional().describe('Only these clouds, e.g. AWS, Azure, GCP; an empty list means all.'),
  assetTypes: words.optional().describe('Only these types of asset, e.g. CONTAINER_IMAGE; an empty list means all.'),
  selectors: z
    .array(z.string().max(2000))
    .max(200)
    .optional()
    .describe(
      'Limits of single kinds, e.g. issue.severities=CRITICAL,HIGH; "*" lifts the limit for the kind, nothing leaves it to the plan.',
    ),
  any: z
    .array(z.enum(['projects', 'severities', 'statuses', 'platforms', 'assetTypes']))
    .optional()
    .describe('Limits to lift, e.g. severities.'),
  on: words.optional().describe('Options of the template to turn on.'),
  off: words.optional().describe('Options of the template to turn off.'),
  schedule: z
    .string()
    .max(100)
    .optional()
    .describe('"every 6 hours", "every 1 day" (at 01:15), a cron expression, or "manual".'),
  timeZone: z
    .string()
    .max(100)
    .optional()
    .describe('The time zone of the schedule, e.g. Europe/Berlin; UTC without it.'),
}

/** What comes in over the flags and fields, as a plan takes it. */
export function wishesOf(input: z.output<z.ZodObject<typeof wishInputs>>): PlanWishes {
  const { kinds, selectors, schedule, timeZone, any = [], on = [], off = [], ...filters } = input
  const both = on.find((name) => off.includes(name))
  if (both !== undefined) {
    throw new Refused('bad-input', `The option "${both}" is to be turned on and off at once. Name it only once.`)
  }
  return {
    kinds,
    selectors,
    schedule,
    timeZone,
    filters: {
      ...(filters.projects && { projects: filters.projects }),
      ...(filters.severities && { severities: filters.severities }),
      ...(filters.statuses && { statuses: filters.statuses }),
      ...(filters.platforms && { platforms: filters.platforms }),
      ...(filters.assetTypes && { assetTypes: filters.assetTypes }),
      ...Object.fromEntries(any.map((name) => [name, []])),
    },
    options: Object.fromEntries([...on.map((name) => [name, true]), ...off.map((name) => [name, false])]),
  }
}

/** How starting a plan went. */
export const startFace = z.object({
  run: z
    .int()
    .nullable()
    .describe('The run; null where it waits for another one of the connection, or was not wanted.'),
  isNew: z.boolean().describe('False where a run of the plan was under way already.'),
  waitsFor: z.int().nullable().describe('The run that has to end first; the plan runs by itself after it.'),
})

/** A plan with lists of its own, as the answer wants them. */
export function shown(plan: Plan) {
  return {
    ...plan,
    kinds: [...plan.kinds],
    filters: listsOf(plan.filters),
    selectors: Object.fromEntries(Object.entries(plan.selectors).map(([kind, limits]) => [kind, listsOf(limits)])),
    options: { ...plan.options },
  }
}

function listsOf(filters: Plan['filters']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(filters).map(([name, words]) => [name, [...words]]))
}
