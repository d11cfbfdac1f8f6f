import { createHash } from 'node:crypto'
import type { App } from '../app.ts'
import type { OidcConfig } from '../config.ts'
import { Refused, sentenceOf } from '../errors.ts'
import { redactValue } from '../log.ts'
import { audit } from './audit.ts'
import { audited } from './audited.ts'
import { forgetCallers } from './caller-cache.ts'
import { type OidcProvider, openOidcProvider } from './oidc-provider.ts'
import { type Entitlement, entitlementOf } from './oidc-roles.ts'
import type { Visitor } from './sessions.ts'
import { enter } from './sign-in.ts'
import { accessTables } from './tables.ts'
import { newToken } from './token.ts'
import { normaliseEmail } from './users.ts'

/** Single sign-on: the browser leaves with `begin` and comes back to `finish`. */
export interface SingleSignOn {
  /** Where to send the browser, and what it must bring back in a cookie. */
  begin(): Promise<{ url: string; ticket: string }>
  /** The token of the session of whoever came back. */
  finish(answer: Record<string, string | undefined>, ticket: string | undefined, visitor: Visitor): Promise<string>
}

/** How long somebody may take at the identity provider. */
export const TICKET_SECONDS = 600
/** Where the identity provider sends the browser back to. */
export const CALLBACK_PATH = '/api/v1/auth/oidc/callback'

const TICKET_PLACE = { table: 'cookie', row: 'oidc', column: 'ticket' }

interface Ticket {
  state: string
  nonce: string
  verifier: string
  until: number
}

/** Opens single sign-on if the configuration names an identity provider. */
export function openSingleSignOn(app: App): SingleSignOn | null {
  const { oidc } = app.config
  if (!oidc) return null
  redactValue(oidc.clientSecret)
  const provider = openOidcProvider(oidc, app.transport)
  return {
    async begin() {
      const ticket: Ticket = {
        state: newToken(),
        nonce: newToken(),
        verifier: newToken(),
        until: Date.now() + TICKET_SECONDS * 1000,
      }
      const challenge = createHash('sha256').update(ticket.verifier).digest('base64url')
      const { state, nonce } = ticket
      const url = await provider.authorizationUrl({ state, nonce, challenge, redirectUri: redirectUri(app) })
      // Sealed, so that it needs no table, and nobody can make one.
      return { url: url.href, ticket: app.secrets.seal(JSON.stringify(ticket), TICKET_PLACE) }
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
        const user = await keepUser(app, proved)
        return enter(app.store, user, visitor, { isSso: true })
      })
    },
  }
}

/** What somebody proved at the identity provider. */
interface Proved {
  readonly subject: string
  readonly email: string
  readonly isVerified: boolean
  readonly name: string
  readonly entitlement: Entitlement
}

async function prove(
  app: App,
  oidc: OidcConfig,
  provider: OidcProvider,
  answer: Record<string, string | undefined>,
  sealed: string | undefined,
): Promise<Proved> {
  const ticket = openTicket(app, sealed)
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
  if (!email) throw new Refused('not-allowed', 'The identity provider does not say your e-mail address. Let it.')
  if (claims.email_verified === false) {
    throw new Refused('not-allowed', 'The identity provider has not verified your e-mail address. Verify it there.')
  }
  const name = typeof claims.name === 'string' ? claims.name.slice(0, 200) : email
  const isVerified = claims.email_verified === true
  return { subject: `${oidc.issuer}|${claims.sub}`, email, isVerified, name, entitlement }
}

async function keepUser(app: App, { subject, email, isVerified, name, entitlement }: Proved) {
  const db = accessTables(app.store)
  const namesake = await db.selectFrom('app_user').selectAll().where('email', '=', email).executeTakeFirst()
  const known = await db.selectFrom('app_user').selectAll().where('sso_subject', '=', subject).executeTakeFirst()
  if (!known && namesake && (namesake.sso_subject !== null || !isVerified)) {
    // Else anybody who can claim an address at the provider would get somebody's account here.
    throw new Refused('not-allowed', `The address ${email} belongs to another user here. Ask an administrator.`)
  }
  const before = known ?? namesake
  if (before?.disabled) throw new Refused('not-allowed', 'Your account is disabled. Ask an administrator.')
  const rights = {
    role: entitlement.role,
    project_ids: entitlement.projectIds,
    connection_ids: await idsOf(app, entitlement.connections),
    sso_subject: subject,
  }
  const user = before
    ? await db
        .updateTable('app_user')
        .set(rights)
        .where('id', '=', before.id)
        .returning(['id', 'email'])
        .executeTakeFirstOrThrow()
    : await db
        .insertInto('app_user')
        .values({ ...rights, email, name })
        .returning(['id', 'email'])
        .executeTakeFirstOrThrow()
  forgetCallers(app.store)
  return user
}

async function idsOf(app: App, names: string[] | null): Promise<number[] | null> {
  if (names === null) return null
  const rows = await app.store.db.selectFrom('connection').select('id').where('name', 'in', names).execute()
  return rows.map((row) => row.id)
}

function groupsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim]
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : []
}

function openTicket(app: App, sealed: string | undefined): Ticket {
  if (!sealed) throw startAgain()
  let ticket: Ticket
  try {
    ticket = JSON.parse(app.secrets.open(sealed, TICKET_PLACE))
  } catch {
    throw startAgain()
  }
  if (ticket.until < Date.now()) throw startAgain()
  return ticket
}

function redirectUri(app: App): string {
  return `${app.config.publicUrl}${CALLBACK_PATH}`
}

function startAgain(): Refused {
  return new Refused('not-signed-in', 'This sign-in was begun elsewhere, or took too long. Start again.')
}
