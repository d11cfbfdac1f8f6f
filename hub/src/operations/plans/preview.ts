import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { draftPlan } from '../../ingest/plans/plans.ts'
import { credentialInputs, tenantInputs } from '../connections/connection-face.ts'
import { openAccount, typedAccount } from '../connections/open-account.ts'
import { operation } from '../operation.ts'
import { forecastDraft, forecastFace } from './forecast-face.ts'
import { wishesOf, wishInputs } from './plan-face.ts'

// Rules that look at what is stored find nothing there yet.
const NOT_STORED = 0

/** Tries a plan out on a tenant that is not connected yet. */
export const previewPlan = operation({
  name: 'plans.preview',
  about: 'Forecasts a plan as "plans forecast" does, for credentials that are not stored yet.',
  access: 'admin',
  audit: true,
  http: 'POST /plans/preview',
  secrets: ['clientSecret'],
  columns: ['kind', 'state', 'count', 'calls', 'inspected', 'leftOut', 'sentence'],
  examples: [
    'plans preview --template wiz-cspm --api-url https://api.us1.app.wiz.io/graphql --client-id ID --client-secret-stdin < s.txt',
  ],
  input: z.strictObject({
    apiUrl: tenantInputs.apiUrl,
    tokenUrl: tenantInputs.tokenUrl,
    connectionProjects: tenantInputs.projects,
    ...credentialInputs,
    template: z.string().max(100).describe('The template to start from; see "plans templates".'),
    ...wishInputs,
  }),
  output: forecastFace,
  async run({ app, caller, signal }, input) {
    const { apiUrl, tokenUrl, clientId, clientSecret, connectionProjects, template, ...wishes } = input
    if (caller.connectionIds) {
      throw new Refused('not-allowed', 'You are limited to certain connections, so you cannot look at another one.')
    }
    const account = typedAccount(app, { apiUrl, tokenUrl, clientId, clientSecret })
    const draft = draftPlan(template, wishesOf(wishes))
    const wiz = openAccount(app, account)
    return forecastDraft(
      { store: app.store, wiz, schema: app.schema, connectionId: NOT_STORED, projects: connectionProjects, signal },
      draft,
    )
  },
})
