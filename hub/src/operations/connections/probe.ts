import { z } from 'zod'
import type { Capabilities } from '../../ingest/capabilities.ts'

const check = z.object({
  ok: z.boolean().nullable().describe('Null where it could not be found out.'),
  code: z.string().nullable().describe('What is wrong, for machines.'),
  sentence: z.string().nullable().describe('What is wrong, and what to do next.'),
})

/** What a test of a connection answers, each question by itself. */
export const probeFace = z.object({
  ok: z.boolean().describe('Everything can be read.'),
  credentials: check.describe('Whether the identity provider knows the service account.'),
  endpoint: check.describe('Whether the API can be reached.'),
  region: check.describe('Whether API URL, token URL and credentials belong together.'),
  apiUrl: z.string(),
  tokenUrl: z.string(),
  identityProvider: z.enum(['cognito', 'auth0', 'unknown']),
  dataCentre: z.string().nullable(),
  scopes: z.array(z.string()).nullable().describe('What the service account may do, where its token says so.'),
  unneededScopes: z
    .array(z.string())
    .describe('What it may do that is not used by this version: take these away in Wiz.'),
  kinds: z.array(
    z.object({
      kind: z.string(),
      state: z
        .enum(['allowed', 'empty', 'forbidden', 'unknown'])
        .describe('`empty`: allowed, but there is not a single one.'),
      count: z.int().nullable(),
      isAtLeast: z.boolean().describe('Wiz stopped counting there.'),
      missingScopes: z.array(z.string()).describe('Any one of these is enough.'),
      emptyReason: z
        .enum(['project-visibility', 'none-exist', 'filter'])
        .nullable()
        .describe('Why there is probably not a single one.'),
      sentence: z.string().nullable(),
      calls: z.int().describe('How many calls a full sync of it takes.'),
    }),
  ),
  fullSync: z
    .object({
      calls: z.int(),
      minutes: z.number().nullable().describe('At the rate that Wiz is known to allow.'),
      callsPerSecond: z.number().nullable(),
    })
    .nullable()
    .describe('What a full sync costs.'),
})

/** What was found out, as an answer. */
export function probeAnswer(found: Capabilities): z.output<typeof probeFace> {
  return {
    ...found,
    scopes: found.scopes && [...found.scopes],
    unneededScopes: [...found.unneededScopes],
    kinds: found.kinds.map((kind) => ({ ...kind, missingScopes: [...kind.missingScopes] })),
  }
}
