import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSimulator } from 'wizbridge-simulator'
import { type App, openApp } from '../hub/src/app.ts'
import { loadConfig } from '../hub/src/config.ts'
import { secretPlace } from '../hub/src/ingest/open-connection.ts'
import { startSync } from '../hub/src/ingest/sync.ts'
import { kindNamed } from '../hub/src/kinds/kinds.ts'
import { createLog } from '../hub/src/log.ts'

const PROGRAM = path.resolve(import.meta.dirname, '../hub/bin/wizbridge.mjs')
const LATENCY_MS = 800
const LIMIT = 10
const ROW_BYTES = 2_048

/** One sync by several processes. */
export interface WorkersResult {
  readonly workers: number
  readonly rows: number
  readonly seconds: number
  readonly rowsPerSecond: number
  /** Of the sync by one worker in the same table. */
  readonly speedup: number
  readonly calls: number
  readonly refused: number
  /** Calls per second, as a share of what the account is allowed; null without a limit. */
  readonly shareOfLimit: number | null
}

/** What several worker processes make of a slow Wiz without a limit, and of a limited one. */
export async function benchWorkers(options: { rows?: number; limitedRows?: number } = {}): Promise<{
  unlimited: WorkersResult[]
  limited: WorkersResult
}> {
  const { rows = 200_000, limitedRows = 100_000 } = options
  const unlimited: WorkersResult[] = []
  for (const workers of [1, 2, 4]) {
    const result = await measure({ workers, rows, limit: null })
    unlimited.push({ ...result, speedup: (unlimited[0] ?? result).seconds / result.seconds })
  }
  return { unlimited, limited: await measure({ workers: 3, rows: limitedRows, limit: LIMIT }) }
}

async function measure(plan: { workers: number; rows: number; limit: number | null }): Promise<WorkersResult> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'wizbridge-bench-')))
  const simulator = await startSimulator({
    load: { rows: plan.rows, bytes: ROW_BYTES },
    latencyMs: plan.limit === null ? LATENCY_MS : 0,
    rate: { perSecond: plan.limit, concurrency: plan.limit },
    live: false,
  })
  const dataDir = path.join(folder, 'data')
  const env = {
    WIZBRIDGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    WIZBRIDGE_ALLOW_HOSTS: new URL(simulator.url).host,
  }
  const app = await openApp(loadConfig({ ...env, WIZBRIDGE_DATA_DIR: dataDir }), createLog({ level: 'silent' }))
  const workers: ChildProcess[] = []
  try {
    const connectionId = await connect(app, simulator)
    const socket = encodeURIComponent(path.join(dataDir, 'postgres'))
    const DATABASE_URL = `postgres://wizbridge@localhost/wizbridge?host=${socket}`
    for (let count = 0; count < plan.workers; count++) {
      workers.push(await startWorker({ ...env, PATH: process.env.PATH, DATABASE_URL, WIZBRIDGE_LOG_LEVEL: 'info' }))
    }
    const startedAt = performance.now()
    const request = { connectionId, startedBy: 'bench', kinds: [kindNamed('issue')], full: true, scope: {} }
    const { runId } = await startSync(app.store, request)
    await ended(app, runId)
    const seconds = (performance.now() - startedAt) / 1000
    const { calls, refusals: refused } = simulator.journal.summary()
    const share = plan.limit === null ? null : (calls - refused) / seconds / plan.limit
    const { workers: count, rows } = plan
    return {
      workers: count,
      rows,
      seconds,
      rowsPerSecond: rows / seconds,
      speedup: 1,
      calls,
      refused,
      shareOfLimit: share,
    }
  } finally {
    await Promise.all(workers.map(stop))
    await app.close()
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function connect(app: App, simulator: Awaited<ReturnType<typeof startSimulator>>): Promise<number> {
  const { apiUrl, tokenUrl, clientId, clientSecret } = simulator
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

function startWorker(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--role', 'worker'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (chunk) => {
      text = `${text}${chunk}`.slice(-4_000)
      if (text.includes('"serving"')) resolve(child)
    })
    child.once('exit', (code) => reject(new Error(`a worker ended with ${code}: ${text}`)))
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
    await sleep(100)
  }
}

if (import.meta.main)
  console.log(
    JSON.stringify(
      await benchWorkers({ rows: Number(process.argv[2] ?? 200_000), limitedRows: Number(process.argv[3] ?? 100_000) }),
      null,
      2,
    ),
  )
