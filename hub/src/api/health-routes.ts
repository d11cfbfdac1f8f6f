import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { isDatabaseAway } from '../database-failure.ts'
import { Fatal, sentenceOf } from '../errors.ts'
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
        // What comes from elsewhere may name hosts and users; our own sentences are for everybody.
        const sentence = failure && failure.error instanceof Fatal ? sentenceOf(failure.error) : undefined
        return { name, outcome: failure ? outcomeOf(name, failure.error) : 'ok', sentence }
      }),
    )
    const isReady = outcomes.every(({ outcome }) => outcome === 'ok')
    const reason = outcomes.find(({ sentence }) => sentence)?.sentence
    return reply.code(isReady ? 200 : 503).send({
      status: isReady ? 'ready' : 'not ready',
      ...Object.fromEntries(outcomes.map(({ name, outcome }) => [name, outcome])),
      ...(reason && { reason }),
    })
  })
}

/** A check that needs the database tells nothing while that is away. */
function outcomeOf(name: string, error: unknown): 'failed' | 'unknown' {
  return name !== 'database' && isDatabaseAway(error) ? 'unknown' : 'failed'
}
