import type { App } from '../app.ts'
import { Refused } from '../errors.ts'
import { redactValue } from '../log.ts'
import type { Scope } from '../store/scope.ts'
import { openWiz, type Wiz } from '../wiz/client.ts'
import { countCalls } from './count-calls.ts'

/** A connection, ready to be asked. */
export interface OpenConnection {
  readonly id: number
  readonly name: string
  readonly wiz: Wiz
  /** The projects the connection is limited to, as a scope. */
  readonly scope: Scope
}

/** Where a connection's secret is sealed; part of the seal, so that it opens in no other row. */
export function secretPlace(name: string) {
  return { table: 'connection', row: name, column: 'client_secret' }
}

/** Opens the Wiz client of a connection by its name; nothing is called yet. */
export async function openConnection(app: App, name: string): Promise<OpenConnection> {
  const row = await app.store.db.selectFrom('connection').selectAll().where('name', '=', name).executeTakeFirst()
  if (!row) throw new Refused('not-found', `There is no connection "${name}". See "wizbridge connections list".`)
  if (row.client_secret === null) {
    throw new Refused(
      'not-connected',
      `"${name}" is disconnected. Give it new credentials with "wizbridge connections rotate ${name}".`,
    )
  }
  const clientSecret = app.secrets.open(row.client_secret, secretPlace(row.name))
  redactValue(clientSecret)
  const governor = app.governorFor(`${new URL(row.api_url).host} ${row.client_id}`)
  const wiz = openWiz({
    apiUrl: row.api_url,
    tokenUrl: row.token_url ?? undefined,
    clientId: row.client_id,
    clientSecret,
    ...countCalls(app.calls, row.id, { governor, transport: app.transport }),
    log: app.log,
  })
  return { id: row.id, name: row.name, wiz, scope: row.project_ids.length > 0 ? { projects: row.project_ids } : {} }
}
