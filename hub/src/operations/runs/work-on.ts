import type { App } from '../../app.ts'
import { openConnection } from '../../ingest/open-connection.ts'

/** When to stop working on a run. */
export interface Stop {
  /** No further page is begun; what is under way is finished. */
  readonly leaving?: AbortSignal
  /** At once. */
  readonly signal: AbortSignal
}

/** Works on a run in this process until it has ended, beside any other process that does. */
export async function workOn(app: App, run: { run: number; connection: string }, stop: Stop): Promise<void> {
  const { wiz } = await openConnection(app, run.connection)
  const { workOnRun } = await import('../../ingest/sync.ts')
  const { store, schema } = app
  const log = app.log.child({ runId: run.run, connection: run.connection })
  await workOnRun({ store, wiz, schema, log, ...stop }, run.run)
}
