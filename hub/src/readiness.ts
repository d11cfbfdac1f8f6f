import type { App } from './app.ts'
import { migrationNames } from './store/migrate.ts'
import { checkMasterKey } from './store/secrets/check-master-key.ts'

const PLACE = { table: 'readiness', row: 'probe', column: 'probe' }

/** What a process needs to do its work; each check throws with the reason where it is missing. */
export const READINESS = {
  async database({ store }) {
    await store.pool.query('SELECT 1')
  },
  async migrations({ store }) {
    const { rows } = await store.pool.query<{ name: string }>('SELECT name FROM schema_migration')
    const applied = new Set(rows.map((row) => row.name))
    const missing = migrationNames().filter((name) => !applied.has(name))
    if (missing.length > 0) throw new Error(`These migrations are missing: ${missing.join(', ')}.`)
  },
  async key({ store, secrets }) {
    if (secrets.open(secrets.seal('probe', PLACE), PLACE) !== 'probe') throw new Error('The master key does not work.')
    await checkMasterKey(store, secrets)
  },
} satisfies Readonly<Record<string, (app: App) => Promise<void>>>
