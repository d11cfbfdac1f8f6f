import { z } from 'zod'
import { secretPlace } from '../../ingest/open-connection.ts'
import { operation } from '../operation.ts'
import { connectionFace, connectionInput, credentialInputs } from './connection-face.ts'
import { findConnection } from './find-connection.ts'
import { openAccount, verifyAccount } from './open-account.ts'

/** Replaces the credentials of a connection once the new ones have proved to work. */
export const rotateConnection = operation({
  name: 'connections.rotate',
  about: 'Gives a connection a new client id and secret, after they have been tried out; also reconnects it.',
  access: 'admin',
  audit: true,
  http: 'POST /connections/:connection/rotate',
  args: ['connection'],
  secrets: ['clientSecret'],
  examples: ['connections rotate prod --client-secret-stdin < secret.txt'],
  input: z.strictObject({
    connection: connectionInput,
    ...credentialInputs,
    clientId: credentialInputs.clientId.optional().describe('The new client id; the present one without it.'),
  }),
  output: connectionFace,
  async run(context, input) {
    const { app, signal } = context
    const { id, name, ...known } = await findConnection(context, input.connection)
    const { clientSecret, clientId = known.clientId } = input
    const { apiUrl, tokenUrl } = known
    await verifyAccount(openAccount(app, { apiUrl, tokenUrl: tokenUrl ?? undefined, clientId, clientSecret }), signal)
    await app.store.db
      .updateTable('connection')
      .set({
        client_id: clientId,
        client_secret: app.secrets.seal(clientSecret, secretPlace(name)),
        status: 'active',
        status_reason: null,
        updated_at: new Date(),
      })
      .where('id', '=', id)
      .execute()
    return { ...(await findConnection(context, name)) }
  },
})
