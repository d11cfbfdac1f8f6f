import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { openAccess } from '../access/access.ts'
import type { App } from '../app.ts'
import { Refused } from '../errors.ts'
import type { Operation } from '../operations/operation.ts'
import { answerErrors } from './answer-errors.ts'
import { addHealthRoutes } from './health-routes.ts'
import { addIdentity } from './identify.ts'
import { listen } from './listen.ts'
import { addOpenApi } from './openapi.ts'
import { addOperationRoutes } from './operation-routes.ts'
import { addRunEvents, type EventPace } from './run-events.ts'
import { addSignInRoutes } from './sign-in-routes.ts'
import { addWebPages, WEB_DIST } from './web-pages.ts'

/** What a server answers, and how patient it is. */
export interface ServerOptions {
  operations: readonly Operation[]
  /** The folder of the built user interface. */
  webFolder?: string
  /** Requests per minute of one key, session or address. */
  requestsPerMinute?: number
  /** How long a client may take to send a request, in milliseconds. */
  requestTimeout?: number
  eventPace?: EventPace
  /** Adds routes of others, such as metrics and webhooks. */
  extend?: (server: FastifyInstance) => void | Promise<void>
}

const BODY_LIMIT = 1024 * 1024

/** Makes the HTTP face of the product; it listens to nothing yet. */
export async function createServer(app: App, options: ServerOptions): Promise<FastifyInstance> {
  const { requestTimeout = 30_000, webFolder = WEB_DIST } = options
  const { publicUrl } = app.config
  const access = openAccess(app)
  const closing = new AbortController()
  const server = fastify({
    loggerInstance: app.log as FastifyBaseLogger,
    // Addresses may hold one-time tokens, so requests are logged by route, below.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout,
    // A silent line is cut; Wiz itself may take two minutes to answer a test.
    connectionTimeout: 150_000,
    http: {
      headersTimeout: Math.min(15_000, requestTimeout),
      connectionsCheckingInterval: Math.min(5000, requestTimeout / 2),
    },
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    // A proxy on the same machine may say for whom it asks.
    trustProxy: 'loopback',
    forceCloseConnections: true,
    ...answerErrors.early,
  })
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(() => (value) => JSON.stringify(value))
  readJsonOnly(server)
  server.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, identity } = request
    const facts = {
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      caller: identity?.caller.name,
    }
    request.log[reply.statusCode >= 500 ? 'warn' : 'debug'](facts, 'request')
  })
  server.addHook('preClose', async () => closing.abort())
  server.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })

  await server.register(helmet, helmetOptions(publicUrl))
  addIdentity(server, access, publicUrl)
  await server.register(rateLimit, {
    max: options.requestsPerMinute ?? 1200,
    timeWindow: 60_000,
    keyGenerator: (request) => request.identity?.caller.name ?? request.ip,
    allowList: (request) => !request.url.startsWith('/api/'),
    errorResponseBuilder: (_request, { ttl }) =>
      new Refused('too-many-requests', `These are too many requests. Wait ${Math.ceil(ttl / 1000)} seconds.`),
  })
  await addOpenApi(server, { publicUrl, cookieName: access.cookieName })
  addHealthRoutes(server, app)
  const pages = await addWebPages(server, webFolder)
  addSignInRoutes(server, app, access, pages !== null)
  addOperationRoutes(server, app, options.operations)
  const progress = options.operations.find((operation) => operation.name === 'runs.progress')
  const pace = options.eventPace ?? { look: 1000, heartbeat: 15_000 }
  if (progress) addRunEvents(server, { app, access, progress, pace, closing: closing.signal })
  await options.extend?.(server)
  answerErrors.add(server, pages)
  return server
}

/** Serves on the host and port of the configuration until it is closed. */
export async function startServer(app: App, options: ServerOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = await createServer(app, options)
  const { host, port } = app.config
  return { url: await listen(server, { host, port, variable: 'WIZBRIDGE_PORT' }), close: () => server.close() }
}

// An empty body is an empty object: what an operation needs, it asks for itself.
function readJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {})
    else parse(request, String(body), done)
  })
}

function helmetOptions(publicUrl: string): Parameters<typeof helmet>[1] {
  const isSecure = publicUrl.startsWith('https:')
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // Over plain http it would do nothing, or lock people out of a server for testing.
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
  }
}
