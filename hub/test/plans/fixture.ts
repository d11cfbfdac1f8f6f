import type { App } from '../../src/app.ts'
import { openConnection } from '../../src/ingest/open-connection.ts'
import { startPlanRun } from '../../src/ingest/plans/start-plan-run.ts'
import { startSync, workOnRun } from '../../src/ingest/sync.ts'
import { kindNamed } from '../../src/kinds/kinds.ts'
import { createPlan } from '../../src/operations/plans/create.ts'
import { showPlan } from '../../src/operations/plans/show.ts'
import type { Receipt } from '../../src/operations/runs/receipt.ts'
import { showRun } from '../../src/operations/runs/show.ts'
import { ask } from '../operations/ask.ts'
import type { ConnectedApp, Node } from '../tenant.ts'

/** Sets up a plan that does not run yet. */
export function makePlan(app: App, connection: string, template: string, more: Record<string, unknown> = {}) {
  return ask(app, createPlan, { connection, template, start: false, ...more })
}

/** Works on a run to its end and answers it with its receipts. */
export async function finish(app: App, connection: string, run: number) {
  const { wiz } = await openConnection(app, connection)
  const { store, schema, log } = app
  await workOnRun({ store, wiz, schema, log, signal: new AbortController().signal }, run)
  return ask(app, showRun, { run })
}

/** Runs a plan to the end, by default as a full run. */
export async function runPlan(app: App, plan: string, options: { full?: boolean } = { full: true }) {
  const { id, connection } = await ask(app, showPlan, { plan })
  const { runId } = await startPlanRun(app, id, 'test', options)
  return finish(app, connection, runId ?? 0)
}

/** Syncs a connection by hand, without any plan. */
export async function syncByHand(app: App, connection: string, kinds: readonly string[]) {
  const { id, scope } = await openConnection(app, connection)
  const wanted = { connectionId: id, startedBy: 'test', kinds: kinds.map(kindNamed), full: true, scope }
  const { runId } = await startSync(app.store, wanted)
  return finish(app, connection, runId)
}

/** The ids that are stored of a kind, in order. */
export async function storedIds(app: App, kind: string): Promise<string[]> {
  const { rows } = await app.store.pool.query<{ id: string }>(`SELECT id FROM "${kindNamed(kind).table}" ORDER BY id`)
  return rows.map((row) => row.id)
}

/** The receipt of a kind. */
export function receiptOf(run: { readonly receipts: readonly Receipt[] }, kind: string): Receipt | undefined {
  return run.receipts.find((receipt) => receipt.kind === kind)
}

/** Every state of a finding: without a filter, Wiz leaves out closed ones. */
export const ALL_STATUSES = ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED']

/** Every vulnerability finding in Wiz. */
export function allVulnerabilities({ nodes }: ConnectedApp): Node[] {
  return nodes('vulnerabilityFindings', { status: ALL_STATUSES })
}

/** The ids of nodes or rows, in order. */
export function idsOf(nodes: readonly { readonly id?: unknown }[]): string[] {
  return nodes.map(({ id }) => String(id)).sort()
}

/** What a node holds at a path such as `entitySnapshot.id`. */
export function at(node: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Node | null)?.[key], node)
}
