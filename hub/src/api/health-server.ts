import fastify, { type FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { addHealthRoutes } from './health-routes.ts'
import { listen } from './listen.ts'

/** Serves health and nothing of the product, for a process that only works. */
export async function startHealthServer(
  app: App,
  options: { port: number; extend?: (server: FastifyInstance) => void },
): Promise<{ url: string; close(): Promise<void> }> {
  const { host } = app.config
  const server = fastify({ forceCloseConnections: true, requestTimeout: 30_000 })
  addHealthRoutes(server, app)
  options.extend?.(server)
  const url = await listen(server, { host, port: options.port, variable: 'WIZBRIDGE_WORKER_PORT' })
  return { url, close: () => server.close() }
}
