import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forgetCallers } from '../../src/access/caller-cache.ts'
import { createUser } from '../../src/access/users.ts'
import { openTestServer, type TestServer } from '../api/open-test-server.ts'
import { type IdentityProvider, type Person, startIdentityProvider } from './identity-provider.ts'

const ORIGIN = 'http://127.0.0.1:9'
const CALLBACK = `${ORIGIN}/api/v1/auth/oidc/callback`

let person: Person
let idp: IdentityProvider
let test: TestServer

beforeAll(async () => {
  idp = await startIdentityProvider(ORIGIN)
  test = await openTestServer({
    env: {
      ...idp.env,
      WIZBRIDGE_OIDC_ROLES:
        'sec=admin,dev=operator:projects=p1|p2:connections=prod,ops=operator:projects=p3:connections=gone,all=viewer',
    },
  })
  await test.app.store.db
    .insertInto('connection')
    .values({
      name: 'prod',
      api_url: 'https://x',
      token_url: null,
      client_id: 'x',
      client_secret: null,
      project_ids: [],
      status_reason: null,
    })
    .execute()
})
afterAll(async () => {
  await test.close()
  idp.close()
})
beforeEach(async () => {
  await test.app.store.pool.query('TRUNCATE app_user, user_session CASCADE')
  forgetCallers(test.app.store)
  person = { sub: 'a1', email: 'Ada@example.com', email_verified: true, name: 'Ada', groups: ['dev', 'other'] }
  idp.admit(person)
})

