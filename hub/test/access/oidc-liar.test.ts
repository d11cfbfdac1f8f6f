import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openOidcProvider } from '../../src/access/oidc-provider.ts'
import type { OidcConfig } from '../../src/config.ts'
import { createTransport, type Transport } from '../../src/wiz/transport.ts'

/** What the pretended provider answers; each test spoils a part of it. */
let metadata: Record<string, unknown>
let claims: JWTPayload
let userinfo: unknown
let sign: (claims: JWTPayload) => Promise<string> | string
let asked: { url: string; authorization: string | undefined; body: URLSearchParams }[]

let server: Server
let config: OidcConfig
let transport: Transport
let keys: Awaited<ReturnType<typeof generateKeyPair>>

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'RS256' }] }
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { url = '', headers } = request
    asked.push({
      url,
      authorization: headers.authorization,
      body: new URLSearchParams(Buffer.concat(chunks).toString()),
    })
    const answers: Record<string, unknown> = {
      '/.well-known/openid-configuration': metadata,
      '/keys': jwks,
      '/token': { id_token: await sign(claims), access_token: 'at' },
      '/me': userinfo,
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[url] ?? null))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  transport = createTransport({ userAgent: 'test' })
})
afterAll(async () => {
  await transport.close()
  server.close()
})
beforeEach(() => {
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  config = { issuer, clientId: 'me', clientSecret: 's', scopes: ['openid'], groupsClaim: 'groups', roles: [] }
  metadata = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
  }
  claims = { iss: issuer, sub: 'ada', aud: 'me', nonce: 'n', exp: seconds(60), iat: seconds(0) }
  userinfo = { sub: 'ada', email: 'ada@example.com', groups: ['g'] }
  sign = (payload) => new SignJWT(payload).setProtectedHeader({ alg: 'RS256' }).sign(keys.privateKey)
  asked = []
})

function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1000) + fromNow
}

const redeem = () =>
  openOidcProvider(config, transport).redeem('code', { nonce: 'n', verifier: 'v', redirectUri: 'http://x/' })

describe('an identity provider', () => {
  it('RUN-4 is believed when it proves what it says', async () => {
    expect(await redeem()).toMatchObject({ sub: 'ada' })
    const token = asked.find(({ url }) => url === '/token')
    expect(Object.fromEntries(token?.body ?? [])).toEqual({
      ...{ grant_type: 'authorization_code', code: 'code', redirect_uri: 'http://x/', code_verifier: 'v' },
    })
    expect(token?.authorization).toBe(`Basic ${Buffer.from('me:s').toString('base64')}`)
  })

  it('is given the secret in the body, where it wants it there', async () => {
    metadata.token_endpoint_auth_methods_supported = ['client_secret_post']
    await redeem()
    const token = asked.find(({ url }) => url === '/token')
    expect(token?.authorization).toBeUndefined()
    expect(Object.fromEntries(token?.body ?? [])).toMatchObject({ client_id: 'me', client_secret: 's' })
  })

  it('is asked for what the token leaves out, and not more', async () => {
    metadata.userinfo_endpoint = `${config.issuer}/me`
    expect(await redeem()).toMatchObject({ email: 'ada@example.com', groups: ['g'] })
    Object.assign(claims, { email: 'b@example.com', groups: [] })
    asked = []
    expect(await redeem()).toMatchObject({ email: 'b@example.com', groups: [] })
    expect(asked.map(({ url }) => url)).not.toContain('/me')
  })

  it.each<[string, () => void]>([
    ['another nonce', () => Object.assign(claims, { nonce: 'other' })],
    ['no nonce', () => Object.assign(claims, { nonce: undefined })],
    ['another issuer', () => Object.assign(claims, { iss: 'https://evil.example' })],
    ['another audience', () => Object.assign(claims, { aud: 'them' })],
    ['several audiences and no party', () => Object.assign(claims, { aud: ['me', 'them'] })],
    ['another party', () => Object.assign(claims, { azp: 'them' })],
    ['a token that has expired', () => Object.assign(claims, { exp: seconds(-120) })],
    ['a token that never expires', () => Object.assign(claims, { exp: undefined })],
    ['a token without a subject', () => Object.assign(claims, { sub: undefined })],
    ['no signature', () => spoil((payload) => new UnsecuredJWT(payload).encode())],
    [
      'a signature with the client secret',
      () =>
        spoil((payload) =>
          new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('s'.repeat(32))),
        ),
    ],
    [
      'the key of somebody else',
      () =>
        spoil(async (payload) =>
          new SignJWT(payload).setProtectedHeader({ alg: 'RS256' }).sign((await generateKeyPair('RS256')).privateKey),
        ),
    ],
    ['no token at all', () => spoil(() => 'not.a.token')],
    [
      'somebody else’s details',
      () => {
        metadata.userinfo_endpoint = `${config.issuer}/me`
        userinfo = { sub: 'eve' }
      },
    ],
  ])('RUN-4 is not believed with %s', async (_what, spoilIt) => {
    spoilIt()
    await expect(redeem()).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it.each<[string, string, () => void]>([
    ['has another name', 'identity-provider', () => Object.assign(metadata, { issuer: 'https://evil.example' })],
    [
      'describes nothing',
      'identity-provider',
      () => {
        metadata = {}
      },
    ],
    [
      'sends us to a host that nobody allowed',
      'host-not-allowed',
      () => Object.assign(metadata, { token_endpoint: 'https://evil.example/token' }),
    ],
    ['sends us to a file', 'host-not-allowed', () => Object.assign(metadata, { jwks_uri: 'file:///etc/passwd' })],
  ])('is not followed where it %s', async (_what, code, spoilIt) => {
    spoilIt()
    await expect(redeem()).rejects.toMatchObject({ code })
  })
})

function spoil(other: typeof sign): void {
  sign = other
}
