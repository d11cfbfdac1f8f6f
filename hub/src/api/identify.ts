import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access, Identity } from '../access/access.ts'
import type { Caller } from '../access/caller.ts'
import type { Visitor } from '../access/sessions.ts'
import { Refused } from '../errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null when the request proves nothing. */
    identity: Identity | null
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Finds out who asks, before anything else is done with a request. */
export function addIdentity(server: FastifyInstance, access: Access, publicUrl: string): void {
  server.decorateRequest('identity', null)
  server.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/')) return
    request.identity = await access.identify(request.headers, request.ip)
    if (!SAFE_METHODS.has(request.method)) refuseForeignPages(request, publicUrl)
  })
}

/** The caller of a request that needs one. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.identity) return request.identity.caller
  const sentence = request.headers.authorization
    ? 'This API key is wrong, expired or revoked. Make a new one.'
    : 'Sign in, or send an API key in the header "Authorization: Bearer …".'
  throw new Refused('not-signed-in', sentence)
}

/** Where a request comes from, for the audit log. */
export function visitorOf({ ip, headers }: FastifyRequest): Visitor {
  return { address: ip, agent: headers['user-agent'] }
}

// A browser sends cookies with whatever page makes it ask; only our own pages may make it change something.
function refuseForeignPages(request: FastifyRequest, publicUrl: string): void {
  if (request.identity?.by === 'key') return
  const { origin } = request.headers
  const isOurs = origin === new URL(publicUrl).origin || URL.parse(origin ?? '')?.host === request.headers.host
  if (origin === undefined ? request.identity === null : isOurs) return
  throw new Refused(
    'not-allowed-from-here',
    'This request comes from a page of somebody else. Use Wizbridge’s own pages.',
  )
}
