import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jsonAnswer } from '../answer.ts'
import { handleAdmin } from './admin-endpoint.ts'
import { createExchange, type Exchange, send } from './exchange.ts'
import { handleGraphql } from './graphql-endpoint.ts'
import type { Services } from './services.ts'
import { handleStorage } from './storage-endpoint.ts'
import { handleToken } from './token-endpoint.ts'

const ADMIN = '/_simulator/'

function route(exchange: Exchange, services: Services): Promise<void> {
  const { pathname } = exchange.url
  services.catchUp()
  if (pathname === '/graphql') return handleGraphql(exchange, services)
  if (pathname === '/oauth/token') return handleToken(exchange, services)
  if (pathname.startsWith('/storage/reports/')) return handleStorage(exchange, services, 'download')
  if (pathname.startsWith('/storage/uploads/')) return handleStorage(exchange, services, 'upload')
  if (pathname.startsWith(ADMIN)) return handleAdmin(exchange, services, pathname.slice(ADMIN.length))
  return send(exchange.response, jsonAnswer(404, { message: 'Not Found' }))
}

function originOf(server: Server): string {
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** A server that listens on loopback. */
interface RunningServer {
  /** Without a trailing slash. */
  origin: string
  close(): Promise<void>
}

/** Listens on 127.0.0.1; port 0 takes any free one. */
export async function listen(port: number, services: Services): Promise<RunningServer> {
  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (request, response) => {
    const exchange = createExchange(request, response, originOf(server))
    route(exchange, services).catch((error: unknown) => {
      // A client that has gone is no failure.
      if (response.destroyed) return
      console.error('simulator:', error)
      if (response.headersSent) response.destroy()
      else void send(response, jsonAnswer(500, { message: 'the simulator itself failed; its stderr says why' }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    origin: originOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
