import type { App } from './app.ts'
import { Fatal } from './errors.ts'
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
    if (missing.length === 0) return
    const next = 'Restart this process: it brings them in. A database that was restored meanwhile may be an older one.'
    throw new Fatal('migrations-missing', `The database lacks what this version needs (${missing.join(', ')}). ${next}`)
  },
  async key({ store, secrets }) {
    if (secrets.open(secrets.seal('probe', PLACE), PLACE) !== 'probe') throw new Error('The master key does not work.')
    await checkMasterKey(store, secrets)
  },
} satisfies Readonly<Record<string, (app: App) => Promise<void>>>