/** Walks through the identity provider as a browser does; what comes back is the address it sends the browser to. */
async function visitProvider(start: string): Promise<URL> {
  const jar = new Map<string, string>()
  let url = new URL(start)
  while (url.origin === idp.issuer) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${response.status} ${await response.text()}`)
    url = new URL(location, url)
  }
  return url
}

function cookiesOf(response: LightMyRequestResponse): Record<string, string> {
  return Object.fromEntries(response.cookies.map(({ name, value }) => [name, value]))
}

async function begin() {
  const response = await test.server.inject('/api/v1/auth/oidc')
  expect(response.statusCode).toBe(302)
  const ticket = response.cookies[0]
  return { url: String(response.headers.location), ticket, cookies: cookiesOf(response) }
}

function comeBack(url: URL, cookies: Record<string, string>) {
  return test.server.inject({ url: url.pathname + url.search, cookies })
}

async function signIn(): Promise<LightMyRequestResponse> {
  const { url, cookies } = await begin()
  return comeBack(await visitProvider(url), cookies)
}

async function whoIs(response: LightMyRequestResponse) {
  return (await test.server.inject({ url: '/api/v1/me', cookies: cookiesOf(response) })).json()
}

describe('single sign-on', () => {
  it('RUN-4 signs somebody in at a real provider, with the role and the limits of their groups', async () => {
    const response = await signIn()
    expect([response.statusCode, response.headers.location]).toEqual([303, '/'])
    const { rows } = await test.app.store.pool.query("SELECT id FROM connection WHERE name = 'prod'")
    expect(await whoIs(response)).toEqual({
      name: 'user:ada@example.com',
      role: 'operator',
      connectionIds: [rows[0].id],
      projectIds: ['p1', 'p2'],
    })
    const session = response.cookies.find((cookie) => cookie.name === 'wizbridge')
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
    const audit = await test.app.store.pool.query(
      "SELECT actor, details FROM audit_entry WHERE action = 'sign-in' ORDER BY seq DESC LIMIT 1",
    )
    expect(audit.rows[0]).toEqual({ actor: 'user:ada@example.com', details: { by: 'oidc', role: 'operator' } })
  })

  it('asks again after half a day, because groups change', async () => {
    const response = await signIn()
    await test.app.store.pool.query("UPDATE user_session SET expires_at = expires_at - interval '12 hours'")
    forgetCallers(test.app.store)
    expect((await whoIs(response)).code).toBe('not-signed-in')
  })

  it('asks with PKCE, a state and a nonce, and keeps the way back to itself', async () => {
    const { url, ticket } = await begin()
    const asked = Object.fromEntries(new URL(url).searchParams)
    expect(asked).toMatchObject({
      ...{ response_type: 'code', client_id: 'wizbridge', redirect_uri: CALLBACK, scope: 'openid email profile' },
      ...{ code_challenge_method: 'S256', code_challenge: expect.stringMatching(/^[\w-]{43}$/) },
      ...{ state: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
    })
    expect(ticket).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/api/v1/auth/oidc/callback', maxAge: 600 })
    expect(ticket?.value).not.toContain(asked.state)
  })

  it('follows the groups: a change counts at the next sign-in', async () => {
    await signIn()
    person.groups = ['sec', 'dev']
    expect(await whoIs(await signIn())).toMatchObject({ role: 'admin', connectionIds: null, projectIds: null })
    person.groups = 'all'
    expect(await whoIs(await signIn())).toMatchObject({ role: 'viewer' })
    const { rows } = await test.app.store.pool.query('SELECT count(*)::int AS n FROM app_user')
    expect(rows[0].n).toBe(1)
  })

  it('adds up the limits of groups with the same role, and lets a connection that is gone be none', async () => {
    person.groups = ['dev', 'ops']
    expect(await whoIs(await signIn())).toMatchObject({ projectIds: ['p1', 'p2', 'p3'] })
    person.groups = ['ops']
    expect(await whoIs(await signIn())).toMatchObject({ connectionIds: [] })
  })

  it.each<[string, string, Record<string, unknown>]>([
    ['somebody without a group that counts', 'not-allowed', { groups: ['other'] }],
    ['somebody without groups', 'not-allowed', { groups: undefined }],
    ['an address that is not verified', 'not-allowed', { email_verified: false }],
    ['somebody without an address', 'not-allowed', { email: undefined }],
  ])('RUN-4 refuses %s', async (_who, code, claims) => {
    Object.assign(person, claims)
    const response = await signIn()
    expect(response.json().code).toBe(code)
    expect(cookiesOf(response).wizbridge).toBeUndefined()
    const audit = await test.app.store.pool.query(
      "SELECT outcome FROM audit_entry WHERE action = 'sign-in' ORDER BY seq DESC LIMIT 1",
    )
    expect(audit.rows[0].outcome).toBe('refused')
  })

  it('takes an account over only for an address that the provider has verified', async () => {
    await createUser(test.app.store, { email: 'ada@example.com', role: 'viewer' })
    person.email_verified = undefined
    expect((await signIn()).json().code).toBe('not-allowed')
    person.email_verified = true
    expect(await whoIs(await signIn())).toMatchObject({ role: 'operator' })
    // Another person at the provider with the same address is somebody else.
    person.sub = 'b2'
    expect((await signIn()).json().code).toBe('not-allowed')
  })

  it('refuses somebody who is disabled here', async () => {
    await signIn()
    await test.app.store.pool.query('UPDATE app_user SET disabled = true')
    expect((await signIn()).json().code).toBe('not-allowed')
  })

  it('RUN-4 refuses whoever comes back with something else than they left with', async () => {
    const [one, other] = [await begin(), await begin()]
    const back = await visitProvider(one.url)
    expect((await comeBack(back, {})).json().code).toBe('not-signed-in')
    expect((await comeBack(back, other.cookies)).json().code).toBe('not-signed-in')
    expect((await comeBack(back, { wizbridge_oidc: `${one.cookies.wizbridge_oidc}x` })).json().code).toBe(
      'not-signed-in',
    )
    const forged = new URL(back)
    forged.searchParams.set('code', 'made-up')
    expect((await comeBack(forged, one.cookies)).json().code).toBe('not-signed-in')
    const elsewhere = new URL(back)
    elsewhere.searchParams.set('iss', 'https://evil.example')
    expect((await comeBack(elsewhere, one.cookies)).json().code).toBe('not-signed-in')
    expect((await comeBack(back, one.cookies)).statusCode).toBe(303)
    // A code works once.
    expect((await comeBack(back, one.cookies)).json().code).toBe('not-signed-in')
  })

  it('passes on that the provider said no', async () => {
    const { url, cookies } = await begin()
    const state = new URL(url).searchParams.get('state')
    const response = await comeBack(new URL(`${CALLBACK}?error=access_denied&state=${state}`), cookies)
    expect(response.json()).toMatchObject({ code: 'not-signed-in', details: { error: 'access_denied' } })
  })
})
