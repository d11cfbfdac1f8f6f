/* The benchmarks: everything in one run on one machine, our figures beside what the machine can do at best.
   --rows N sets the size, --million adds a sync of a million, --queries N times lists and facets over N issues,
   --workers several processes that share a sync. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { timeQueries } from './queries.ts'
import { bareCopy, downloadAndParse } from './references.ts'
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts'
import type { Measured } from './sync-once.ts'
import { benchWorkers } from './workers.ts'

const run = promisify(execFile)
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    million: { type: 'boolean' },
    queries: { type: 'string' },
    workers: { type: 'boolean' },
  },
})
const ROWS = Number(values.rows)
const results: Record<string, unknown> = { machine: machine(), rows: ROWS }

// As the program starts itself: see hub/bin/wizbridge.mjs.
const MEMORY = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '4194304', MALLOC_TRIM_THRESHOLD_: '4194304' }

// A simulator without a limit: without being told, nobody would try more than what Wiz is known to allow.
const NO_LIMIT = { WIZBRIDGE_CALLS_PER_SECOND: '200' }

/** One sync in a process of its own, on a store of its own or an earlier one. */
async function sync(
  simulator: SimulatorProcess,
  dataDir: string,
  mode: 'full' | 'delta',
  pace: Record<string, string> = NO_LIMIT,
): Promise<Measured> {
  const { apiUrl, tokenUrl, clientId, clientSecret } = simulator
  const script = new URL('./sync-once.ts', import.meta.url).pathname
  const { stdout } = await run(
    process.execPath,
    ['--max-semi-space-size=4', '--heap-growing-percent=40', script, mode, apiUrl, tokenUrl, clientId, clientSecret],
    {
      env: { ...process.env, ...pace, ...MEMORY, DATABASE_URL: '', WIZBRIDGE_DATA_DIR: dataDir },
      maxBuffer: 1e8,
    },
  )
  return JSON.parse(stdout) as Measured
}

function report(name: string, measured: Measured): void {
  const rate = measured.records / measured.seconds
  const row = {
    'records/s': Math.round(rate),
    'CPU s per 100,000': round((measured.cpuSeconds / measured.records) * 1e5),
    'peak RSS MB': Math.round(measured.peakRssMb),
    calls: measured.calls,
    'rows written': measured.written,
    'KB per record': round(measured.bytes / measured.records / 1024),
    state: measured.state,
  }
  results[name] = { ...row, seconds: round(measured.seconds) }
  process.stdout.write(`${name}\n${JSON.stringify(row)}\n\n`)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
}

async function withStore<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wizbridge-bench-'))
  try {
    return await work(dataDir)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

process.stdout.write(`${machine()}\n\n`)
await withStore(async (dataDir) => {
  const simulator = await startSimulatorProcess({ rows: ROWS })
  const first = await sync(simulator, dataDir, 'full')
  report(`(a) first full sync of ${ROWS} issues`, first)
  const again = await sync(simulator, dataDir, 'full')
  report('(b) full sync again, nothing changed', again)
  await simulator.change(0.01)
  report('(c) delta of 1 %', await sync(simulator, dataDir, 'delta'))
  const download = await downloadAndParse(simulator)
  await simulator.stop()
  process.env.WIZBRIDGE_DATA_DIR = dataDir
  const copy = await bareCopy(download.nodes)
  const rate = first.records / first.seconds
  results.references = {
    'download and JSON.parse, records/s': Math.round(download.rate),
    'bare COPY, records/s': Math.round(copy),
    '(a) ÷ download and parse': round(rate / download.rate),
    '(a) ÷ bare COPY': round(rate / copy),
    '(b) ÷ (a)': round(again.records / again.seconds / rate),
    'calls ÷ (rows ÷ 500)': round(first.calls / (ROWS / 500)),
  }
  process.stdout.write(`references\n${JSON.stringify(results.references, null, 1)}\n\n`)
})

await withStore(async (dataDir) => {
  const limit = 10
  // Long enough that the calls which nothing can be made beside are a small part: the first, and the count at the end.
  const simulator = await startSimulatorProcess({ rows: 4 * ROWS, latencyMs: 800, rate: limit })
  const slow = await sync(simulator, dataDir, 'full', {})
  const { refusals } = await simulator.counts()
  await simulator.stop()
  const passed = (slow.calls - refusals) / limit
  const share = { run: round(passed / slow.seconds), calls: round(passed / slow.callingSeconds) }
  results['(d) 800 ms latency, 10 calls/s allowed'] = {
    'share of the allowed rate used, over the whole run': share.run,
    'and from the first call to the last': share.calls,
    refusals,
    calls: slow.calls,
  }
  process.stdout.write(
    `(d) 800 ms latency, 10 calls/s allowed: ${share.run} of the allowed rate used over the whole run, ${share.calls} from the first call to the last, ${refusals} refusals\n\n`,
  )
})

if (values.million) {
  await withStore(async (dataDir) => {
    const simulator = await startSimulatorProcess({ rows: 1_000_000 })
    report('(a) first full sync of 1,000,000 issues', await sync(simulator, dataDir, 'full'))
    await simulator.stop()
  })
}

if (values.queries) {
  const rows = Number(values.queries)
  await withStore(async (dataDir) => {
    process.env.WIZBRIDGE_DATA_DIR = dataDir
    results[`questions over ${rows} issues, 95th percentile, ms`] = await timeQueries(rows)
  })
  process.stdout.write(
    `questions over ${rows} issues, 95th percentile, ms\n${JSON.stringify(Object.values(results).at(-1), null, 1)}\n\n`,
  )
}

if (values.workers) {
  const shared = await benchWorkers()
  results.workers = shared
  process.stdout.write(`several workers, 800 ms latency without a limit; three workers within 10 calls/s\n`)
  for (const row of [...shared.unlimited, shared.limited]) process.stdout.write(`${JSON.stringify(row)}\n`)
}

writeFileSync(new URL('./results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`)
