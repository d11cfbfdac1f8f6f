import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { findKind } from '../../kinds/kinds.ts'
import { nodeReader } from '../../kinds/read-node.ts'
import { listRows } from '../../store/query/list-rows.ts'
import { tombstoneRelation } from '../../store/query/own-relations.ts'
import { transaction } from '../../store/transaction.ts'
import { writeRows } from '../../store/write-page.ts'
import { findConnection } from '../connections/find-connection.ts'
import { restrictionOf } from '../listing.ts'
import { operation } from '../operation.ts'
import { kindInput } from './kind-input.ts'

/** Brings back a row that was removed. */
export const restoreTombstone = operation({
  name: 'tombstones.restore',
  about: 'Brings back an object that was removed; the next full sync removes it again if Wiz does not have it.',
  access: 'operator',
  audit: true,
  http: 'POST /tombstones/restore',
  args: ['kind', 'id'],
  examples: ['tombstones restore issue 7c1b6f2e-1d2c-4b0e-9d5a-0f4f6a1c9e11'],
  input: z.strictObject({
    kind: kindInput,
    id: z.string().min(1).max(1000).describe('Its Wiz id.'),
    connection: z.string().optional().describe('The connection, where several have had it.'),
  }),
  output: z.object({ connection: z.string(), kind: z.string(), id: z.string() }),
  async run(context, { kind: kindName, id, connection }) {
    const { app, caller } = context
    const kind = findKind(kindName)
    const { rows } = await listRows(app.store, tombstoneRelation, {
      filter: [`id=${id}`, `kind=${kind?.name}`, ...(connection === undefined ? [] : [`connection=${connection}`])],
      restriction: restrictionOf(caller),
      sort: [],
      raw: true,
      limit: 2,
    })
    const [dead, other] = rows
    if (!kind || !dead) {
      const next = `See "wizbridge tombstones list --filter kind=${kind?.name}".`
      throw new Refused('not-found', `No ${kind?.name} "${id}" was removed here. ${next}`)
    }
    if (other) {
      const sentence = `It was removed from ${dead.connection} and from ${other.connection}. Say which one with --connection.`
      throw new Refused('ambiguous', sentence)
    }
    const node = nodeReader(kind)(dead.raw)
    if ('rejected' in node) throw new Refused('conflict', `It cannot be brought back: ${node.rejected.sentence}`)
    const { id: connectionId, name } = await findConnection(context, String(dead.connection))
    const origin = { connectionId, runId: null, cause: caller.name, observedAt: new Date() }
    await transaction(app.store.pool, (client) => writeRows(client, kind, [node], origin))
    return { connection: name, kind: kind.name, id: node.id }
  },
})
