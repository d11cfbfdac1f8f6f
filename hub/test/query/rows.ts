import { hash } from 'node:crypto'
import type { App } from '../../src/app.ts'
import type { Kind } from '../../src/kinds/kind.ts'
import type { ReadNode, Value } from '../../src/kinds/read-node.ts'
import { transaction } from '../../src/store/transaction.ts'
import { writeRows } from '../../src/store/write-page.ts'

/** A row by the names of its columns; what is left out is null. */
export type Values = { readonly id: string } & Readonly<Record<string, Value>>

/** Adds a connection and answers its id. */
export async function addConnection(app: App, name: string): Promise<number> {
  const row = await app.store.db
    .insertInto('connection')
    .values({
      name,
      api_url: 'http://127.0.0.1:1/graphql',
      token_url: null,
      client_id: 'client',
      client_secret: null,
      project_ids: [],
      status_reason: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Stores rows of a kind as a sync would. */
export async function addRows(app: App, kind: Kind, connectionId: number, rows: readonly Values[]): Promise<void> {
  const nodes = rows.map((row): ReadNode => {
    const raw = JSON.stringify(row)
    const values = Object.keys(kind.columns).map((name) => row[name] ?? null)
    return { id: row.id, raw, hash: hash('sha256', raw).slice(0, 32), values, problems: [] }
  })
  const origin = { connectionId, runId: null, cause: 'test', observedAt: new Date() }
  await transaction(app.store.pool, (client) => writeRows(client, kind, nodes, origin))
}
