import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { migrationNames } from '../store/migrate.ts'

const PLACE = { table: 'readiness', row: 'probe', column: 'probe' }

/** `/healthz`: the process answers. `/readyz`: it can also do its work. */
export function addHealthRoutes(server: FastifyInstance, app: App): void {
  const hidden = { schema: { hide: true } }
  server.get('/healthz', hidden, async () => ({ status: 'ok' }))
  server.get('/readyz', hidden, async (request, reply) => {
    const outcomes = await Promise.all(
      Object.entries(CHECKS).map(async ([name, check]) => {
        const failure = await check(app).then(
          () => null,
          (error: unknown) => ({ error }),
        )
        if (failure) request.log.warn({ err: failure.error, check: name }, 'not ready')
        return [name, failure ? 'failed' : 'ok'] as const
      }),
    )
    const isReady = outcomes.every(([, outcome]) => outcome === 'ok')
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : 'not ready', ...Object.fromEntries(outcomes) })
  })
}

const CHECKS: Record<string, (app: App) => Promise<void>> = {
  async database({ store }) {
    await store.pool.query('SELECT 1')
  },
  async migrations({ store }) {
    const { rows } = await store.pool.query<{ name: string }>('SELECT name FROM schema_migration')
    const applied = new Set(rows.map((row) => row.name))
    const missing = migrationNames().filter((name) => !applied.has(name))
    if (missing.length > 0) throw new Error(`These migrations are missing: ${missing.join(', ')}.`)
  },
  async key({ secrets }) {
    if (secrets.open(secrets.seal('probe', PLACE), PLACE) !== 'probe') throw new Error('The master key does not work.')
  },
}
