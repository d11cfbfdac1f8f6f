/* One sync of all issues in a process of its own: what it took is printed as a line of JSON. */
import { openApp } from '../hub/src/app.ts'
import { loadConfig } from '../hub/src/config.ts'
import { startSync, workOnRun } from '../hub/src/ingest/sync.ts'
import { kindNamed } from '../hub/src/kinds/kinds.ts'
import { createLog } from '../hub/src/log.ts'
import { openWiz, type Wiz } from '../hub/src/wiz/client.ts'

/** What one sync took. */
export interface Measured {
  readonly state: string
  readonly records: number
  readonly written: number
  readonly calls: number
  readonly bytes: number
  readonly seconds: number
  /** From the first call to the answer of the last one. */
  readonly callingSeconds: number
  readonly cpuSeconds: number
  readonly peakRssMb: number
}

const [mode, apiUrl = '', tokenUrl = '', clientId = '', clientSecret = ''] = process.argv.slice(2)
const app = await openApp(loadConfig(), createLog({ level: 'error' }))
const { db } = app.store
const known = await db.selectFrom('connection').select('id').executeTakeFirst()
const values = {
  name: 'bench',
  api_url: apiUrl,
  token_url: tokenUrl,
  client_id: clientId,
  client_secret: null,
  project_ids: [],
  status_reason: null,
}
const connection = known ?? (await db.insertInto('connection').values(values).returning('id').executeTakeFirstOrThrow())
const plain = openWiz({
  apiUrl,
  tokenUrl,
  clientId,
  clientSecret,
  governor: app.governorFor('bench'),
  transport: app.transport,
  log: app.log,
})
let firstCallAt: number | undefined
let lastAnswerAt = 0
const wiz: Wiz = {
  ...plain,
  async ask(question) {
    firstCallAt ??= performance.now()
    try {
      return await plain.ask(question)
    } finally {
      lastAnswerAt = performance.now()
    }
  },
}
const began = performance.now()
const cpu = process.cpuUsage()
const { runId } = await startSync(app.store, {
  connectionId: connection.id,
  startedBy: 'bench',
  kinds: [kindNamed('issue')],
  full: mode === 'full',
  scope: {},
})
const { store, schema, log } = app
await workOnRun({ store, wiz, schema, log, signal: new AbortController().signal }, runId)
const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
const { rows } = await store.pool.query<Pick<Measured, 'state' | 'records' | 'written'>>(
  `SELECT r.state, sum(p.fetched)::int AS records, sum(p.inserted + p.updated)::int AS written
   FROM receipt r JOIN run_partition p USING (run_id, kind) WHERE run_id = $1 GROUP BY r.state`,
  [runId],
)
const { calls, bytes } = wiz.numbers()
const measured = {
  ...rows[0],
  calls,
  bytes,
  seconds,
  callingSeconds: (lastAnswerAt - (firstCallAt ?? lastAnswerAt)) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakRssMb: process.resourceUsage().maxRSS / 1024,
}
await app.close()
process.stdout.write(`${JSON.stringify(measured)}\n`)
