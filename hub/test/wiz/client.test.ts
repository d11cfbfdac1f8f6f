import { describe, expect, it } from 'vitest'
import { codeOf } from '../../src/errors.ts'
import { openWiz } from '../../src/wiz/client.ts'
import { createGovernor, memoryLedger } from '../../src/wiz/governor.ts'
import { walk } from '../../src/wiz/pages.ts'
import { createTransport, type Transport } from '../../src/wiz/transport.ts'
import { issueToken, jwt, nodesOf, openClient, type Reply, startFakeWiz } from './fake-wiz.ts'

const document = 'query { ok }'
const complaint = (message: string, code?: string): Reply => ({
  json: { data: null, errors: [{ message, extensions: { code } }] },
})

/** Answers once with each of these, then always with data. */
function first(...replies: Reply[]): () => Reply {
  return () => replies.shift() ?? { json: { data: { ok: true } } }
}

describe('a question to Wiz', () => {
  it('CON-1 carries the token and the variables, and brings data, size and time back', async () => {
    await using server = await startFakeWiz()
    const wiz = openClient(server, { now: () => 1_700_000_000_000 })
    const answer = await wiz.ask({ document, variables: { a: 1 } })
    expect(answer).toMatchObject({ data: { ok: true }, errors: [], startedAt: new Date(1_700_000_000_000), bytes: 20 })
    expect(server.calls[0]).toMatchObject({ query: document, variables: { a: 1 } })
    expect(server.calls[0]?.headers).toMatchObject({
      authorization: /^Bearer .+\..+\.sig$/,
      'user-agent': 'test/wizbridge/0',
    })
    expect(wiz.numbers()).toMatchObject({ calls: 1, repeated: 0, bytes: 20, tokenRenewals: 1, passed: 1 })
    expect(await wiz.dataCentre()).toBe('us17')
    expect(await wiz.authenticate()).toMatchObject({ dataCentre: 'us17', scopes: null })
  })

  it('CON-2 finds a tenant on the old Auth0 by its API address alone, and says where it signed in', async () => {
    const asked: string[] = []
    const transport: Transport = {
      allowHosts: [],
      close: async () => {},
      async send({ url, body = '' }) {
        const audience = new URLSearchParams(body).get('audience')
        asked.push(`${url.host} ${audience}`)
        const [status, json]: [number, unknown] =
          url.host === 'auth.wiz.io' ? [200, issueToken().json] : [400, { error: 'access_denied' }]
        return { status, headers: {}, body: Buffer.from(JSON.stringify(json)), ms: 1 }
      },
    }
    const governor = createGovernor({ ledger: memoryLedger() })
    const apiUrl = 'https://api.us17.app.wiz.io/'
    const wiz = openWiz({ apiUrl, clientId: 'id', clientSecret: 'secret', governor, transport })
    expect(wiz.identityProvider.name).toBe('cognito')
    await wiz.authenticate()
    expect(asked[0]).toBe('auth.app.wiz.io wiz-api')
    expect(asked).toContain('auth.wiz.io beyond-api')
    expect(wiz.identityProvider).toMatchObject({ name: 'auth0', tokenUrl: new URL('https://auth.wiz.io/oauth/token') })
  })

  it('CON-4 returns partial data together with what is missing', async () => {
    await using server = await startFakeWiz({
      graphql: () => ({
        json: {
          data: { a: 1, b: null },
          errors: [{ message: 'access denied', path: ['b'], extensions: { code: 'UNAUTHORIZED' } }],
        },
      }),
    })
    expect(await openClient(server).ask({ document })).toMatchObject({
      data: { a: 1, b: null },
      errors: [{ code: 'missing-scope', path: ['b'] }],
    })
  })

  it.each<[string, Reply]>([
    ['a rate limit in a body', complaint('Rate limit exceeded')],
    ['a rate limit by status', { status: 429, text: '', headers: { 'retry-after': '1' } }],
    ['502', { status: 502, text: '<html>' }],
    ['503', { status: 503, text: '' }],
    ['504', { status: 504, text: '' }],
    ['an internal error', complaint('x', 'INTERNAL')],
    ['no data', { json: { data: null } }],
    ['cut JSON', { text: '{"data":{"ok' }],
    ['a broken connection', { hangUp: true }],
  ])('CON-7 is asked again after %s', async (_, reply) => {
    await using server = await startFakeWiz({ graphql: first(reply) })
    const wiz = openClient(server)
    expect((await wiz.ask({ document })).data).toEqual({ ok: true })
    expect(wiz.numbers().repeated).toBe(1)
  })

  it.each<[string, Reply, string]>([
    ['a missing scope', complaint('access denied', 'UNAUTHORIZED'), 'missing-scope'],
    ['bad input', complaint('x', 'BAD_USER_INPUT'), 'bad-input'],
    ['drift', complaint('Cannot query field "a" on type "B".'), 'schema-drift'],
    ['a heavy query', complaint('query too heavy'), 'query-too-heavy'],
    ['a sign-in page', { text: '<html>', headers: { 'content-type': 'text/html' } }, 'not-wiz'],
    ['a redirect', { status: 307, text: '', headers: { location: 'https://elsewhere.example/' } }, 'redirect'],
  ])('CON-4 is not asked again after %s', async (_, reply, code) => {
    await using server = await startFakeWiz({ graphql: () => reply })
    await expect(openClient(server).ask({ document })).rejects.toMatchObject({ code })
    expect(server.calls).toHaveLength(1)
  })

  it('CON-7 is asked eight times at most, waiting longer each time, and as long as Wiz asks', async () => {
    const waits: number[] = []
    const wait = async (ms: number) => void waits.push(ms)
    await using server = await startFakeWiz({ graphql: () => ({ status: 503, text: '' }) })
    await expect(openClient(server, { wait, random: () => 1 }).ask({ document })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(server.calls).toHaveLength(8)
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000])
    server.graphql = first({ status: 503, text: '', headers: { 'retry-after': '9' } })
    await openClient(server, { wait, random: () => 1 }).ask({ document })
    expect(waits.at(-1)).toBe(9000)
  })

  it('CON-7 gives up when five minutes of repeating are over, or at once for a quick look', async () => {
    let now = 0
    const wait = async (ms: number) => {
      now += ms + 100_000
    }
    await using server = await startFakeWiz({ graphql: () => ({ status: 503, text: '' }) })
    await expect(openClient(server, { wait, now: () => now }).ask({ document })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(server.calls).toHaveLength(4)
    await expect(openClient(server).ask({ document, tries: 1 })).rejects.toMatchObject({ code: 'unavailable' })
    expect(server.calls).toHaveLength(5)
  })

  it('CON-7 stops when its caller does', async () => {
    await using server = await startFakeWiz({ graphql: () => ({ status: 503, text: '' }) })
    const stop = new AbortController()
    const wait = async () => stop.abort(new Error('enough'))
    await expect(openClient(server, { wait }).ask({ document, signal: stop.signal })).rejects.toThrow('enough')
    expect(server.calls).toHaveLength(1)
  })
})

