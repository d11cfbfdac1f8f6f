import type { z } from 'zod'
import type { Caller } from '../../src/access/caller.ts'
import type { App } from '../../src/app.ts'
import type { Operation } from '../../src/operations/operation.ts'
import { perform } from '../../src/operations/perform.ts'
import { showRun } from '../../src/operations/runs/show.ts'
import { startSyncing } from '../../src/operations/runs/start-sync.ts'
import { workOn } from '../../src/operations/runs/work-on.ts'

/** Whoever may do everything. */
export const OWNER: Caller = { name: 'cli:test', role: 'admin' }

/** Asks an operation as a face would. */
export async function ask<O extends z.ZodType>(
  app: App,
  operation: Operation<z.ZodObject, O> | Operation,
  input: Record<string, unknown> = {},
  caller: Caller = OWNER,
): Promise<z.output<O>> {
  const signal = new AbortController().signal
  return (await perform(operation as Operation, { app, caller, signal }, input)) as z.output<O>
}

/** Syncs a connection to the end of the run and answers its receipt. */
export async function sync(app: App, connection: string, input: Record<string, unknown> = {}) {
  const started = await ask(app, startSyncing, { connection, ...input })
  await workOn(app, started, { signal: new AbortController().signal })
  return ask(app, showRun, { run: started.run })
}
