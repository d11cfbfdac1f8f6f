import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { OidcConfig } from '../config.ts'
import { Fatal, Refused } from '../errors.ts'
import type { Transport } from '../wiz/transport.ts'

/** An identity provider, asked only through our own way out. */
export interface OidcProvider {
  /** Where the browser is sent. */
  authorizationUrl(request: AuthorizationRequest): Promise<URL>
  /** The claims about who came back with this code, proven. */
  redeem(code: string, expected: { nonce: string; verifier: string; redirectUri: string }): Promise<JWTPayload>
}

/** What makes one sign-in one of a kind. */
export interface AuthorizationRequest {
  state: string
  nonce: string
  /** SHA-256 of the verifier, in base64url (PKCE). */
  challenge: string
  redirectUri: string
}

const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
})
type Metadata = z.output<typeof metadataSchema>

const tokensSchema = z.object({ id_token: z.string(), access_token: z.string().optional() })
const keysSchema = z.object({ keys: z.array(z.looseObject({})) })
const claimsSchema = z.looseObject({ sub: z.string() })

// Only signatures that the provider alone can make: with HMAC, whoever knows the client secret could sign.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const FRESH_MS = 10 * 60_000

/** Opens the provider of a configuration; it is first called when somebody signs in. */
export function openOidcProvider(config: OidcConfig, transport: Transport): OidcProvider {
  let metadata: { value: Metadata; at: number } | undefined

  async function discover(): Promise<Metadata> {
    if (metadata && Date.now() - metadata.at < FRESH_MS) return metadata.value
    const url = new URL(`${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    const value = await ask(transport, metadataSchema, { url, method: 'GET' })
    if (value.issuer !== config.issuer) {
      const sentence = `The identity provider calls itself ${value.issuer}. Set WIZBRIDGE_OIDC_ISSUER to exactly that.`
      throw new Fatal('identity-provider', sentence)
    }
    metadata = { value, at: Date.now() }
    return value
  }

  async function verify(idToken: string, nonce: string, { jwks_uri }: Metadata): Promise<JWTPayload> {
    // The keys are read at each sign-in: these are rare, and keys that were withdrawn must not count.
    const keys = await ask(transport, keysSchema, { url: new URL(jwks_uri), method: 'GET' })
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
      issuer: config.issuer,
      audience: config.clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
      clockTolerance: 60,
    }).catch((error: unknown) => {
      throw error instanceof errors.JOSEError ? notProven(error.code) : error
    })
    const party = payload.azp
    if (payload.nonce !== nonce) throw notProven('nonce')
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && party === undefined) throw notProven('azp')
    if (party !== undefined && party !== config.clientId) throw notProven('azp')
    return payload
  }

  return {
    async authorizationUrl({ state, nonce, challenge, redirectUri }) {
      const { authorization_endpoint } = await discover()
      const url = new URL(authorization_endpoint)
      const parameters = {
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope: config.scopes.join(' '),
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
      return url
    },

    async redeem(code, { nonce, verifier, redirectUri }) {
      const found = await discover()
      const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
      const proof = clientProof(config, found)
      const tokens = await ask(transport, tokensSchema, {
        url: new URL(found.token_endpoint),
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...proof.headers },
        body: new URLSearchParams({ ...grant, ...proof.fields }).toString(),
      })
      const claims = await verify(tokens.id_token, nonce, found)
      if (!found.userinfo_endpoint || !tokens.access_token) return claims
      if (claims.email !== undefined && claims[config.groupsClaim] !== undefined) return claims
      const more = await ask(transport, claimsSchema, {
        url: new URL(found.userinfo_endpoint),
        method: 'GET',
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      if (more.sub !== claims.sub) throw notProven('sub')
      return { ...more, ...claims }
    },
  }
}

type Fields = Record<string, string>

function clientProof({ clientId, clientSecret }: OidcConfig, metadata: Metadata): { headers: Fields; fields: Fields } {
  if (metadata.token_endpoint_auth_methods_supported.includes('client_secret_basic')) {
    const pair = [clientId, clientSecret].map((part) => new URLSearchParams({ '': part }).toString().slice(1)).join(':')
    return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, fields: {} }
  }
  return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } }
}

async function ask<T>(
  transport: Transport,
  schema: z.ZodType<T>,
  request: Parameters<Transport['send']>[0],
): Promise<T> {
  const { status, body } = await transport.send(request)
  const { host } = request.url
  if (status === 400 || status === 401) {
    const sentence = `${host} refuses the sign-in. Try again; if it stays so, check the client id and secret.`
    throw new Refused('not-signed-in', sentence, { details: { host, status } })
  }
  const parsed = status === 200 ? schema.safeParse(parseJson(body.toString())) : undefined
  if (parsed?.success) return parsed.data
  const sentence = `${host} does not answer as an OpenID Connect provider does (status ${status}). Check WIZBRIDGE_OIDC_ISSUER.`
  throw new Fatal('identity-provider', sentence, { details: { host, status } })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function notProven(what: string): Refused {
  return new Refused('not-signed-in', 'The identity provider did not prove who you are. Sign in again.', {
    details: { problem: what },
  })
}
