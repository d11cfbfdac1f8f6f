import { openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { openConnection } from '../../src/ingest/open-connection.ts'
import { workOnRun } from '../../src/ingest/sync.ts'
import { createLog } from '../../src/log.ts'
import { usePagesOf } from './fixture.ts'

/** Runs as a process of its own that works on a run to its end: `node <this file> CONNECTION RUN_ID PAGE_SIZE WIDTH`. */
export const runOnce = import.meta.filename

if (process.argv[1] === import.meta.filename) {
  const [connection = '', runId, pageSize, width] = process.argv.slice(2)
  usePagesOf(Number(pageSize))
  const log = createLog({ level: 'silent' })
  const app = await openApp(loadConfig(process.env), log)
  const { wiz } = await openConnection(app, connection)
  const { signal } = new AbortController()
  await workOnRun({ store: app.store, wiz, schema: app.schema, log, signal, width: Number(width) }, Number(runId))
  process.stdout.write(`${wiz.numbers().calls}\n`)
  await app.close()
}
