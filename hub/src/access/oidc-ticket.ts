import { Refused } from '../errors.ts'
import type { Secrets } from '../store/secrets/secrets.ts'
import { newToken } from './token.ts'

/** How long somebody may take at the identity provider. */
export const TICKET_SECONDS = 600
const TICKET_PLACE = { table: 'cookie', row: 'oidc', column: 'ticket' }

/** What a browser carries to the identity provider and back, to prove that it is the one that left. */
interface Ticket {
  state: string
  nonce: string
  verifier: string
  until: number
}

/** A ticket for one sign-in. */
export function newTicket(): Ticket {
  return { state: newToken(), nonce: newToken(), verifier: newToken(), until: Date.now() + TICKET_SECONDS * 1000 }
}

/** A ticket as a cookie carries it: sealed, so that it needs no table, and nobody can make one. */
export function sealTicket(secrets: Secrets, ticket: Ticket): string {
  return secrets.seal(JSON.stringify(ticket), TICKET_PLACE)
}

/** The ticket that a browser brought back, unless it is old or none of ours. */
export function openTicket(secrets: Secrets, sealed: string | undefined): Ticket {
  if (!sealed) throw startAgain()
  let ticket: Ticket
  try {
    ticket = JSON.parse(secrets.open(sealed, TICKET_PLACE))
  } catch {
    throw startAgain()
  }
  if (ticket.until < Date.now()) throw startAgain()
  return ticket
}

/** What is said of a sign-in whose end does not belong to its beginning. */
export function startAgain(): Refused {
  return new Refused('not-signed-in', 'This sign-in was begun elsewhere, or took too long. Start again.')
}
