/* Several worker processes that share one sync: how much of a limit they use, and what each further one is worth. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalCall } from 'wizbridge-simulator'
import { type App, openApp } from '../hub/src/app.ts'
import { loadConfig } from '../hub/src/config.ts'
import { secretPlace } from '../hub/src/ingest/open-connection.ts'
import { startSync } from '../hub/src/ingest/sync.ts'
import { hasConnection } from '../hub/src/kinds/kind.ts'
import { kindNamed } from '../hub/src/kinds/kinds.ts'
import { createLog } from '../hub/src/log.ts'
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts'

const PROGRAM = new URL('../hub/bin/wizbridge.mjs', import.meta.url).href
const LATENCY_MS = 800
const LIMIT = 10
// Wiz's own pages, and such that the machine is not what limits many workers: only waiting for Wiz can be shared endlessly.
const PAGE = 500
const SMALL_PAGE = 50

/** One sync by several processes. */
export interface WorkersResult {
  readonly workers: number
  readonly rows: number
  readonly seconds: number
  /** Of the sync by half as many workers. */
  readonly speedup?: number
  readonly calls: number
  readonly refused: number
  /** The most calls that arrived within any one second, as the simulator counts. */
  readonly mostPerSecond: number
  /** Calls, as a share of what the account is allowed: in the whole run, and from its first to its last call. */
  readonly shareOfLimit?: { readonly run: number; readonly calls: number }
  /** How busy the machine was at the end. */
  readonly load: number
}

interface Setting {
  readonly workers: number
  readonly pages: number
  readonly pageSize: number
  /** Calls per second; null for none. */
  readonly limit: number | null
  readonly latencyMs: number
}

/** What several worker processes make of a slow Wiz without a limit (0 pages: not asked), and, beside an API process, of a limited one. */
export async function benchWorkers(options: { pages?: number; limitedRows?: number } = {}): Promise<{
  unlimited: WorkersResult[]
  limited: WorkersResult
}> {
  const { pages = 1_200, limitedRows = 400_000 } = options
  const unlimited: WorkersResult[] = []
  for (const workers of pages > 0 ? [1, 2, 4] : []) {
    const before = unlimited.at(-1)
    const result = await measure({ workers, pages, pageSize: SMALL_PAGE, limit: null, latencyMs: LATENCY_MS })
    unlimited.push(before ? { ...result, speedup: round(before.seconds / result.seconds) } : result)
  }
  const limit = { pages: limitedRows / PAGE, pageSize: PAGE, limit: LIMIT, latencyMs: 0 }
  return { unlimited, limited: await measure({ workers: 3, ...limit }) }
}

async function measure({ workers, pages, pageSize, limit, latencyMs }: Setting): Promise<WorkersResult> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'wizbridge-bench-')))
  const rows = pages * pageSize
  const simulator = await startSimulatorProcess({ rows, latencyMs, ...(limit === null ? {} : { rate: limit }) })
  const dataDir = path.join(folder, 'data')
  const env = {
    WIZBRIDGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    WIZBRIDGE_ALLOW_HOSTS: new URL(simulator.url).host,
    // That there is no limit is not found out within a benchmark: workers begin at the usual one.
    ...(limit === null ? { WIZBRIDGE_CALLS_PER_SECOND: '200' } : {}),
  }
  const app = await openApp(loadConfig({ ...env, WIZBRIDGE_DATA_DIR: dataDir }), createLog({ level: 'silent' }))
  const children: ChildProcess[] = []
  try {
    const connectionId = await connect(app, simulator)
    const socket = encodeURIComponent(path.join(dataDir, 'postgres'))
    const DATABASE_URL = `postgres://wizbridge@localhost/wizbridge?host=${socket}`
    const shared = { ...env, PATH: process.env.PATH, DATABASE_URL, WIZBRIDGE_PORT: '0', WIZBRIDGE_LOG_LEVEL: 'info' }
    const roles = ['api', ...Array.from({ length: workers }, () => 'worker')]
    for (const role of roles) children.push(await startProcess(role, pageSize, shared))
    const startedAt = performance.now()
    const request = { connectionId, startedBy: 'bench', kinds: [kindNamed('issue')], full: true, scope: {} }
    const { runId } = await startSync(app.store, request)
    await ended(app, runId)
    const seconds = (performance.now() - startedAt) / 1000
    const { refusals: refused, maxPerSecond: mostPerSecond } = await simulator.counts()
    const times = await callTimes(simulator)
    const passed = times.length - refused
    const shareOf = (time: number) => round(passed / time / (limit ?? Number.NaN))
    const share = { run: shareOf(seconds), calls: shareOf((Math.max(...times) - Math.min(...times)) / 1000) }
    return {
      ...{ workers, rows, seconds: round(seconds), calls: times.length, refused, mostPerSecond },
      ...(limit === null ? {} : { shareOfLimit: share }),
      load: round(loadavg()[0] ?? 0),
    }
  } finally {
    await Promise.all(children.map(stop))
    await app.close()
    await simulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** When calls began, in milliseconds. */
async function callTimes({ url }: SimulatorProcess): Promise<number[]> {
  const answer = await fetch(`${url}/_simulator/journal`)
  const { calls } = (await answer.json()) as { calls: JournalCall[] }
  return calls.map(({ at }) => Date.parse(at))
}

async function connect(app: App, { apiUrl, tokenUrl, clientId, clientSecret }: SimulatorProcess): Promise<number> {
  const row = await app.store.db
    .insertInto('connection')
    .values({
      name: 'bench',
      api_url: apiUrl,
      token_url: tokenUrl,
      client_id: clientId,
      client_secret: app.secrets.seal(clientSecret, secretPlace('bench')),
      project_ids: [],
      status_reason: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** A process of the product that asks for pages of this size. */
function startProcess(role: string, pageSize: number, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=4', '--heap-growing-percent=40', import.meta.filename, 'serve', role, `${pageSize}`],
    {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (chunk) => {
      text = `${text}${chunk}`.slice(-4_000)
      if (text.includes('"serving"')) resolve(child)
    })
    child.once('exit', (code) => reject(new Error(`a process ended with ${code}: ${text}`)))
  })
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill()
  })
}

async function ended(app: App, runId: number): Promise<void> {
  for (;;) {
    const run = await app.store.db
      .selectFrom('run')
      .select(['status', 'error'])
      .where('id', '=', runId)
      .executeTakeFirstOrThrow()
    if (run.status === 'complete') return
    if (!['queued', 'running'].includes(run.status)) throw new Error(`the run is ${run.status}: ${run.error}`)
    await sleep(50)
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

if (import.meta.main) {
  const [what = '', ...options] = process.argv.slice(2)
  if (what === 'serve') {
    const [role = 'worker', pageSize] = options
    const kind = kindNamed('issue')
    if (hasConnection(kind)) Object.assign(kind.source, { pageSize: Number(pageSize) })
    process.argv.splice(2, process.argv.length, 'serve', '--role', role)
    await import(PROGRAM)
  } else {
    const result = await benchWorkers({ pages: Number(what || 1_200), limitedRows: Number(options[0] ?? 400_000) })
    console.log(JSON.stringify(result, null, 2))
  }
}
