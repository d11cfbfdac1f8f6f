import { z } from 'zod'
import type { App } from '../../app.ts'
import { Refused } from '../../errors.ts'
import { secretPlace } from '../../ingest/open-connection.ts'
import { checkMasterKey } from '../../store/secrets/check-master-key.ts'
import { operation } from '../operation.ts'
import { connectionFace, credentialInputs, tenantInputs } from './connection-face.ts'
import { findConnection } from './find-connection.ts'
import { openAccount, typedAccount, verifyAccount } from './open-account.ts'

// One of digits alone would be taken for the number of another connection.
const NAME = /^(?!\d+$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** Sets up a connection, after its credentials have been tried out. */
export const createConnection = operation({
  name: 'connections.create',
  about: 'Connects a Wiz tenant: its address and a service account.',
  access: 'admin',
  audit: true,
  http: 'POST /connections',
  secrets: ['clientSecret'],
  examples: [
    'connections create --name prod --api-url https://api.us1.app.wiz.io/graphql --client-id ID --client-secret-stdin < secret.txt',
  ],
  input: z.strictObject({
    name: z
      .string()
      .regex(NAME, {
        error: 'use letters, digits, ".", "_" and "-", up to 63 of them, a letter or digit first, and not digits only',
      })
      .describe('What it is to be called here.'),
    ...tenantInputs,
    ...credentialInputs,
    verify: z.boolean().default(true).describe('Sign in to Wiz and ask it one question before anything is stored.'),
  }),
  output: connectionFace,
  async run(context, input) {
    const { app, caller, signal } = context
    const account = typedAccount(app, input)
    if (caller.connectionIds) {
      throw new Refused('not-allowed', 'You are limited to certain connections, so you cannot add one.')
    }
    await refuseTaken(app, input.name)
    // What is sealed by a key that only this process has could be opened by none of the others.
    await checkMasterKey(app.store, app.secrets)
    if (input.verify) await verifyAccount(openAccount(app, account), signal)
    const created = await app.store.db
      .insertInto('connection')
      .values({
        name: input.name,
        api_url: account.apiUrl,
        token_url: account.tokenUrl ?? null,
        client_id: input.clientId,
        client_secret: app.secrets.seal(input.clientSecret, secretPlace(input.name)),
        project_ids: [...new Set(input.projects)],
        status_reason: null,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst()
    // Somebody else may have taken the name while the credentials were tried out.
    if (!created?.numInsertedOrUpdatedRows) await refuseTaken(app, input.name)
    return { ...(await findConnection(context, input.name)) }
  },
})

async function refuseTaken({ store }: App, name: string): Promise<void> {
  const taken = await store.db.selectFrom('connection').select('status').where('name', '=', name).executeTakeFirst()
  if (!taken) return
  const rotate = `"wizbridge connections rotate ${name}"`
  const next =
    taken.status === 'not-connected'
      ? `It is disconnected, and its data is still here. Connect it again with ${rotate}, or remove it with "wizbridge connections delete ${name} --purge".`
      : `Choose another name, or change its credentials with ${rotate}.`
  throw new Refused('conflict', `There is a connection "${name}" already. ${next}`)
}
