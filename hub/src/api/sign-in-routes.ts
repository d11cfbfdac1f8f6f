import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Access, readCookie } from '../access/access.ts'
import { audit } from '../access/audit.ts'
import { audited } from '../access/audited.ts'
import { ROLES } from '../access/caller.ts'
import { showLink, useSignInLink } from '../access/links.ts'
import { endSession, startSession } from '../access/sessions.ts'
import { setUp } from '../access/set-up.ts'
import { signIn } from '../access/sign-in.ts'
import { hasUsers } from '../access/users.ts'
import type { App } from '../app.ts'
import { Refused } from '../errors.ts'
import { visitorOf } from './identify.ts'
import { openCookies } from './session-cookie.ts'
import { addSingleSignOnRoutes } from './single-sign-on-routes.ts'

const tags = ['sign-in']
const nothing = z.null().describe('Nothing; a cookie is set or taken away.')
const token = z.string().min(1).max(200)
const password = z.string().min(1).max(1000)
const email = z.string().trim().pipe(z.email()).describe('The address somebody signs in with.')

/** The routes by which browsers sign in and out: they set cookies, so they are no operations. */
export function addSignInRoutes(plain: FastifyInstance, app: App, access: Access, hasPages: boolean): void {
  const server = plain.withTypeProvider<ZodTypeProvider>()
  const cookies = openCookies(app, access.cookieName)
  const { singleSignOn } = access
  // Guessing a password is slower than any other use.
  const keyGenerator = ({ ip }: FastifyRequest) => `sign-in:${ip}`
  const config = { rateLimit: { max: 20, timeWindow: 60_000, keyGenerator } }

  server.get(
    '/api/v1/auth',
    {
      schema: {
        ...{ tags, summary: 'How to sign in here, and who is signed in.', operationId: 'auth.show' },
        response: {
          200: z.object({
            caller: z.object({ name: z.string(), role: z.enum(ROLES) }).nullable(),
            passwords: z.boolean().describe('Whether people can sign in by password.'),
            singleSignOn: z
              .boolean()
              .describe('Whether people can sign in at an identity provider, at /api/v1/auth/oidc.'),
            needsSetup: z.boolean().describe('Whether there is no user yet; the log of the server shows a link.'),
          }),
        },
      },
    },
    async (request) => {
      const { name, role } = request.identity?.caller ?? {}
      const caller = name && role ? { name, role } : null
      return { caller, passwords: true, singleSignOn: singleSignOn !== null, needsSetup: !(await hasUsers(app.store)) }
    },
  )

  server.post(
    '/api/v1/auth/sign-in',
    {
      config,
      schema: {
        ...{ tags, summary: 'Sign in by e-mail address and password.', operationId: 'auth.sign-in' },
        body: z.object({ email, password }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      cookies.setSession(reply, await signIn(app.store, request.body, visitorOf(request)))
      return reply.code(204).send(null)
    },
  )

  server.post(
    '/api/v1/auth/sign-out',
    { schema: { tags, summary: 'Sign out.', operationId: 'auth.sign-out', response: { 204: nothing } } },
    async (request, reply) => {
      const session = readCookie(request.headers.cookie, access.cookieName)
      if (session && request.identity?.by === 'session') {
        const intent = { actor: request.identity.caller.name, action: 'sign-out', address: request.ip }
        await audited(app, intent, () => endSession(app.store, session))
      }
      cookies.setSession(reply, null)
      return reply.code(204).send(null)
    },
  )

  server.post(
    '/api/v1/auth/setup/show',
    {
      config,
      schema: {
        ...{ tags, summary: 'What a set-up link asks for.', operationId: 'auth.show-setup' },
        body: z.object({ token }),
        response: { 200: z.object({ purpose: z.enum(['setup', 'password']), email: z.string().nullable() }) },
      },
    },
    (request) => showLink(app.store, request.body.token),
  )

  server.post(
    '/api/v1/auth/setup',
    {
      config,
      schema: {
        ...{ tags, summary: 'Choose a password by a set-up link, and sign in.', operationId: 'auth.setup' },
        body: z.object({
          token,
          email: email.optional(),
          name: z.string().trim().min(1).max(200).optional(),
          password,
        }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { token, ...wanted } = request.body
      cookies.setSession(reply, await setUp(app, token, wanted, visitorOf(request)))
      return reply.code(204).send(null)
    },
  )

  plain.get('/enter', { schema: { hide: true } }, async (request, reply) => {
    const link = z.object({ token }).safeParse(request.query)
    if (!link.success) throw new Refused('bad-input', 'This link is not whole. Copy all of it.')
    const role = await useSignInLink(app.store, link.data.token)
    const visitor = visitorOf(request)
    const { address } = visitor
    cookies.setSession(reply, await startSession(app.store, { role }, visitor))
    await audit(app.store, {
      actor: `link:${role}`,
      action: 'sign-in',
      outcome: 'done',
      address,
      details: { by: 'link' },
    })
    return reply.redirect('/', 303)
  })

  if (singleSignOn) addSingleSignOnRoutes(plain, singleSignOn, { cookies, hasPages })
}
