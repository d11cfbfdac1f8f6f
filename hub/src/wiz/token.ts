import { codeOf, Fatal, Retriable } from '../errors.ts'
import { tokenRefusal } from './token-refusal.ts'
import type { Transport } from './transport.ts'

/** A bearer token and what it tells about itself. */
export interface Token {
  value: string
  /** The data centre the tenant lives in, such as `us17`. */
  dataCentre: string | null
  /** The scopes granted, where the identity provider names them. */
  scopes: string[] | null
  expiresAt: number
  renewAt: number
}

/** Tokens for all users of one pair of credentials: one request at a time, whoever asks. */
interface TokenSource {
  get(signal?: AbortSignal): Promise<Token>
  /** Forgets this token, unless it has been replaced already. */
  invalidate(token: Token): void
  /** Where tokens are asked first: where the last one came from, once there is one. */
  readonly tokenUrl: URL
  /** How many tokens have been obtained. */
  readonly renewals: number
}

interface TokenEndpoint {
  tokenUrl: URL
  audience: string
}

/** What a token is asked with. */
export interface TokenSourceOptions {
  tokenUrl: URL
  audiences: readonly string[]
  /** Where to ask too if the first does not know the credentials. */
  others?: readonly { tokenUrl: URL; audiences: readonly string[] }[]
  clientId: string
  clientSecret: string
  send: Transport['send']
  now?: () => number
}

const usualLifeS = 300
const worthAskingElsewhere = new Set(['wrong-audience', 'wrong-credentials', 'forbidden'])
// Whoever says this knows the account.
const saysMore = new Set(['account-disabled', 'ip-not-allowed'])

/** Opens a token source; nothing is called before the first `get`. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { now = Date.now } = options
  let endpoints = [options, ...(options.others ?? [])].flatMap(({ tokenUrl, audiences }) =>
    audiences.map((audience): TokenEndpoint => ({ tokenUrl, audience })),
  )
  let current: Token | null = null
  let renewal: Promise<Token> | null = null
  let renewals = 0

  const ask = async (endpoint: TokenEndpoint) => ({ endpoint, token: await requestToken(options, endpoint, now) })

  async function renew(): Promise<Token> {
    const [first, ...rest] = endpoints
    if (!first) throw new Error('no token endpoint')
    const { endpoint, token } = await ask(first).catch((refusal: unknown) => askElsewhere(rest, refusal))
    endpoints = [endpoint]
    current = token
    renewals += 1
    return token
  }

  /** Asks all the others at once, because those that cannot be reached would make each other wait. */
  async function askElsewhere(rest: readonly TokenEndpoint[], refusal: unknown) {
    if (!worthAskingElsewhere.has(codeOf(refusal))) throw refusal
    const answers = await Promise.allSettled(rest.map(ask))
    const found = answers.find((answer) => answer.status === 'fulfilled')
    if (found) return found.value
    const refusals = [refusal, ...answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))]
    throw (
      refusals.find((each) => saysMore.has(codeOf(each))) ??
      refusals.find((each) => worthAskingElsewhere.has(codeOf(each)) && codeOf(each) !== 'wrong-audience') ??
      refusal
    )
  }

  function shared(): Promise<Token> {
    renewal ??= renew().finally(() => {
      renewal = null
    })
    return renewal
  }

  return {
    async get(signal) {
      signal?.throwIfAborted()
      if (current && now() < current.renewAt) return current
      // Between its renewal time and its end the old token bridges a hiccup of the identity provider.
      const bridge = current && now() < current.expiresAt ? current : null
      try {
        return await unlessAborted(shared(), signal)
      } catch (error) {
        if (bridge && bridge === current && error instanceof Retriable && !signal?.aborted) return bridge
        throw error
      }
    },
    invalidate(token) {
      if (current?.value === token.value) current = null
    },
    get tokenUrl() {
      return endpoints[0]?.tokenUrl ?? options.tokenUrl
    },
    get renewals() {
      return renewals
    },
  }
}

/** Waits for a shared promise without cancelling it for its other users. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function requestToken(
  { clientId, clientSecret, send }: TokenSourceOptions,
  { tokenUrl, audience }: TokenEndpoint,
  now: () => number,
): Promise<Token> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    audience,
    client_id: clientId,
    client_secret: clientSecret,
  })
  const askedAt = now()
  const response = await send({
    url: tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  })
  const json = parse(response.body.toString())
  if (response.status !== 200 || json === null) throw tokenRefusal(response, json, tokenUrl)
  return readToken(json, askedAt, tokenUrl)
}

function readToken(json: Record<string, unknown>, askedAt: number, tokenUrl: URL): Token {
  const value = json.access_token
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new Fatal(
      'no-token',
      `${tokenUrl.host} answered without a token: check the token URL and the type of the service account (Custom Integration).`,
    )
  }
  const claims = claimsOf(value)
  const said = Number(json.expires_in ?? Number.NaN)
  const lifeMs = (said > 0 ? said : usualLifeS) * 1000
  // A minute early; a short-lived token after four fifths of its life.
  const renewAt = askedAt + Math.max(lifeMs * 0.8, lifeMs - 60_000)
  return {
    value,
    dataCentre: typeof claims.dc === 'string' && /^[a-z0-9-]{1,20}$/.test(claims.dc) ? claims.dc : null,
    scopes: scopesOf(json.scope) ?? scopesOf(claims.scope) ?? scopesOf(claims.scopes),
    expiresAt: askedAt + lifeMs,
    renewAt,
  }
}

function claimsOf(jwt: string): Record<string, unknown> {
  return parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) ?? {}
}

function scopesOf(value: unknown): string[] | null {
  const names = typeof value === 'string' ? value.split(/[\s,]+/) : Array.isArray(value) ? value : []
  const scopes = names.filter((name): name is string => typeof name === 'string' && /^[a-z]+:[a-z_]+$/.test(name))
  return scopes.length > 0 ? scopes : null
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
