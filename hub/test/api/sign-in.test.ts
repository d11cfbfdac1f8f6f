import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forgetCallers } from '../../src/access/caller-cache.ts'
import { createSetupLink, createSignInLink } from '../../src/access/links.ts'
import { createUser } from '../../src/access/users.ts'
import { ORIGIN, openTestServer, type TestServer } from './open-test-server.ts'

const PASSWORD = 'four random words here'
const EMAIL = 'ada@example.com'

let test: TestServer

beforeAll(async () => {
  test = await openTestServer()
})
afterAll(() => test.close())
beforeEach(async () => {
  await test.app.store.pool.query('TRUNCATE app_user, user_session, one_time_link CASCADE')
  forgetCallers(test.app.store)
})

let visitors = 0

/** A request of a browser that shows our own page; each from an address of its own, so that none is slowed down. */
function browse(
  method: 'GET' | 'POST' | 'PATCH',
  url: string,
  options: { payload?: object; cookie?: string; origin?: string | null } = {},
) {
  const { payload, cookie, origin = ORIGIN } = options
  const headers = { ...(origin !== null && { origin }), ...(cookie && { cookie }) }
  return test.server.inject({
    method,
    url,
    headers,
    remoteAddress: `10.0.0.${++visitors % 250}`,
    ...(payload && { payload }),
  })
}

function cookieOf(response: { headers: Record<string, unknown> }): string {
  return String(response.headers['set-cookie']).split(';')[0] ?? ''
}

async function signIn(password = PASSWORD): Promise<string> {
  const response = await browse('POST', '/api/v1/auth/sign-in', { payload: { email: EMAIL, password } })
  expect(response.statusCode).toBe(204)
  return cookieOf(response)
}

async function auditOf(action: string) {
  const { rows } = await test.app.store.pool.query(
    'SELECT actor, outcome, details FROM audit_entry WHERE action = $1 ORDER BY seq DESC LIMIT 1',
    [action],
  )
  return rows[0]
}

