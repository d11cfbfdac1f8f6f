import { setImmediate as turn } from 'node:timers/promises'
import { type Simulator, type SimulatorOptions, startSimulator } from 'wizbridge-simulator'
import type { App } from '../../src/app.ts'
import { secretPlace } from '../../src/ingest/open-connection.ts'
import { startSync, workOnRun } from '../../src/ingest/sync.ts'
import { hasConnection, type Kind } from '../../src/kinds/kind.ts'
import { KINDS } from '../../src/kinds/kinds.ts'
import type { ReceiptMode, ReceiptState, RunStatus } from '../../src/store/database.ts'
import type { Scope } from '../../src/store/scope.ts'
import { openWiz } from '../../src/wiz/client.ts'
import type { Governor } from '../../src/wiz/governor.ts'
import { createTransport, type Transport } from '../../src/wiz/transport.ts'
import { differences, type StoredRow, storedRows, worldRows } from './world-check.ts'

/** No limit at all: what is to be seen is the sync, not the pace. */
export const NO_LIMIT = { perSecond: null, concurrency: null } as const

/** Makes walks of many pages out of small estates. */
export function usePagesOf(size: number): void {
  for (const kind of KINDS) if (hasConnection(kind)) Object.assign(kind.source, { pageSize: size })
}

/** A receipt as it ended. */
export interface Receipt {
  readonly mode: ReceiptMode
  readonly state: ReceiptState
  readonly expected: number | null
  readonly fetched: number
  readonly removed: number
  readonly marked: number
  readonly held: number
  readonly code: string | null
  readonly error: string | null
  readonly notes: readonly string[]
}

/** What became of a run. */
export interface Outcome {
  readonly runId: number
  readonly status: RunStatus
  readonly code: string | null
  readonly error: string | null
  readonly receipts: Readonly<Record<string, Receipt>>
}

/** How one sync is to be. */
export interface SyncOptions {
  readonly kinds?: readonly Kind[]
  readonly full?: boolean
  readonly scope?: Scope
  readonly width?: number
  readonly signal?: AbortSignal
}

/** A tenant and our connection to it. */
export interface Tenant {
  readonly app: App
  readonly simulator: Simulator
  readonly connectionId: number
  readonly name: string
  /** Runs a sync to its end; by default a full one of one loop, so that what happens is always the same. */
  sync(options?: SyncOptions): Promise<Outcome>
  start(options?: SyncOptions): Promise<number>
  work(runId: number, options?: SyncOptions): Promise<void>
  outcome(runId: number): Promise<Outcome>
  stored(kind: Kind): Promise<Map<string, StoredRow>>
  /** In what the store is not the world as the account sees it. */
  unlikeWorld(kind: Kind, scope?: Scope): Promise<string[]>
}

/** How the way to the tenant is to be. */
export interface TenantOptions {
  readonly governor?: Governor
  readonly transport?: Transport
  /** Waits between tries as long as the product does. */
  readonly isPatient?: boolean
  readonly apiUrl?: string
  readonly tokenUrl?: string
  readonly clientSecret?: string
}

/** Starts a simulator whose time stands still and whose calls are not counted, unless told otherwise. */
export function startTenant(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ seed: 7, issues: 180, live: false, rate: NO_LIMIT, ...options })
}

let connections = 0

/** Connects the product to a simulator, as a connection of its own. */
export async function connectTo(app: App, simulator: Simulator, options: TenantOptions = {}): Promise<Tenant> {
  const name = `tenant-${process.pid}-${++connections}`
  const clientSecret = options.clientSecret ?? simulator.clientSecret
  const apiUrl = options.apiUrl ?? simulator.apiUrl
  const tokenUrl = options.tokenUrl ?? simulator.tokenUrl
  const { id: connectionId } = await app.store.db
    .insertInto('connection')
    .values({
      name,
      api_url: apiUrl,
      token_url: tokenUrl,
      client_id: simulator.clientId,
      client_secret: app.secrets.seal(clientSecret, secretPlace(name)),
      project_ids: [],
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  // Each run signs in anew, as a new process does.
  const open = () =>
    openWiz({
      apiUrl,
      tokenUrl,
      clientId: simulator.clientId,
      clientSecret,
      governor: options.governor ?? hasty,
      transport: options.transport ?? app.transport,
      ...(options.isPatient ? {} : { wait: () => turn() }),
    })
  const never = new AbortController().signal

  const tenant: Tenant = {
    app,
    simulator,
    connectionId,
    name,
    async start({ kinds, full = true, scope = {} } = {}) {
      const { runId } = await startSync(app.store, { connectionId, startedBy: 'test', kinds, full, scope })
      return runId
    },
    work(runId, { width = 1, signal = never } = {}) {
      return workOnRun({ store: app.store, wiz: open(), schema: app.schema, log: app.log, signal, width }, runId)
    },
    async sync(options) {
      const runId = await tenant.start(options)
      await tenant.work(runId, options)
      return tenant.outcome(runId)
    },
    async outcome(runId) {
      const run = await app.store.db.selectFrom('run').selectAll().where('id', '=', runId).executeTakeFirstOrThrow()
      const receipts = await app.store.db.selectFrom('receipt').selectAll().where('run_id', '=', runId).execute()
      return {
        runId,
        status: run.status,
        code: run.error_code,
        error: run.error,
        receipts: Object.fromEntries(
          receipts.map(({ kind, error_code: code, ...receipt }) => [kind, { ...receipt, code }]),
        ),
      }
    },
    stored: (kind) => storedRows(app, kind, connectionId),
    async unlikeWorld(kind, scope = {}) {
      const account = simulator.accounts.get(simulator.clientId)
      return differences(kind, await tenant.stored(kind), worldRows(simulator.world, kind, scope, account))
    },
  }
  return tenant
}

/** Lets everything through at once. */
const hasty: Governor = {
  run: (task) => task(() => undefined),
  numbers: () => ({
    ratePerSecond: 0,
    allowedPerSecond: 0,
    allowedAtOnce: 0,
    isHeldBack: false,
    inFlight: 0,
    waiting: 0,
    passed: 0,
    refused: 0,
  }),
}

/** A transport that loses its patience within a test's time. */
export function impatientTransport(timeoutMs: number): Transport {
  return createTransport({ timeoutMs, userAgent: 'wizbridge-test' })
}
