import { z } from 'zod'
import { openConnection } from '../../ingest/open-connection.ts'
import { findKind } from '../../kinds/kinds.ts'
import { connectionInput } from '../connections/connection-face.ts'
import { findConnection } from '../connections/find-connection.ts'
import { kindInput } from '../objects/kind-input.ts'
import { operation } from '../operation.ts'

/** Starts a sync, or finds the one that is under way. */
export const startSyncing = operation({
  name: 'syncs.start',
  about: 'Starts a sync of a connection: all kinds or some, everything or, where that is enough, only what changed.',
  access: 'operator',
  audit: true,
  http: 'POST /connections/:connection/syncs',
  args: ['connection'],
  examples: ['sync prod', 'sync prod --kinds issues,resources --full'],
  input: z.strictObject({
    connection: connectionInput,
    kinds: z
      .array(kindInput)
      .min(1, { error: 'name at least one kind, or leave it out for all' })
      .max(100)
      .optional()
      .describe('Only these kinds; all without it.'),
    full: z.boolean().default(false).describe('Read everything again, also where the changes would be enough.'),
  }),
  output: z.object({
    run: z.int(),
    connection: z.string(),
    isNew: z.boolean().describe('False where a sync of this connection was under way already.'),
  }),
  async run(context, input) {
    const { app, caller } = context
    const { name } = await findConnection(context, input.connection)
    const { id, scope } = await openConnection(app, name)
    const kinds = input.kinds?.flatMap((each) => findKind(each) ?? [])
    // Loaded when it is needed: what walks Wiz is heavy, and the help text of the command line needs none of it.
    const { startSync } = await import('../../ingest/sync.ts')
    const { runId, isNew } = await startSync(app.store, {
      connectionId: id,
      startedBy: caller.name,
      kinds,
      full: input.full,
      scope,
    })
    return { run: runId, connection: name, isNew }
  },
})
