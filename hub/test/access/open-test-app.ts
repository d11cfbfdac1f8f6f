import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'

/** An app on an embedded store of its own, in a folder that is gone afterwards. */
export async function openTestApp(env: Record<string, string> = {}): Promise<{ app: App; close(): Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'wizbridge-access-'))
  const config = loadConfig({ WIZBRIDGE_PORT: '0', ...env, WIZBRIDGE_DATA_DIR: dataDir })
  const app = await openApp(config, createLog({ level: 'silent' }), { fsync: false })
  return {
    app,
    async close() {
      await app.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
