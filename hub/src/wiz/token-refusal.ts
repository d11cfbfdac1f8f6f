import { Fatal, Retriable } from '../errors.ts'
import { retryAfterOf } from './failure.ts'
import type { TransportResponse } from './transport.ts'

// The body may echo what was sent, so it decides the code and is shown to nobody.
/** Why no token was issued, and what to do about it. */
export function tokenRefusal(response: TransportResponse, json: Record<string, unknown> | null, tokenUrl: URL): Error {
  const { status } = response
  const host = tokenUrl.host
  const details = { status, host }
  if (status === 429) {
    const retryAfterMs = retryAfterOf({ status, headers: response.headers, json })
    return new Retriable('rate-limited', `${host} asks to slow down; the token is asked for again later.`, {
      details,
      retryAfterMs,
    })
  }
  if (status >= 500)
    return new Retriable('unavailable', `${host} is not available right now (HTTP ${status}).`, { details })
  if (json === null || status < 400 || status === 404 || status === 405) {
    return new Fatal(
      'not-wiz',
      `${host} does not answer as an identity provider of Wiz (HTTP ${status}): check the token URL, and whether a proxy is in between.`,
      { details },
    )
  }
  const words = [json.error, json.error_description, json.message].filter((word) => typeof word === 'string').join(' ')
  if (/audience/i.test(words)) {
    return new Fatal(
      'wrong-audience',
      `${host} does not issue tokens for this API: leave the token URL empty, or paste the one Wiz shows for this tenant.`,
      { details },
    )
  }
  if (/forbidden_ip|ip (?:address )?(?:is )?(?:not allowed|restricted|blocked)/i.test(words)) {
    return new Fatal(
      'ip-not-allowed',
      "Wiz refuses this machine's IP address: add it to the IP allow list under Settings > Security in Wiz.",
      { details },
    )
  }
  if (/disabled|blocked|deleted|expired|inactive|suspended|not active/i.test(words)) {
    return new Fatal(
      'account-disabled',
      'The service account is disabled, expired or deleted: enable it in Wiz under Settings > Service Accounts, or create a new one.',
      { details },
    )
  }
  if (status === 403 && !/access_denied|invalid_client|unauthorized/i.test(words)) {
    return new Fatal(
      'forbidden',
      'Wiz forbids this service account to sign in: check its state and the IP allow list in Wiz.',
      { details },
    )
  }
  return new Fatal(
    'wrong-credentials',
    'Wiz does not know this client id and secret: copy both again from Settings > Service Accounts, or rotate the secret there.',
    { details },
  )
}
