import type { FastifyInstance } from 'fastify'
import { startHealthServer } from '../api/health-server.ts'
import { startServer } from '../api/server.ts'
import { type App, openApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { OPERATIONS } from '../operations/operations.ts'
import { METRICS_TYPE, renderMetrics } from '../worker/metrics.ts'
import { startWorker } from '../worker/start-worker.ts'

/** What a process of Wizbridge does: answer, work, or both. */
export type ServeRole = 'all' | 'api' | 'worker'

// Whatever hangs by then is let go of; claims end with the process, so nothing is lost.
const STOP_MS = 9_000

/** Serves until it is told to stop; answers the exit code. */
export async function serve({ role }: { role: ServeRole }): Promise<number> {
  const config = loadConfig()
  const log = createLog({ level: config.logLevel ?? 'info' })
  const told = stopSignal()
  const app = await openApp(config, log)
  const parts: { stop(): Promise<void> }[] = []
  try {
    if (role !== 'worker') parts.push(await startApi(app))
    else if (config.workerPort !== undefined) parts.push(await startHealth(app, config.workerPort))
    if (role !== 'api') parts.push(await startWorker(app))
    log.info({ role, store: app.store.where }, 'serving')
    log.info({ signal: await told }, 'stopping')
    return 0
  } finally {
    const late = setTimeout(() => {
      log.warn('stopped without waiting any longer')
      process.exit(0)
    }, STOP_MS)
    await Promise.all(parts.map((part) => part.stop()))
    await app.close()
    clearTimeout(late)
  }
}

/** The first signal asks to stop, the second one insists. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(130)
        isAsked = true
        resolve(signal)
      })
    }
  })
}

async function startApi(app: App) {
  const server = await startServer(app, { operations: OPERATIONS, extend: (server) => addMetrics(server, app) })
  app.log.info({ url: server.url }, 'listening')
  return { stop: () => server.close() }
}

async function startHealth(app: App, port: number) {
  const server = await startHealthServer(app, { port, extend: (server) => addMetrics(server, app) })
  app.log.info({ url: server.url }, 'listening for health checks')
  return { stop: () => server.close() }
}

function addMetrics(server: FastifyInstance, app: App): void {
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(METRICS_TYPE).send(await renderMetrics(app)),
  )
}