describe('signing in by password', () => {
  beforeEach(() => createUser(test.app.store, { email: EMAIL, role: 'operator', password: PASSWORD }))

  it('RUN-4 gives a session that scripts cannot read and other sites cannot use', async () => {
    const response = await browse('POST', '/api/v1/auth/sign-in', {
      payload: { email: ' ADA@example.com', password: PASSWORD },
    })
    expect(response.statusCode).toBe(204)
    expect(response.headers['set-cookie']).toMatch(
      /^wizbridge=[\w-]{43}; Max-Age=604800; HttpOnly; Path=\/; SameSite=Strict$/,
    )
    const me = await browse('GET', '/api/v1/me', { cookie: cookieOf(response) })
    expect(me.json()).toMatchObject({ name: `user:${EMAIL}`, role: 'operator' })
    expect(await auditOf('sign-in')).toMatchObject({ actor: `user:${EMAIL}`, outcome: 'done' })
  })

  it('stores no token and no password', async () => {
    const cookie = await signIn()
    const { rows } = await test.app.store.pool.query(
      'SELECT s::text || u::text AS kept FROM user_session s, app_user u',
    )
    expect(rows[0].kept).not.toContain(cookie.split('=')[1])
    expect(rows[0].kept).not.toContain(PASSWORD)
  })

  it.each([
    ['a wrong password', { email: EMAIL, password: 'four random words there' }],
    ['an unknown address', { email: 'eve@example.com', password: PASSWORD }],
    ['an empty one of the two', { email: EMAIL, password: ' ' }],
  ])('RUN-4 refuses %s with the same answer, and writes it down', async (_what, payload) => {
    const response = await browse('POST', '/api/v1/auth/sign-in', { payload })
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({
      code: 'not-signed-in',
      detail: 'The e-mail address or the password is wrong.',
    })
    expect(response.headers['set-cookie']).toBeUndefined()
    expect(await auditOf('sign-in')).toMatchObject({ outcome: 'refused', details: { email: payload.email } })
  })

  it('refuses a disabled user, and ends the sessions they have', async () => {
    const cookie = await signIn()
    const { rows } = await test.app.store.pool.query('SELECT id FROM app_user')
    const change = { method: 'PATCH', url: `/api/v1/users/${rows[0].id}`, payload: { disabled: true } } as const
    expect((await test.ask('admin', change)).statusCode).toBe(200)
    expect((await browse('GET', '/api/v1/me', { cookie })).statusCode).toBe(401)
    const again = await browse('POST', '/api/v1/auth/sign-in', { payload: { email: EMAIL, password: PASSWORD } })
    expect(again.json().code).toBe('not-signed-in')
  })

  it('makes whoever guesses wait, even with the right password', async () => {
    const guess = (password: string) => browse('POST', '/api/v1/auth/sign-in', { payload: { email: EMAIL, password } })
    for (let n = 0; n < 7; n++) await guess(`guess number ${n}`)
    await test.app.store.pool.query("UPDATE app_user SET wait_until = now() + interval '1 minute' WHERE failures >= 5")
    const response = await guess(PASSWORD)
    expect(response.statusCode).toBe(429)
    expect(response.json().code).toBe('too-many-requests')
  })

  it('slows down whoever guesses from one address', async () => {
    const ask = () =>
      test.server.inject({
        method: 'POST',
        url: '/api/v1/auth/sign-in',
        payload: { email: 'x@example.com' },
        remoteAddress: '10.9.9.9',
      })
    const statuses = []
    for (let n = 0; n < 22; n++) statuses.push((await ask()).statusCode)
    expect(statuses).toEqual([...Array(20).fill(400), 429, 429])
  })

  it('RUN-4 ends a session at sign-out', async () => {
    const cookie = await signIn()
    expect((await browse('GET', '/api/v1/me', { cookie })).statusCode).toBe(200)
    const response = await browse('POST', '/api/v1/auth/sign-out', { cookie })
    expect(response.headers['set-cookie']).toMatch(/^wizbridge=; Max-Age=0;/)
    expect((await browse('GET', '/api/v1/me', { cookie })).statusCode).toBe(401)
    expect(await auditOf('sign-out')).toMatchObject({ actor: `user:${EMAIL}` })
  })

  it.each(['expires_at', 'seen_at'])('ends a session that is too old by %s', async (column) => {
    const cookie = await signIn()
    await test.app.store.pool.query(`UPDATE user_session SET ${column} = ${column} - interval '8 days'`)
    expect((await browse('GET', '/api/v1/me', { cookie })).statusCode).toBe(401)
  })

  it('ends all sessions when the password is changed, which takes the old one', async () => {
    const cookie = await signIn()
    const change = (current: string) =>
      browse('POST', '/api/v1/me/password', { cookie, payload: { current, password: 'quite another set of words' } })
    expect((await change('not the password')).json().code).toBe('not-allowed')
    expect((await change(PASSWORD)).statusCode).toBe(200)
    expect((await browse('GET', '/api/v1/me', { cookie })).statusCode).toBe(401)
    await signIn('quite another set of words')
    const { rows } = await test.app.store.pool.query(
      "SELECT details::text FROM audit_entry WHERE action = 'me.change-password'",
    )
    expect(JSON.stringify(rows)).not.toMatch(/another set|random words/)
  })
})

describe('over TLS', () => {
  it('RUN-4 cookies never travel in the clear, and belong to this very host', async () => {
    const secure = await openTestServer({ env: { WIZBRIDGE_PUBLIC_URL: 'https://bridge.example.com' } })
    const response = await secure.server.inject(await createSignInLink(secure.app.store, { role: 'viewer' }))
    expect(response.headers['set-cookie']).toMatch(
      /^__Host-wizbridge=[\w-]{43}; Max-Age=\d+; HttpOnly; Secure; Path=\/; SameSite=Strict$/,
    )
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    const [cookie = ''] = String(response.headers['set-cookie']).split(';')
    expect((await secure.server.inject({ url: '/api/v1/me', headers: { cookie } })).json().role).toBe('viewer')
    await secure.close()
  })
})

