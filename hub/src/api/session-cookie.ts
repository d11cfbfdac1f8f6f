import type { FastifyReply } from 'fastify'
import { CALLBACK_PATH } from '../access/oidc.ts'
import { TICKET_SECONDS } from '../access/oidc-ticket.ts'
import { SESSION_DAYS } from '../access/sessions.ts'
import type { App } from '../app.ts'

/** The name of the cookie that a browser brings back from the identity provider. */
export const TICKET_COOKIE = 'wizbridge_oidc'

/** Sets the cookies of a browser; a value of null takes one away. */
export interface Cookies {
  setSession(reply: FastifyReply, token: string | null): void
  setTicket(reply: FastifyReply, ticket: string | null): void
}

/** Cookies that no script can read, and that go only to us, over TLS where we are reached by it. */
export function openCookies(app: App, sessionName: string): Cookies {
  const secure = app.config.publicUrl.startsWith('https:') ? '; Secure' : ''
  const set = (reply: FastifyReply, name: string, value: string | null, seconds: number, attributes: string) => {
    const age = value === null ? 0 : seconds
    reply.header('set-cookie', `${name}=${value ?? ''}; Max-Age=${age}; HttpOnly${secure}; ${attributes}`)
  }
  return {
    setSession: (reply, token) => set(reply, sessionName, token, SESSION_DAYS * 86_400, 'Path=/; SameSite=Strict'),
    // Lax, because it is another site that sends the browser back to us.
    setTicket: (reply, ticket) =>
      set(reply, TICKET_COOKIE, ticket, TICKET_SECONDS, `Path=${CALLBACK_PATH}; SameSite=Lax`),
  }
}
