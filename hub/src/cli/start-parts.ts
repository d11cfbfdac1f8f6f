import type { FastifyInstance } from 'fastify'
import { startHealthServer } from '../api/health-server.ts'
import { startServer } from '../api/server.ts'
import type { App } from '../app.ts'
import { OPERATIONS } from '../operations/operations.ts'
import { READINESS } from '../readiness.ts'
import { openTelemetry, type Telemetry } from '../telemetry.ts'
import { VERSION } from '../version.ts'
import { METRICS_TYPE, renderMetrics } from '../worker/metrics.ts'
import { startWorker } from '../worker/start-worker.ts'

/** What a process of Wizbridge does: answer, work, or both. */
export type ServeRole = 'all' | 'api' | 'worker'

/** What has been started in this process. */
export interface Parts {
  /** Where the pages and the API are; absent where this process only works. */
  readonly url?: string | undefined
  stop(): Promise<void>
}

/** Starts what a role stands for. */
export async function startParts(app: App, role: ServeRole): Promise<Parts> {
  const { workerPort, otlp } = app.config
  // An API says so by not being ready, so that somebody can still sign in and mend it; a worker alone could do nothing.
  if (role === 'worker') await READINESS.key(app)
  const telemetry = openTelemetry(otlp, app.log, VERSION)
  const extend = (server: FastifyInstance) => {
    addMetrics(server, app)
    addSpans(server, telemetry)
  }
  const api = role === 'worker' ? undefined : await startServer(app, { operations: OPERATIONS, extend })
  if (api) app.log.info({ url: api.url }, 'listening')
  try {
    const asks = role === 'worker' && workerPort !== undefined
    const health = asks ? await startHealthServer(app, { port: workerPort, extend }) : undefined
    if (health) app.log.info({ url: health.url }, 'listening for health checks')
    const worker = role === 'api' ? undefined : await startWorker(app, telemetry)
    return {
      url: api?.url,
      async stop() {
        await Promise.all([api?.close(), health?.close(), worker?.stop()])
        await telemetry.close()
      },
    }
  } catch (error) {
    await api?.close()
    throw error
  }
}

function addMetrics(server: FastifyInstance, app: App): void {
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(METRICS_TYPE).send(await renderMetrics(app)),
  )
}

function addSpans(server: FastifyInstance, telemetry: Telemetry): void {
  server.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    const route = routeOptions.url ?? 'unknown'
    const attributes = {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': statusCode,
    }
    telemetry.ended(`${method} ${route}`, attributes, { ms: elapsedTime, isServer: true, failed: statusCode >= 500 })
  })
}
