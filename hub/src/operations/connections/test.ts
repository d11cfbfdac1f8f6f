import { z } from 'zod'
import { openConnection } from '../../ingest/open-connection.ts'
import { operation } from '../operation.ts'
import { connectionInput } from './connection-face.ts'
import { findConnection } from './find-connection.ts'
import { probe, probeFace } from './probe.ts'

/** Tries out a connection, and notes whether it works. */
export const testConnection = operation({
  name: 'connections.test',
  about: 'Tests a connection: credentials, endpoint, region, and for each kind whether it may be read.',
  access: 'operator',
  audit: true,
  http: 'POST /connections/:connection/test',
  args: ['connection'],
  input: z.strictObject({ connection: connectionInput }),
  output: z.object({ connection: z.string() }).extend(probeFace.shape),
  async run(context, input) {
    const { app, signal } = context
    const { id, name } = await findConnection(context, input.connection)
    const { wiz, scope } = await openConnection(app, name)
    const answer = await probe(wiz, scope, signal)
    const problem = [answer.credentials, answer.endpoint, answer.region].find((each) => each.ok === false)
    await app.store.db
      .updateTable('connection')
      .set({ status: problem ? 'inactive' : 'active', status_reason: problem?.sentence ?? null })
      .where('id', '=', id)
      .where('status', '<>', 'not-connected')
      .execute()
    return { connection: name, ...answer }
  },
})
