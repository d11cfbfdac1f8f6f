import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { App } from '../app.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/open-store.ts'
import { VERSION } from '../version.ts'
import { STORE_METRICS, type StoreMetric } from './metric-list.ts'

/** The media type of what `renderMetrics` answers. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

// Several scrapers, or an impatient one, cost the database no more than one.
const FRESH_MS = 5_000

let ofProcess: Registry | undefined
const ofStore = new WeakMap<Store, { at: number; text: Promise<string> }>()

/** All metrics in the text format of Prometheus: those of the database, and those of this process. */
export async function renderMetrics(app: App): Promise<string> {
  const now = performance.now()
  const last = ofStore.get(app.store)
  const fresh =
    last && now - last.at < FRESH_MS
      ? last
      : { at: now, text: app.calls.flush().then(() => readStore(app.store, app.log)) }
  ofStore.set(app.store, fresh)
  ofProcess ??= processMetrics()
  return `${await fresh.text}${await ofProcess.metrics()}`
}

function processMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const build = { name: 'wizbridge_build_info', help: 'The version of this process.', labelNames: ['version'] }
  new Gauge({ ...build, registers: [registry] }).set({ version: VERSION }, 1)
  return registry
}

async function readStore(store: Store, log: Log): Promise<string> {
  const registry = new Registry()
  let isUp = 1
  for (const metric of STORE_METRICS) {
    try {
      await read(store, registry, metric)
    } catch (error) {
      isUp = 0
      log.warn({ err: error, metric: metric.name }, 'a metric could not be read')
      break
    }
  }
  const up = { name: 'wizbridge_database_up', help: '1 if the database answered every question of this scrape.' }
  new Gauge({ ...up, registers: [registry] }).set(isUp)
  return registry.metrics()
}

async function read({ pool }: Store, registry: Registry, { name, help, type, ...metric }: StoreMetric): Promise<void> {
  const options = { name, help, labelNames: metric.labels, registers: [registry] }
  const gauge = type === 'gauge' ? new Gauge(options) : undefined
  const counter = type === 'counter' ? new Counter(options) : undefined
  if (metric.needs && !(await exists(pool, metric.needs))) return
  const { rows } = await pool.query<Record<string, string | number>>(metric.sql)
  for (const row of rows) {
    const labels = Object.fromEntries(metric.labels.map((label) => [label, row[label] ?? '']))
    gauge?.set(labels, Number(row.value))
    counter?.inc(labels, Number(row.value))
  }
}

async function exists(pool: Store['pool'], table: string): Promise<boolean> {
  const { rows } = await pool.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [table])
  return rows[0]?.exists ?? false
}
