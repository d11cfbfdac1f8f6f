import { createHash } from 'node:crypto'
import type { App } from '../app.ts'
import type { OidcConfig } from '../config.ts'
import { Refused, sentenceOf } from '../errors.ts'
import { redactValue } from '../log.ts'
import { audit } from './audit.ts'
import { audited } from './audited.ts'
import { type OidcProvider, openOidcProvider } from './oidc-provider.ts'
import { entitlementOf } from './oidc-roles.ts'
import { newTicket, openTicket, sealTicket, startAgain } from './oidc-ticket.ts'
import { keepUser, type Proved } from './oidc-user.ts'
import type { Visitor } from './sessions.ts'
import { enter } from './sign-in.ts'
import { normaliseEmail } from './users.ts'

/** Single sign-on: the browser leaves with `begin` and comes back to `finish`. */
export interface SingleSignOn {
  /** Where to send the browser, and what it must bring back in a cookie. */
  begin(): Promise<{ url: string; ticket: string }>
  /** The token of the session of whoever came back. */
  finish(answer: Record<string, string | undefined>, ticket: string | undefined, visitor: Visitor): Promise<string>
}

/** Where the identity provider sends the browser back to. */
export const CALLBACK_PATH = '/api/v1/auth/oidc/callback'

/** Opens single sign-on if the configuration names an identity provider. */
export function openSingleSignOn(app: App): SingleSignOn | null {
  const { oidc } = app.config
  if (!oidc) return null
  redactValue(oidc.clientSecret)
  const provider = openOidcProvider(oidc, app.transport)
  return {
    async begin() {
      const ticket = newTicket()
      const challenge = createHash('sha256').update(ticket.verifier).digest('base64url')
      const { state, nonce } = ticket
      const url = await provider.authorizationUrl({ state, nonce, challenge, redirectUri: redirectUri(app) })
      return { url: url.href, ticket: sealTicket(app.secrets, ticket) }
    },

    async finish(answer, ticket, visitor) {
      const { address } = visitor
      const proved = await prove(app, oidc, provider, answer, ticket).catch(async (error: unknown) => {
        const details = { by: 'oidc', reason: sentenceOf(error) }
        await audit(app.store, { actor: 'unknown', action: 'sign-in', outcome: 'refused', address, details })
        throw error
      })
      const { email, entitlement } = proved
      const details = { by: 'oidc', role: entitlement.role }
      // Signing in also gives the rights of the groups, so it is begun in the log before.
      return audited(app, { actor: `user:${email}`, action: 'sign-in', address, details }, async () => {
        const user = await keepUser(app.store, proved)
        return enter(app.store, user, visitor, { isSso: true })
      })
    },
  }
}

async function prove(
  app: App,
  oidc: OidcConfig,
  provider: OidcProvider,
  answer: Record<string, string | undefined>,
  sealed: string | undefined,
): Promise<Proved> {
  const ticket = openTicket(app.secrets, sealed)
  if (answer.state !== ticket.state) throw startAgain()
  // A provider that names itself must be the one that was asked (RFC 9207).
  if (answer.iss !== undefined && answer.iss !== oidc.issuer) throw startAgain()
  if (answer.error !== undefined) {
    throw new Refused('not-signed-in', 'The identity provider did not sign you in. Try again, or ask who runs it.', {
      details: { error: answer.error.slice(0, 100) },
    })
  }
  if (answer.code === undefined) throw startAgain()
  const claims = await provider.redeem(answer.code, { ...ticket, redirectUri: redirectUri(app) })
  const entitlement = entitlementOf(groupsOf(claims[oidc.groupsClaim]), oidc.roles)
  if (!entitlement) {
    const sentence = 'None of your groups may use Wizbridge. Ask whoever runs it to add one to WIZBRIDGE_OIDC_ROLES.'
    throw new Refused('not-allowed', sentence)
  }
  const email = typeof claims.email === 'string' ? normaliseEmail(claims.email) : undefined
  if (!email)
    throw new Refused(
      'not-allowed',
      'The identity provider does not tell your e-mail address. Ask whoever runs it to send the claim "email".',
    )
  if (claims.email_verified === false) {
    throw new Refused('not-allowed', 'The identity provider has not verified your e-mail address. Verify it there.')
  }
  const name = typeof claims.name === 'string' ? claims.name.slice(0, 200) : email
  const isVerified = claims.email_verified === true
  return { subject: `${oidc.issuer}|${claims.sub}`, email, isVerified, name, entitlement }
}

function groupsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim]
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : []
}

function redirectUri(app: App): string {
  return `${app.config.publicUrl}${CALLBACK_PATH}`
}
