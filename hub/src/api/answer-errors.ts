import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import { Refused } from '../errors.ts'
import { PROBLEM_TYPE, problemOf, retryAfterOf } from './problem.ts'
import type { WebPages } from './web-pages.ts'

/** Answers whatever goes wrong as problem+json. */
export const answerErrors = {
  /** For what goes wrong before a request reaches any route. */
  early: {
    frameworkErrors: (error, request, reply) => send(error, request, reply),
    clientErrorHandler: refuseUnreadable,
  } satisfies FastifyServerOptions,

  /** For what goes wrong in a route, or has none. */
  add(server: FastifyInstance, pages: WebPages | null): void {
    server.setErrorHandler(send)
    server.setNotFoundHandler((request, reply) => {
      if (pages?.isPage(request)) return pages.send(request, reply)
      const sentence = `There is no ${request.method} at this address. See /docs for what there is.`
      return send(new Refused('not-found', sentence), request, reply)
    })
  },
}

function send(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (problem.status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed')
  const wait = retryAfterOf(error)
  if (wait !== undefined) reply.header('retry-after', wait)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).header('content-type', PROBLEM_TYPE).serializer(JSON.stringify).send(problem)
}

const UNREADABLE: Record<string, Refused> = {
  ERR_HTTP_REQUEST_TIMEOUT: new Refused('too-slow', 'The request took too long to arrive. Send it again, faster.'),
  HPE_HEADER_OVERFLOW: new Refused(
    'headers-too-large',
    'The headers are too large. Send fewer of them, or shorter ones.',
  ),
}
const NOT_HTTP = new Refused('bad-request', 'This is not a well-formed HTTP request. Look at what sent it.')

// Node hands over a bare socket here: there is no request to answer.
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problemOf(UNREADABLE[error.code ?? ''] ?? NOT_HTTP)
  const body = JSON.stringify(problem)
  const head = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\nContent-Type: ${PROBLEM_TYPE}\r\n`
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => socket.destroy())
}