describe('pages of somebody else', () => {
  it('RUN-4 cannot make a signed-in browser change anything', async () => {
    await createUser(test.app.store, { email: EMAIL, role: 'admin', password: PASSWORD })
    const cookie = await signIn()
    const payload = { role: 'admin' }
    for (const origin of ['https://evil.example', 'null', null, 'http://127.0.0.1.evil.example:0']) {
      const response = await browse('POST', '/api/v1/api-keys', { cookie, payload, origin })
      expect(response.statusCode).toBe(403)
      expect(response.json().code).toBe('not-allowed-from-here')
    }
    expect((await browse('POST', '/api/v1/api-keys', { cookie, payload })).statusCode).toBe(201)
    expect((await browse('GET', '/api/v1/me', { cookie, origin: null })).statusCode).toBe(200)
  })

  it('cannot sign a browser in as somebody else', async () => {
    await createUser(test.app.store, { email: EMAIL, role: 'admin', password: PASSWORD })
    const payload = { email: EMAIL, password: PASSWORD }
    const response = await browse('POST', '/api/v1/auth/sign-in', { payload, origin: 'https://evil.example' })
    expect(response.statusCode).toBe(403)
  })

  it('are answered without any header that would let them read the answer', async () => {
    const response = await browse('GET', '/api/v1/auth', { origin: 'https://evil.example' })
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('one-time links', () => {
  const tokenOf = (link: string) => new URL(link, ORIGIN).searchParams.get('token') ?? ''
  const setUp = (payload: object) => browse('POST', '/api/v1/auth/setup', { payload })

  it('RUN-4 make the first administrator, once', async () => {
    expect((await browse('GET', '/api/v1/auth')).json()).toMatchObject({ needsSetup: true, caller: null })
    const [link, other] = [await createSetupLink(test.app.store), await createSetupLink(test.app.store)]
    expect(link).toMatch(/^\/setup\?token=[\w-]{43}$/)
    const token = tokenOf(link)
    const shown = await browse('POST', '/api/v1/auth/setup/show', { payload: { token } })
    expect(shown.json()).toEqual({ purpose: 'setup', email: null })
    expect((await setUp({ token, email: EMAIL, password: 'short' })).json().code).toBe('weak-password')
    const done = await setUp({ token, email: EMAIL, name: 'Ada', password: PASSWORD })
    expect(done.statusCode).toBe(204)
    const me = await browse('GET', '/api/v1/auth', { cookie: cookieOf(done) })
    expect(me.json()).toMatchObject({ needsSetup: false, caller: { name: `user:${EMAIL}`, role: 'admin' } })
    for (const used of [token, tokenOf(other)]) {
      const again = await setUp({ token: used, email: 'eve@example.com', password: PASSWORD })
      expect(again.json().code).toBe('link-used-up')
    }
    await expect(createSetupLink(test.app.store)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('make one administrator, when several people follow them at once', async () => {
    const links = await Promise.all([1, 2, 3].map(() => createSetupLink(test.app.store)))
    const answers = await Promise.all(
      links.map((link, n) => setUp({ token: tokenOf(link), email: `person${n}@example.com`, password: PASSWORD })),
    )
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([204, 400, 400])
    const { rows } = await test.app.store.pool.query('SELECT count(*)::int AS n FROM app_user')
    expect(rows[0].n).toBe(1)
  })

  it('RUN-4 sign their first visitor in with a role', async () => {
    const link = await createSignInLink(test.app.store, { role: 'operator' })
    const response = await browse('GET', link, { origin: null })
    expect(response.statusCode).toBe(303)
    expect(response.headers.location).toBe('/')
    const me = await browse('GET', '/api/v1/me', { cookie: cookieOf(response) })
    expect(me.json()).toMatchObject({ name: 'link:operator', role: 'operator' })
    expect((await browse('GET', link)).json().code).toBe('link-used-up')
    const { rows } = await test.app.store.pool.query('SELECT l::text FROM one_time_link l')
    expect(rows).toEqual([])
  })

  it('let an invited user choose a password, and are kept as hashes', async () => {
    const created = await test.ask('admin', {
      method: 'POST',
      url: '/api/v1/users',
      payload: { email: EMAIL, role: 'viewer' },
    })
    const token = tokenOf(created.json().link)
    const { rows } = await test.app.store.pool.query('SELECT l::text AS kept FROM one_time_link l')
    expect(rows[0].kept).not.toContain(token)
    const done = await setUp({ token, email: 'eve@example.com', password: PASSWORD })
    expect((await browse('GET', '/api/v1/me', { cookie: cookieOf(done) })).json().name).toBe(`user:${EMAIL}`)
    await signIn()
  })

  it('expire', async () => {
    const link = await createSignInLink(test.app.store, { role: 'admin' })
    await test.app.store.pool.query("UPDATE one_time_link SET expires_at = now() - interval '1 second'")
    expect((await browse('GET', link)).json().code).toBe('link-used-up')
  })
})
