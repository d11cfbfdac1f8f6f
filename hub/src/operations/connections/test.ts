import { z } from 'zod'
import { findCapabilities, noteStatus } from '../../ingest/capabilities.ts'
import { openConnection } from '../../ingest/open-connection.ts'
import { operation } from '../operation.ts'
import { connectionInput } from './connection-face.ts'
import { findConnection } from './find-connection.ts'
import { probeAnswer, probeFace } from './probe.ts'

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
    const found = await findCapabilities(wiz, scope, signal)
    await noteStatus(app.store, id, found)
    return { connection: name, ...probeAnswer(found) }
  },
})
