import { z } from 'zod'
import type { PlanFilterName } from '../../kinds/kind.ts'
import { KINDS } from '../../kinds/kinds.ts'
import { PLATFORMS, SEVERITIES, STATUSES } from '../../kinds/vocabulary.ts'

/** What a plan can choose from. */
export const choicesFace = z.object({
  kinds: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      scopes: z.array(z.string()).describe('Any one of these OAuth scopes is enough.'),
      filters: z
        .array(
          z.object({ name: z.string(), byWiz: z.boolean().describe('Wiz filters; otherwise rows are left out here.') }),
        )
        .describe('The limits that mean something for it.'),
    }),
  ),
  severities: z.array(z.string()).describe('From mildest to worst.'),
  statuses: z.array(z.string()),
  platforms: z.array(z.string()).describe('The usual ones; other words are taken too.'),
})

/** What a plan can choose from, as the kinds declare it. */
export function planChoices(): z.output<typeof choicesFace> {
  return {
    kinds: KINDS.map(({ name, about, scopes, planFilters = {} }) => ({
      name,
      about,
      scopes: [...scopes],
      filters: (Object.keys(planFilters) as PlanFilterName[]).map((filter) => ({
        name: filter,
        byWiz: planFilters[filter]?.wiz !== undefined,
      })),
    })),
    severities: [...SEVERITIES],
    statuses: [...STATUSES],
    platforms: [...PLATFORMS],
  }
}
