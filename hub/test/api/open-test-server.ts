import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { createApiKey } from '../../src/access/api-keys.ts'
import type { Role } from '../../src/access/caller.ts'
import { createServer, type ServerOptions } from '../../src/api/server.ts'
import type { App } from '../../src/app.ts'
import { ACCESS_OPERATIONS } from '../../src/operations/access/access-operations.ts'
import { testApp } from '../fixture.ts'

/** The origin of our own pages. */
export const ORIGIN = 'http://127.0.0.1:0'

/** A server on a store of its own. */
export interface TestServer {
  app: App
  server: FastifyInstance
  /** A request with the key of somebody in this role, or with none. */
  ask(as: Role | null, options: InjectOptions): Promise<LightMyRequestResponse>
  key(role: Role): string
  close(): Promise<void>
}

/** Opens a server that nobody has to reach over a network. */
export async function openTestServer(
  options: Partial<ServerOptions> & { env?: Record<string, string> } = {},
): Promise<TestServer> {
  const { env, ...rest } = options
  const opened = await testApp({ WIZBRIDGE_PORT: '0', ...env })
  const { app } = opened
  const server = await createServer(app, { operations: ACCESS_OPERATIONS, webFolder: '/nowhere', ...rest })
  const keys = new Map<Role, string>()
  for (const role of ['viewer', 'operator', 'admin'] as const) {
    keys.set(role, (await createApiKey(app.store, { name: `test ${role}`, role }, 'test')).key)
  }
  const key = (role: Role) => keys.get(role) ?? ''
  return {
    app,
    server,
    key,
    ask: (as, request) =>
      server.inject({ ...request, headers: { ...(as && { authorization: `Bearer ${key(as)}` }), ...request.headers } }),
    async close() {
      await server.close()
      await opened.close()
    },
  }
}
