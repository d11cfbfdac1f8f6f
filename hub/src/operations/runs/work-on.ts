import type { App } from '../../app.ts'
import { openConnection } from '../../ingest/open-connection.ts'

/** Works on a run in this process until it has ended, beside any other process that does. */
export async function workOn(app: App, run: { run: number; connection: string }, signal: AbortSignal): Promise<void> {
  const { wiz } = await openConnection(app, run.connection)
  const { workOnRun } = await import('../../ingest/sync.ts')
  const { store, schema, log } = app
  await workOnRun({ store, wiz, schema, log, signal }, run.run)
}
