import { type Answer, jsonAnswer } from '../answer.ts'
import type { TokenCall } from '../faults/fault.ts'
import type { ServiceAccount } from './accounts.ts'
import { type Exchange, mediaTypeOf, otherOrigin, readBody, send } from './exchange.ts'
import type { Idp, Services } from './services.ts'

const AUDIENCES: Record<Idp, string> = { cognito: 'wiz-api', auth0: 'beyond-api' }

const FIELDS = ['audience', 'client_id', 'client_secret', 'grant_type']

const MAX_BODY = 16 * 1024

const problem = (status: number, error: string, description: string) =>
  jsonAnswer(status, { error, error_description: description })

/** Says what is wrong with a request before its credentials are looked at. */
function malformed({ request, url }: Exchange, form: URLSearchParams): Answer | undefined {
  if (request.method !== 'POST') return problem(405, 'invalid_request', 'The token endpoint takes POST.')
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') {
    return problem(400, 'invalid_request', 'The body must be application/x-www-form-urlencoded.')
  }
  const names = [...form.keys()].sort()
  if (url.search || names.join() !== FIELDS.join()) {
    return problem(400, 'invalid_request', `The body must have exactly these fields: ${FIELDS.join(', ')}.`)
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return problem(400, 'unsupported_grant_type', 'grant_type must be client_credentials.')
  }
  return undefined
}

async function issue(
  services: Services,
  account: ServiceAccount,
  differently: { dc?: string; seconds?: number; opaque?: boolean } = {},
): Promise<Answer> {
  const { dc = services.settings.dc, seconds = services.settings.tokenSeconds, opaque = false } = differently
  const { clientId, scopes } = account
  const token = await services.tokens.issue({ clientId, scopes, dc, seconds, opaque })
  return jsonAnswer(200, {
    access_token: token,
    // There to tempt: a client-credentials client has no use for it.
    refresh_token: 'not-for-client-credentials',
    expires_in: seconds,
    token_type: 'Bearer',
  })
}

async function answerToken(
  exchange: Exchange,
  services: Services,
  call: TokenCall,
  happened: string[],
): Promise<Answer> {
  const form = new URLSearchParams(call.form)
  const wrong = (await services.faults.answer(call, happened)) ?? malformed(exchange, form)
  if (wrong) return wrong
  const { settings } = services
  const account = services.accounts.get(form.get('client_id') ?? '')
  const known = account !== undefined && account.clientSecret === form.get('client_secret') && !account.disabled
  const rightAudience = !settings.strictAudience || form.get('audience') === AUDIENCES[settings.idp]
  if (!known || !rightAudience) return problem(settings.tokenErrorStatus, 'access_denied', 'Unauthorized')
  return (await services.faults.answerToken(call, happened)) ?? issue(services, account)
}

/** Answers POST /oauth/token. */
export async function handleToken(exchange: Exchange, services: Services): Promise<void> {
  const { request, response, url } = exchange
  const form = (await readBody(request, MAX_BODY))?.toString('utf8') ?? ''
  const clientId = new URLSearchParams(form).get('client_id')
  const call: TokenCall = {
    endpoint: 'token',
    account: clientId,
    mutation: false,
    roots: [],
    otherOrigin: otherOrigin(url),
    form,
    wait: exchange.wait,
    revokeToken: () => undefined,
    issue: (differently) => {
      const account = services.accounts.get(clientId ?? '')
      if (!account) throw new Error('A token was to be issued to nobody.')
      return issue(services, account, differently)
    },
  }
  const answer = await answerToken(exchange, services, call, [])
  services.journal.token({
    at: services.clock.now().toISOString(),
    clientId,
    status: answer.status,
    userAgent: request.headers['user-agent'] ?? null,
  })
  const delivery = services.faults.delivery(call, [])
  await (delivery ? delivery(response, answer, call) : send(response, answer))
}
