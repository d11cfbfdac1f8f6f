import { z } from 'zod'
import { findCapabilities } from '../../ingest/capabilities.ts'
import { identityProviderFor, normaliseApiUrl } from '../../wiz/url.ts'
import { operation } from '../operation.ts'
import { credentialInputs, tenantInputs } from './connection-face.ts'
import { openAccount } from './open-account.ts'
import { probeAnswer, probeFace } from './probe.ts'

/** Tries out credentials before they are stored. */
export const checkConnection = operation({
  name: 'connections.check',
  about: 'Tests credentials as "connections test" does, before anything is stored.',
  access: 'admin',
  audit: true,
  http: 'POST /connections/check',
  secrets: ['clientSecret'],
  examples: [
    'connections check --api-url https://api.us1.app.wiz.io/graphql --client-id ID --client-secret-stdin < s.txt',
  ],
  input: z.strictObject({ ...tenantInputs, ...credentialInputs }),
  output: probeFace,
  async run({ app, signal }, { projects, ...input }) {
    const { allowHosts } = app.config
    const apiUrl = normaliseApiUrl(input.apiUrl, { allowHosts })
    identityProviderFor({ apiUrl, tokenUrl: input.tokenUrl, allowHosts })
    const wiz = openAccount(app, { ...input, apiUrl: apiUrl.href })
    return probeAnswer(await findCapabilities(wiz, projects.length > 0 ? { projects } : {}, signal))
  },
})
