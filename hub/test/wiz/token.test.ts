import { describe, expect, it } from 'vitest'
import { codeOf, Fatal, Retriable, sentenceOf } from '../../src/errors.ts'
import { createTokenSource, type TokenSourceOptions } from '../../src/wiz/token.ts'
import { createTransport } from '../../src/wiz/transport.ts'
import { issueToken, jwt, type Reply, startFakeWiz } from './fake-wiz.ts'

const secret = 'canary-secret-9c1f'

function sourceOf(server: { url: string }, options: Partial<TokenSourceOptions> = {}) {
  const { send } = createTransport({ userAgent: 'test' })
  const tokenUrl = new URL('/oauth/token', server.url)
  return createTokenSource({
    tokenUrl,
    audiences: ['wiz-api'],
    clientId: 'id-1',
    clientSecret: secret,
    send,
    ...options,
  })
}

describe('a token source', () => {
  it('CON-3 asks for a token as Wiz wants it, and reads its data centre and scopes', async () => {
    const forms: Record<string, string>[] = []
    await using server = await startFakeWiz({
      token: (form) => {
        forms.push(Object.fromEntries(form))
        return {
          json: {
            access_token: jwt({ dc: 'eu15' }),
            token_type: 'Bearer',
            expires_in: 900,
            scope: 'read:issues read:all x',
          },
        }
      },
    })
    const token = await sourceOf(server, { now: () => 5000 }).get()
    expect(forms).toEqual([
      { grant_type: 'client_credentials', audience: 'wiz-api', client_id: 'id-1', client_secret: secret },
    ])
    expect(token.value.split('.')[1]).toMatch(/[-_]/)
    expect(token).toMatchObject({
      dataCentre: 'eu15',
      scopes: ['read:issues', 'read:all'],
      expiresAt: 905_000,
      renewAt: 845_000,
    })
  })

  it('CON-3 asks once for a hundred callers, and once more for all of them when the token is refused', async () => {
    await using server = await startFakeWiz()
    const source = sourceOf(server)
    const hundred = () => Promise.all(Array.from({ length: 100 }, () => source.get()))
    const first = await hundred()
    expect(server.tokenCalls).toBe(1)
    for (const token of first) source.invalidate(token)
    const second = await hundred()
    for (const token of first) source.invalidate(token)
    await hundred()
    expect(server.tokenCalls).toBe(2)
    expect(source.renewals).toBe(2)
    expect(new Set([...first, ...second].map((token) => token.value)).size).toBe(2)
  })

  it.each([
    [900, 839, 841],
    [86_400, 86_339, 86_341],
    ['3600', 3539, 3541],
    [100, 79, 81],
    [undefined, 239, 241],
    [-5, 239, 241],
  ])('CON-3 renews a token of %s s in time', async (expires_in, stillGood, renewed) => {
    let now = 1_000_000
    await using server = await startFakeWiz({
      token: () => ({ json: { ...(issueToken().json as object), expires_in } }),
    })
    const source = sourceOf(server, { now: () => now })
    await source.get()
    now += stillGood * 1000
    await source.get()
    expect(server.tokenCalls).toBe(1)
    now += (renewed - stillGood) * 1000
    await source.get()
    expect(server.tokenCalls).toBe(2)
  })

  it('CON-3 lives on the old token while the identity provider has a hiccup, but not beyond its end', async () => {
    let now = 0
    let reply: Reply = issueToken()
    await using server = await startFakeWiz({ token: () => reply })
    const source = sourceOf(server, { now: () => now })
    const token = await source.get()
    reply = { status: 503, text: 'busy' }
    now = 850_000
    expect(await source.get()).toBe(token)
    now = 901_000
    await expect(source.get()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('CON-3 lets one caller leave without taking the token from the others', async () => {
    const gate = Promise.withResolvers<void>()
    await using server = await startFakeWiz({
      token: async () => {
        await gate.promise
        return issueToken()
      },
    })
    const source = sourceOf(server)
    const leave = new AbortController()
    const leaver = source.get(leave.signal)
    const stayer = source.get(new AbortController().signal)
    leave.abort(new Error('gone'))
    await expect(leaver).rejects.toThrow('gone')
    gate.resolve()
    expect((await stayer).dataCentre).toBe('us17')
    expect(server.tokenCalls).toBe(1)
  })

  it('CON-3 finds out the audience of an unknown identity provider, and keeps to it', async () => {
    const asked: (string | null)[] = []
    await using server = await startFakeWiz({
      token: (form) => {
        asked.push(form.get('audience'))
        return form.get('audience') === 'beyond-api'
          ? issueToken()
          : { status: 403, json: { error: 'access_denied', error_description: 'Unauthorized' } }
      },
    })
    const source = sourceOf(server, { audiences: ['wiz-api', 'beyond-api'] })
    source.invalidate(await source.get())
    await source.get()
    expect(asked).toEqual(['wiz-api', 'beyond-api', 'beyond-api'])
  })
})

describe('a service account that the first identity provider does not know', () => {
  const unknown = (): Reply => ({ status: 400, json: { error: 'access_denied', error_description: 'Unauthorized' } })
  const at = ({ url }: { url: string }, audience: string) => ({
    tokenUrl: new URL('/oauth/token', url),
    audiences: [audience],
  })

  it('CON-2 is found at another one, which is kept to', async () => {
    await using modern = await startFakeWiz({ token: unknown })
    await using government = await startFakeWiz({ token: unknown })
    await using legacy = await startFakeWiz({
      token: (form) => (form.get('audience') === 'beyond-api' ? issueToken() : unknown()),
    })
    const source = sourceOf(modern, { others: [at(government, 'wiz-api'), at(legacy, 'beyond-api')] })
    expect(source.tokenUrl.origin).toBe(modern.url)
    source.invalidate(await source.get())
    await source.get()
    expect([modern.tokenCalls, government.tokenCalls, legacy.tokenCalls]).toEqual([1, 1, 2])
    expect(source.tokenUrl.origin).toBe(legacy.url)
  })

  it('CON-4 is unknown where no other can be reached or knows it, and disabled where one says so', async () => {
    await using modern = await startFakeWiz({ token: unknown })
    await using broken = await startFakeWiz({ token: () => ({ hangUp: true }) })
    const disabled: Reply = { status: 401, json: { error: 'access_denied', error_description: 'Account is disabled' } }
    await using legacy = await startFakeWiz({ token: () => disabled })
    const refused = (...others: { url: string }[]) =>
      sourceOf(modern, { others: others.map((server) => at(server, 'beyond-api')) }).get()
    await expect(refused(broken)).rejects.toMatchObject({ code: 'wrong-credentials' })
    await expect(refused(broken, legacy)).rejects.toMatchObject({ code: 'account-disabled' })
  })

  it('CON-4 is looked for nowhere else where the first does not answer', async () => {
    await using modern = await startFakeWiz({ token: () => ({ status: 503, text: '' }) })
    await using legacy = await startFakeWiz()
    const source = sourceOf(modern, { others: [at(legacy, 'beyond-api')] })
    await expect(source.get()).rejects.toMatchObject({ code: 'unavailable' })
    expect(legacy.tokenCalls).toBe(0)
  })
})

describe('a token that is not given', () => {
  const denied = (status: number, error: string, error_description: string): Reply => ({
    status,
    json: { error, error_description },
  })

  it.each<[string, Reply, string, typeof Fatal | typeof Retriable]>([
    ['400 of Auth0', denied(400, 'access_denied', 'Unauthorized'), 'wrong-credentials', Fatal],
    ['401', denied(401, 'invalid_client', 'nope'), 'wrong-credentials', Fatal],
    ['403 access_denied', denied(403, 'access_denied', 'Unauthorized'), 'wrong-credentials', Fatal],
    ['a disabled account', denied(401, 'access_denied', 'Service account is disabled'), 'account-disabled', Fatal],
    ['an expired account', denied(403, 'access_denied', 'Client has expired'), 'account-disabled', Fatal],
    [
      'a wrong audience',
      denied(403, 'access_denied', 'Service not enabled within domain: audience'),
      'wrong-audience',
      Fatal,
    ],
    ['an IP that is not allowed', denied(403, 'FORBIDDEN_IP', 'IP address is not allowed'), 'ip-not-allowed', Fatal],
    ['another 403', denied(403, 'forbidden', ''), 'forbidden', Fatal],
    ['200 without a token', { json: { message: 'ok' } }, 'no-token', Fatal],
    ['200 with a token nobody can send', { json: { access_token: 'a\r\nb: c' } }, 'no-token', Fatal],
    ['a sign-in page', { text: '<html>sign in</html>', headers: { 'content-type': 'text/html' } }, 'not-wiz', Fatal],
    ['404', { status: 404, json: {} }, 'not-wiz', Fatal],
    ['a redirect', { status: 302, text: '', headers: { location: 'https://evil.example/x?y=z' } }, 'redirect', Fatal],
    ['503', { status: 503, text: '<html>' }, 'unavailable', Retriable],
    ['a broken connection', { hangUp: true }, 'connection-reset', Retriable],
  ])('CON-4 because of %s has its own code, and no secret in it', async (_, reply, code, kind) => {
    const echo = { ...reply, headers: { ...reply.headers, 'x-echo': secret } }
    if (reply.json) echo.json = { ...(reply.json as object), status: secret, received: secret }
    if (reply.text) echo.text = `${reply.text}${secret}`
    await using server = await startFakeWiz({ token: () => echo })
    const error: unknown = await sourceOf(server)
      .get()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(kind)
    expect(codeOf(error)).toBe(code)
    expect(sentenceOf(error)).not.toContain(secret)
    expect(JSON.stringify([error, (error as Error).stack, String((error as Error).cause)])).not.toContain(secret)
  })

  it('CON-3 says how long the identity provider asked to wait', async () => {
    await using server = await startFakeWiz({
      token: () => ({ status: 429, text: '', headers: { 'retry-after': '7' } }),
    })
    await expect(sourceOf(server).get()).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 7000 })
  })
})
