import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { READINESS } from '../readiness.ts'

/** `/healthz`: the process answers. `/readyz`: it can also do its work. */
export function addHealthRoutes(server: FastifyInstance, app: App): void {
  const hidden = { schema: { hide: true } }
  server.get('/healthz', hidden, async () => ({ status: 'ok' }))
  server.get('/readyz', hidden, async (request, reply) => {
    const outcomes = await Promise.all(
      Object.entries(READINESS).map(async ([name, check]) => {
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
