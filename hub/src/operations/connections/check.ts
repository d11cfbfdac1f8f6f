import { z } from 'zod'
import { findCapabilities } from '../../ingest/capabilities.ts'
import { operation } from '../operation.ts'
import { credentialInputs, tenantInputs } from './connection-face.ts'
import { openAccount, typedAccount } from './open-account.ts'
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
    const wiz = openAccount(app, typedAccount(app, input))
    return probeAnswer(await findCapabilities(wiz, projects.length > 0 ? { projects } : {}, signal))
  },
})
