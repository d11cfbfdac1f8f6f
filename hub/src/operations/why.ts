import { z } from 'zod'
import { openConnection } from '../ingest/open-connection.ts'
import { WHY_CODES } from '../ingest/why/answer.ts'
import { operation } from './operation.ts'

/** Why something is not here. */
export const why = operation({
  name: 'why',
  about: 'Tells why an object of Wiz is not here: the filter, rule, permission, error or removal, and what to change.',
  access: 'viewer',
  http: 'GET /why',
  args: ['id'],
  columns: ['code', 'connection', 'kind', 'sentence', 'change'],
  examples: ['why 7c1b6f2e-1d2c-4b0e-9d5a-0f4f6a1c9e11', 'why "https://app.wiz.io/issues#~(issue~\'7c1b6f2e-…)"'],
  input: z.strictObject({
    id: z.string().min(1).max(4000).describe('The id of the object in Wiz, or its link.'),
  }),
  output: z.object({
    id: z.string(),
    items: z
      .array(
        z.object({
          code: z.enum(WHY_CODES),
          connection: z.string().nullable(),
          kind: z.string().nullable(),
          sentence: z.string(),
          change: z.string().nullable().describe('What to change, or null where nothing has to.'),
          plan: z.string().nullable(),
          run: z.int().nullable(),
          by: z.string().nullable().describe('The filter, rule, reason or error that it comes from.'),
        }),
      )
      .describe('The most telling reason first.'),
    nextCursor: z.null(),
  }),
  async run({ app, caller, signal }, input) {
    // Loaded when it is needed, as everything that asks Wiz.
    const { explainAbsence } = await import('../ingest/why/explain-absence.ts')
    const open = (name: string) => openConnection(app, name)
    const { connectionIds, projectIds } = caller
    const { id, answers } = await explainAbsence(
      { store: app.store, schema: app.schema, connectionIds, projectIds, open, signal },
      input.id,
    )
    return { id, items: [...answers], nextCursor: null }
  },
})
