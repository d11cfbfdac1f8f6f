import { z } from 'zod'
import type { App } from '../../app.ts'
import { Refused } from '../../errors.ts'
import { limitConnection } from '../../ingest/limit-connection.ts'
import { secretPlace } from '../../ingest/open-connection.ts'
import { checkScopes } from '../../ingest/plans/plan-scope.ts'
import { listPlans } from '../../ingest/plans/plans.ts'
import { operation } from '../operation.ts'
import { connectionFace, connectionInput, tenantInputs } from './connection-face.ts'
import { findConnection } from './find-connection.ts'
import { openAccount, typedAccount, verifyAccount } from './open-account.ts'

/** Changes where a connection leads and which projects it stays within. */
export const updateConnection = operation({
  name: 'connections.update',
  about:
    'Changes the projects or the address of a connection; what lies outside the projects leaves with its next sync.',
  access: 'admin',
  audit: true,
  http: 'PATCH /connections/:connection',
  args: ['connection'],
  examples: ['connections update prod --projects ID,ID', "connections update prod --projects ''"],
  input: z.strictObject({
    connection: connectionInput,
    projects: tenantInputs.projects
      .unwrap()
      .optional()
      .describe('Ids of the only Wiz projects to stay within, in place of those before; an empty list means all.'),
    apiUrl: tenantInputs.apiUrl.optional().describe('The API endpoint URL; it is tried out first.'),
    tokenUrl: tenantInputs.tokenUrl.describe('Where tokens come from; found out from the API URL when empty.'),
  }),
  output: connectionFace,
  async run(context, input) {
    const { app, signal } = context
    const before = await findConnection(context, input.connection)
    const projects = input.projects && [...new Set(input.projects)]
    if (projects) await checkPlans(app, before.id, projects)
    if (input.apiUrl !== undefined || input.tokenUrl !== undefined) {
      const { apiUrl = before.apiUrl, tokenUrl = before.tokenUrl ?? undefined } = input
      await moveConnection(app, before, { apiUrl, tokenUrl }, signal)
    }
    if (projects) await limitConnection(app.store, before.id, projects)
    return { ...(await findConnection(context, before.name)) }
  },
})

type Address = { readonly apiUrl: string; readonly tokenUrl: string | undefined }

/** Stores another address once the credentials were taken there; those of a disconnected tenant are gone. */
async function moveConnection(
  app: App,
  { id, name, clientId }: { id: number; name: string; clientId: string },
  address: Address,
  signal: AbortSignal,
): Promise<void> {
  const row = await app.store.db
    .selectFrom('connection')
    .select('client_secret')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const sealed = row.client_secret
  const clientSecret = sealed === null ? '' : app.secrets.open(sealed, secretPlace(name))
  const account = typedAccount(app, { ...address, clientId, clientSecret })
  if (sealed !== null) await verifyAccount(openAccount(app, account), signal)
  await app.store.db
    .updateTable('connection')
    .set({
      api_url: account.apiUrl,
      token_url: account.tokenUrl ?? null,
      ...(sealed !== null && { status: 'active' as const, status_reason: null }),
      updated_at: new Date(),
    })
    .where('id', '=', id)
    .execute()
}

/** Refuses projects that would leave a plan nothing to bring in: its syncs could not even begin. */
async function checkPlans({ store }: App, connectionId: number, projects: readonly string[]): Promise<void> {
  for (const plan of await listPlans(store, [connectionId])) {
    try {
      checkScopes(plan, projects)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      throw new Refused(
        'conflict',
        `The plan "${plan.name}" has no project in common with these. Change its projects first, or delete it.`,
        { cause: error },
      )
    }
  }
}