describe('a mutation', () => {
  const kind = 'mutation'

  it.each<[string, Reply, string]>([
    ['a broken connection', { hangUp: true }, 'connection-reset'],
    ['504', { status: 504, text: '' }, 'timeout'],
    ['502', { status: 502, text: '' }, 'unavailable'],
    ['an internal error', complaint('x', 'INTERNAL'), 'wiz-internal'],
    ['cut JSON', { text: '{"data":{"ok' }, 'damaged-answer'],
  ])('is never made again after %s, which may have come after the change', async (_, reply, reason) => {
    await using server = await startFakeWiz({ graphql: first(reply) })
    await expect(openClient(server).ask({ document, kind })).rejects.toMatchObject({
      code: 'outcome-unknown',
      name: 'Fatal',
      details: { reason },
    })
    expect(server.calls).toHaveLength(1)
  })

  it.each<[string, Reply]>([
    ['a rate limit', complaint('Rate limit exceeded')],
    ['a token that had expired', { status: 401, text: '' }],
  ])('is made again after %s, which comes before any change', async (_, reply) => {
    await using server = await startFakeWiz({ graphql: first(reply) })
    expect((await openClient(server).ask({ document, kind })).data).toEqual({ ok: true })
    expect(server.calls).toHaveLength(2)
  })
})

