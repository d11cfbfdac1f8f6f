import { z } from 'zod'
import { KINDS } from '../../kinds/kinds.ts'
import type { Store } from '../../store/open-store.ts'
import { cancelRun, openRun } from '../../store/runs.ts'
import { quoted } from '../../store/sql-name.ts'
import { transaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { connectionInput } from './connection-face.ts'
import { findConnection } from './find-connection.ts'

const BATCH = 10_000

/** Disconnects a tenant; with `purge` nothing of it stays. */
export const deleteConnection = operation({
  name: 'connections.delete',
  about: 'Disconnects a tenant: its secret is deleted and its sync stopped; the data stays unless it is purged.',
  access: 'admin',
  audit: true,
  http: 'DELETE /connections/:connection',
  args: ['connection'],
  examples: ['connections delete prod', 'connections delete prod --purge'],
  input: z.strictObject({
    connection: connectionInput,
    purge: z.boolean().default(false).describe('Also delete everything that came through it, and its history.'),
  }),
  output: z.object({
    name: z.string(),
    purged: z.boolean(),
    removed: z.int().describe('How many stored objects were deleted.'),
  }),
  async run(context, { connection, purge }) {
    const { store } = context.app
    const { id, name, clientId } = await findConnection(context, connection)
    // From here on no sync can begin; one that is under way stops at its next page.
    await store.db
      .updateTable('connection')
      .set({ client_secret: null, status: 'not-connected', status_reason: null, updated_at: new Date() })
      .where('id', '=', id)
      .execute()
    const run = await openRun(store, id)
    if (run !== undefined) await cancelRun(store, run)
    if (!purge) return { name, purged: false, removed: 0 }

    // A page that is being written holds its part and then asks for its run: in this order each waits for the other's end.
    // One that comes later finds no part any more, so nothing is written after this.
    await transaction(store.pool, async (client) => {
      await client.query(
        'SELECT FROM run_partition WHERE run_id IN (SELECT id FROM run WHERE connection_id = $1) ORDER BY id FOR UPDATE',
        [id],
      )
      await client.query('DELETE FROM run WHERE connection_id = $1', [id])
    })
    let removed = 0
    for (const kind of KINDS) removed += await deleteAll(store, kind.table, id)
    await deleteAll(store, 'history', id)
    await deleteAll(store, 'tombstone', id)
    await store.db.deleteFrom('connection').where('id', '=', id).execute()
    // What was learnt of its account, unless another connection goes by it too.
    await store.pool.query(
      `DELETE FROM pace WHERE right(account, length($1) + 1) = ' ' || $1
         AND NOT EXISTS (SELECT FROM connection WHERE client_id = $1)`,
      [clientId],
    )
    return { name, purged: true, removed }
  },
})

/** Deletes in batches: a million rows in one transaction would hold up everybody else. */
async function deleteAll(store: Store, table: string, connectionId: number): Promise<number> {
  for (let deleted = 0; ; ) {
    const { rowCount } = await store.pool.query(
      `DELETE FROM ${quoted(table)} WHERE ctid = ANY (ARRAY (
         SELECT ctid FROM ${quoted(table)} WHERE connection_id = $1 LIMIT ${BATCH})) AND connection_id = $1`,
      [connectionId],
    )
    if (!rowCount) return deleted
    deleted += rowCount
  }
}
