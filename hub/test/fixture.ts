import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type App, openApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { KINDS } from '../src/kinds/kinds.ts'
import { createLog } from '../src/log.ts'
import { transaction } from '../src/store/transaction.ts'

/** The product on an embedded PostgreSQL of its own. */
export interface TestApp {
  readonly app: App
  /** Reaches the same database from another process. */
  readonly databaseUrl: string
  readonly dataDir: string
  /** Removes every connection and all that came through them. */
  empty(): Promise<void>
  close(): Promise<void>
}

// What is to be seen is the product, not the pace; `undefined` brings back the one that is known of Wiz.
const NO_PACE = { WIZBRIDGE_CALLS_PER_SECOND: '200' }

/** Opens the product for a test file: call it once per file, because starting a PostgreSQL takes seconds. */
export async function testApp(env: NodeJS.ProcessEnv = {}): Promise<TestApp> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'wizbridge-test-')))
  const dataDir = path.join(folder, 'data')
  const config = loadConfig({ ...NO_PACE, ...env, WIZBRIDGE_DATA_DIR: dataDir })
  const app = await openApp(config, createLog({ level: 'silent' }), { fsync: false })
  const socketFolder = encodeURIComponent(path.join(dataDir, 'postgres'))
  return {
    app,
    dataDir,
    databaseUrl: `postgres://wizbridge@localhost/wizbridge?host=${socketFolder}`,
    async empty() {
      const tables = ['connection', 'history', ...KINDS.map((kind) => kind.table)]
      // Whoever still counts calls in the background may stand in the way of it, and it in theirs.
      await transaction(app.store.pool, (client) =>
        client.query(`TRUNCATE ${tables.join(', ')} RESTART IDENTITY CASCADE`),
      )
    },
    async close() {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
