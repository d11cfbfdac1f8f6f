import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { addHealthRoutes } from './health-routes.ts'

/** Serves health and nothing of the product, for a process that only works. */
export async function startHealthServer(
  app: App,
  options: { port: number; extend?: (server: FastifyInstance) => void },
): Promise<{ url: string; close(): Promise<void> }> {
  const { host } = app.config
  const server = fastify({ forceCloseConnections: true, requestTimeout: 30_000 })
  addHealthRoutes(server, app)
  options.extend?.(server)
  await server.listen({ host, port: options.port })
  const { port } = server.server.address() as AddressInfo
  return { url: `http://${host}:${port}`, close: () => server.close() }
}