describe('the token of a client', () => {
  it('CON-3 is renewed once when Wiz refuses it; a second refusal is final', async () => {
    await using server = await startFakeWiz({ graphql: first(complaint('x', 'UNAUTHENTICATED')) })
    expect((await openClient(server).ask({ document })).data).toEqual({ ok: true })
    expect(server.tokenCalls).toBe(2)
    server.graphql = () => ({ status: 401, text: '' })
    await expect(openClient(server).ask({ document })).rejects.toMatchObject({
      code: 'not-authenticated',
      name: 'Fatal',
    })
    expect(server.tokenCalls).toBe(4)
  })

  it('CON-3 outlives five expiries during parallel walks with one request for each', async () => {
    let now = 0
    let served = 0
    const live = new Map<string, number>()
    await using server = await startFakeWiz({
      token: () => {
        const token = jwt({ n: live.size })
        live.set(token, now + 100_000)
        return { json: { access_token: token, expires_in: 100 } }
      },
      graphql: ({ variables, headers }) => {
        const expiry = live.get(String(headers.authorization).slice('Bearer '.length)) ?? 0
        if (now >= expiry) return { status: 401, text: '' }
        served += 1
        if (served % 40 === 0) now += 101_000
        const page = Number(variables.after ?? 0) + 1
        return {
          json: { data: { page: { nodes: [page], pageInfo: { hasNextPage: page < 24, endCursor: String(page) } } } },
        }
      },
    })
    const wiz = openClient(server, { now: () => now })
    const all = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const seen: unknown[] = []
        for await (const page of walk({ wiz, document, first: 500 })) seen.push(...nodesOf(page))
        return seen
      }),
    )
    for (const seen of all) expect(seen).toEqual(Array.from({ length: 24 }, (_, at) => at + 1))
    expect(wiz.numbers().tokenRenewals).toBe(server.tokenCalls)
    expect(server.tokenCalls).toBe(6)
  })

  it('CON-6 and the secret appear in no error, whatever Wiz echoes', async () => {
    const secret = 'canary-secret-7d3a'
    const token = jwt({ canary: 'token-5b2e' })
    const hostile: Reply[] = [
      { status: 400, json: { data: null, errors: [{ message: `no: ${secret} Bearer ${token}`, path: [token] }] } },
      { json: { data: null, errors: [{ message: token, extensions: { code: 'BAD_USER_INPUT', requestId: 'x' } }] } },
      { status: 500, text: `${secret}${token}`, headers: { 'x-request-id': secret, 'x-amzn-requestid': token } },
      { text: `<html>${token}`, headers: { 'content-type': 'text/html', 'x-echo': secret } },
      { status: 302, text: '', headers: { location: `https://evil.example/?${token}` } },
      { status: 401, json: { errors: [{ message: token }] } },
    ]
    for (const reply of hostile) {
      await using server = await startFakeWiz({
        token: () => ({ json: { access_token: token } }),
        graphql: () => reply,
      })
      const said: unknown[] = []
      const log = { debug: (...line: unknown[]) => void said.push(line) }
      const wiz = openClient(server, { clientSecret: secret, log })
      const error = await wiz.ask({ document }).then(
        () => {
          throw new Error('did not fail')
        },
        (thrown: unknown) => thrown as Error & { details?: unknown },
      )
      expect(codeOf(error)).not.toBe('internal')
      const shown = JSON.stringify([said, error, error.message, error.stack, error.details, String(error.cause)])
      expect(shown).not.toContain(secret)
      expect(shown).not.toContain(token)
    }
  })
})

describe('a client and its governor', () => {
  it('ING-11 reports refusals, so that everybody slows down', async () => {
    await using server = await startFakeWiz({ graphql: first(complaint('Rate limit exceeded')) })
    const governor = createGovernor({ ledger: memoryLedger() })
    const wiz = openClient(server, { governor, transport: createTransport({ userAgent: 'test' }) })
    await wiz.ask({ document })
    expect(wiz.numbers()).toMatchObject({ refused: 1, passed: 1 })
    expect(wiz.numbers().allowedPerSecond).toBeLessThan(10)
  })

  it('CON-3 waits for a token without counting it as a call to the API', async () => {
    let denied = 2
    await using server = await startFakeWiz({ token: () => (denied-- > 0 ? { status: 429, text: '' } : issueToken()) })
    const wiz = openClient(server)
    await wiz.ask({ document })
    expect(wiz.numbers()).toMatchObject({ refused: 0, calls: 1, repeated: 2 })
  })
})
