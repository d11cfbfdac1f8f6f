import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { readCookie } from '../access/access.ts'
import { CALLBACK_PATH, type SingleSignOn } from '../access/oidc.ts'
import { codeOf } from '../errors.ts'
import { visitorOf } from './identify.ts'
import { type Cookies, TICKET_COOKIE } from './session-cookie.ts'

/** The routes by which browsers leave for the identity provider and come back. */
export function addSingleSignOnRoutes(
  server: FastifyInstance,
  singleSignOn: SingleSignOn,
  { cookies, hasPages }: { cookies: Cookies; hasPages: boolean },
): void {
  // Guessing is of no use here: the identity provider sees to that itself.
  const keyGenerator = ({ ip }: FastifyRequest) => `sso:${ip}`
  const config = { rateLimit: { max: 240, timeWindow: 60_000, keyGenerator } }

  server.get(
    '/api/v1/auth/oidc',
    { config, schema: { tags: ['sign-in'], summary: 'Sign in at the identity provider.' } },
    async (_, reply) => {
      const { url, ticket } = await singleSignOn.begin()
      cookies.setTicket(reply, ticket)
      return reply.redirect(url, 302)
    },
  )

  server.get(CALLBACK_PATH, { config, schema: { hide: true } }, async (request, reply) => {
    const answer = z.record(z.string(), z.string()).safeParse(request.query)
    cookies.setTicket(reply, null)
    try {
      const ticket = readCookie(request.headers.cookie, TICKET_COOKIE)
      const session = await singleSignOn.finish(answer.data ?? {}, ticket, visitorOf(request))
      cookies.setSession(reply, session)
      return reply.redirect('/', 303)
    } catch (error) {
      if (!hasPages) throw error
      request.log.warn({ err: error }, 'single sign-on failed')
      return reply.redirect(`/sign-in?problem=${encodeURIComponent(codeOf(error))}`, 303)
    }
  })
}
