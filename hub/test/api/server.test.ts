import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Fatal, Refused, Retriable } from '../../src/errors.ts'
import { ACCESS_OPERATIONS } from '../../src/operations/access/access-operations.ts'
import { type Operation, operation } from '../../src/operations/operation.ts'
import { textStream } from '../../src/operations/text-stream.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

const failures: Record<string, () => Error> = {
  bug: () => new TypeError('secret-inside: cannot read properties of undefined'),
  sql: () => Object.assign(new Error('relation "secret_inside" does not exist'), { code: '42P01' }),
  gone: () => Object.assign(new Error('connect ECONNREFUSED secret-inside'), { code: 'ECONNREFUSED' }),
  missing: () => new Refused('not-found', 'There is no such thing.'),
  later: () => new Retriable('wiz-busy', 'Wiz is busy.', { retryAfterMs: 1500 }),
  broken: () => new Fatal('wrong-credentials', 'The credentials are wrong.', { details: { host: 'x' } }),
}

let chunksMade = 0
let streamEnded = false

async function* endless(signal: AbortSignal) {
  try {
    while (!signal.aborted) {
      chunksMade++
      yield 'x'.repeat(64 * 1024)
    }
  } finally {
    streamEnded = true
  }
}

const own = [
  operation({
    name: 'echo.show',
    about: 'Shows what it was given.',
    access: 'viewer',
    http: 'GET /echo/:id',
    input: z.strictObject({
      id: z.int().positive(),
      flag: z.boolean().default(false),
      size: z.number().nullable().optional(),
      filter: z.array(z.string()).default([]),
      ids: z.array(z.int()).optional(),
      options: z.object({ deep: z.boolean() }).optional(),
      kind: z
        .string()
        .transform((text) => text.toUpperCase())
        .optional(),
    }),
    output: z.record(z.string(), z.unknown()),
    run: async (_context, input) => input,
  }),
  operation({
    name: 'echo.send',
    about: 'Takes many.',
    access: 'operator',
    audit: true,
    http: 'POST /echo/:id/items',
    secrets: ['password'],
    input: z.strictObject({ id: z.string(), items: z.array(z.unknown()).default([]), password: z.string().optional() }),
    output: z.object({ count: z.int() }),
    run: async (_context, { items }) => ({ count: items.length }),
  }),
  operation({
    name: 'failures.show',
    about: 'Fails.',
    access: 'viewer',
    http: 'GET /failures/:name',
    input: z.strictObject({ name: z.string() }),
    output: z.null(),
    async run(_context, { name }) {
      throw failures[name]?.() ?? new Error('unknown')
    },
  }),
  operation({
    name: 'flood',
    about: 'Streams without end.',
    access: 'viewer',
    http: 'GET /flood',
    streams: true,
    input: z.strictObject({ lines: z.int().optional() }),
    output: textStream,
    run: async ({ signal }, { lines }) => ({
      contentType: 'text/csv; charset=utf-8',
      fileName: 'a "b"\r\n.csv',
      chunks:
        lines === undefined
          ? endless(signal)
          : (async function* () {
              for (let n = 0; n < lines; n++) yield `${n}\n`
            })(),
    }),
  }),
] as unknown as Operation[]

let test: TestServer

beforeAll(async () => {
  test = await openTestServer({ operations: [...ACCESS_OPERATIONS, ...own], requestTimeout: 1000 })
  await test.server.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => test.close())

const portOf = () => (test.server.server.address() as AddressInfo).port

describe('inputs', () => {
  it('RUN-2 are read from the path and the query, as the types the operation asks for', async () => {
    const query = 'flag=true&size=1.5&filter=a%3Db&filter=c&ids=7&options=%7B%22deep%22%3Atrue%7D&kind=x'
    const response = await test.ask('viewer', { url: `/api/v1/echo/12?${query}` })
    expect(response.json()).toEqual({
      ...{ id: 12, flag: true, size: 1.5, filter: ['a=b', 'c'], ids: [7], options: { deep: true }, kind: 'X' },
    })
  })

  it.each([
    ['/api/v1/echo/twelve', 'id'],
    ['/api/v1/echo/12;DROP%20TABLE%20app_user', 'id'],
    ['/api/v1/echo/1?flag=yes', 'flag'],
    ['/api/v1/echo/1?flag=true&flag=false', 'flag'],
    ['/api/v1/echo/1?size=0x10', 'size'],
    ['/api/v1/echo/1?size=', 'size'],
    ['/api/v1/echo/1?ids=1&ids=%271%27%20OR%201=1', 'ids.1'],
    ['/api/v1/echo/1?options=%7B', 'options'],
    ['/api/v1/echo/1e400', 'id'],
  ])('are refused by name when they do not fit: %s', async (url, input) => {
    const response = await test.ask('viewer', { url })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'bad-input', detail: expect.stringContaining(`"${input}"`) })
  })

  it.each([
    '/api/v1/echo/1?fliter=x',
    '/api/v1/echo/1?id=2',
    '/api/v1/echo/1?__proto__=x',
    '/api/v1/echo/1?constructor=x',
  ])('are refused when nobody asked for them: %s', async (url) => {
    const response = await test.ask('viewer', { url })
    expect(response.json()).toMatchObject({ code: 'bad-input', detail: expect.stringContaining('There is no input') })
  })

  it('may be an array, where it can stand for one list only', async () => {
    const send = (payload: object) => test.ask('operator', { method: 'POST', url: '/api/v1/echo/x/items', payload })
    const response = await send([1, 2, 3])
    expect(response.statusCode).toBe(202)
    expect(response.json()).toEqual({ count: 3 })
    expect((await send({ items: [1] })).json()).toEqual({ count: 1 })
    const users = await test.ask('admin', { method: 'POST', url: '/api/v1/users', payload: [{ role: 'admin' }] })
    expect(users.json().code).toBe('bad-input')
  })

  it('may be left out altogether', async () => {
    const response = await test.ask('operator', {
      ...{ method: 'POST', url: '/api/v1/echo/x/items', headers: { 'content-type': 'application/json' } },
    })
    expect(response.json()).toEqual({ count: 0 })
  })
})

describe('problems', () => {
  it.each([
    ['missing', 404, 'not-found', 'There is no such thing.'],
    ['broken', 422, 'wrong-credentials', 'The credentials are wrong.'],
    ['bug', 500, 'internal', 'Something went wrong inside Wizbridge.'],
    ['sql', 500, 'internal', 'Something went wrong inside Wizbridge.'],
    ['gone', 503, 'database-unavailable', 'The database cannot be reached.'],
  ])('RUN-2 say what to do next, and nothing about the inside: %s', async (name, status, code, detail) => {
    const response = await test.ask('viewer', { url: `/api/v1/failures/${name}` })
    expect(response.statusCode).toBe(status)
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(response.json()).toMatchObject({
      type: 'about:blank',
      status,
      code,
      detail: expect.stringContaining(detail),
    })
    expect(response.body).not.toMatch(/secret.inside|node_modules|\.ts:/)
  })

  it('say how long to wait, where that is known', async () => {
    const response = await test.ask('viewer', { url: '/api/v1/failures/later' })
    expect(response.headers['retry-after']).toBe('2')
    expect(response.statusCode).toBe(503)
  })

  it.each([
    ['no such path', { url: '/api/v1/nothing' }, 404, 'not-found'],
    ['no such method', { method: 'PUT', url: '/api/v1/me' }, 404, 'not-found'],
    ['a path outside', { url: '/api/v1/../../etc/passwd' }, 404, 'not-found'],
    ['an encoded path outside', { url: '/docs/static/..%2f..%2f..%2fpackage.json' }, 404, 'not-found'],
    ['a badly encoded path', { url: '/api/v1/users/%ff' }, 400, 'bad-request'],
    ['bad JSON', { payload: '{"role":', type: 'application/json' }, 400, 'bad-json'],
    ['a poisoned prototype', { payload: '{"__proto__":{"role":"admin"}}', type: 'application/json' }, 400, 'bad-json'],
    ['another type', { payload: '<user/>', type: 'application/xml' }, 415, 'unsupported-media-type'],
    ['a form', { payload: 'role=admin', type: 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    [
      'a large body',
      { payload: JSON.stringify({ name: 'x'.repeat(1_100_000) }), type: 'application/json' },
      413,
      'body-too-large',
    ],
    [
      'a NUL',
      { payload: JSON.stringify({ role: 'viewer', name: 'a\0b' }), type: 'application/json' },
      400,
      'bad-input',
    ],
    [
      'endless nesting',
      { payload: `{"name":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, type: 'application/json' },
      400,
      'bad-input',
    ],
    ['a number for a word', { payload: '{"role":1}', type: 'application/json' }, 400, 'bad-input'],
    ['null', { payload: 'null', type: 'application/json' }, 400, 'bad-input'],
  ])('come with a code for %s', async (_what, {
    type,
    ...request
  }: { type?: string; url?: string; method?: string; payload?: string }, status, code) => {
    const response = await test.ask('admin', {
      url: request.url ?? '/api/v1/api-keys',
      method: (request.method ?? (request.payload ? 'POST' : 'GET')) as 'GET',
      ...(request.payload && { payload: request.payload, headers: { 'content-type': type } }),
    })
    expect([response.statusCode, response.json().code]).toEqual([status, code])
    expect(response.json().detail.length).toBeLessThan(300)
  })

  it.each([
    ["' OR 1=1 --", 'name'],
    ['$(reboot)', 'name'],
    ['<script>alert(1)</script>', 'name'],
    ['=cmd|calc', 'name'],
    ['\u202Eevil', 'name'],
  ])('do not come from texts that are merely odd: %s', async (name) => {
    const created = await test.ask('admin', {
      method: 'POST',
      url: '/api/v1/api-keys',
      payload: { role: 'viewer', name },
    })
    expect(created.json()).toMatchObject({ name, role: 'viewer' })
    expect(created.headers['content-type']).toBe('application/json; charset=utf-8')
  })

  it('come for credentials that are none', async () => {
    for (const authorization of [
      'Bearer',
      'Bearer x',
      `Bearer wzb_${'x'.repeat(43)}`,
      'Basic YTpi',
      'Bearer a, Bearer b',
      "Bearer ' OR ''='",
    ]) {
      const response = await test.server.inject({ url: '/api/v1/me', headers: { authorization } })
      expect([response.statusCode, response.json().code]).toEqual([401, 'not-signed-in'])
      expect(response.headers['www-authenticate']).toBe('Bearer')
    }
    for (const cookie of [
      'wizbridge=',
      'wizbridge',
      'wizbridge=x; wizbridge=y',
      ';;;=',
      `wizbridge=${'x'.repeat(5000)}`,
    ]) {
      expect((await test.server.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode).toBe(401)
    }
  })
})

/** Sends bytes over a socket and gives what comes back until the other side hangs up. */
async function talk(...parts: string[]): Promise<string> {
  const socket = connect(portOf(), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return answer
}

describe('the server', () => {
  it.each([
    ['what is no HTTP', ['\x16\x03\x01\x02\x00\x01garbage\r\n\r\n'], 400, 'bad-request'],
    [
      'two lengths',
      ['POST /api/v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
      400,
      'bad-request',
    ],
    ['endless headers', [`GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`], 431, 'headers-too-large'],
    ['headers that never end', ['GET /api/v1/me HTTP/1.1\r\nHost: x\r\nSlow: '], 408, 'too-slow'],
    [
      'a body that never ends',
      [
        'POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
      ],
      408,
      'too-slow',
    ],
  ])('answers %s and hangs up', async (_what, parts, status, code) => {
    const answer = await talk(...parts)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain(`"code":"${code}"`)
    expect((await fetch(`http://127.0.0.1:${portOf()}/healthz`)).status).toBe(200)
  })

  it('keeps a line of a header out of the headers', async () => {
    const response = await test.ask('viewer', { url: '/api/v1/flood?lines=3' })
    expect(response.headers['content-disposition']).toBe('attachment; filename="a__b___.csv"')
    expect(response.body).toBe('0\n1\n2\n')
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
  })

  it('makes no more of a stream than its reader takes, and stops when the reader goes', async () => {
    const socket = connect(portOf(), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`GET /api/v1/flood HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${test.key('viewer')}\r\n\r\n`)
    await once(socket, 'data')
    socket.pause()
    // What fits into the buffers of both sides is made; then nothing moves.
    let before = -1
    while (before !== chunksMade) {
      before = chunksMade
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(chunksMade).toBeLessThan(1000)
    socket.destroy()
    await expect.poll(() => streamEnded).toBe(true)
  })

  it('sends the headers that protect a browser', async () => {
    const { headers } = await test.server.inject({ url: '/api/v1/auth' })
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';manifest-src 'self';worker-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers['strict-transport-security']).toBeUndefined()
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers.server).toBeUndefined()
  })

  it('RUN-5 tells whether it lives and whether it can work', async () => {
    expect((await test.server.inject('/healthz')).json()).toEqual({ status: 'ok' })
    const ready = await test.server.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { status: 'ready', database: 'ok', migrations: 'ok', key: 'ok' },
    ])
    await test.app.store.pool.query("UPDATE schema_migration SET name = 'gone' WHERE name = '0003-access.sql'")
    const behind = await test.server.inject('/readyz')
    await test.app.store.pool.query("UPDATE schema_migration SET name = '0003-access.sql' WHERE name = 'gone'")
    expect([behind.statusCode, behind.json().migrations]).toEqual([503, 'failed'])
  })
})

describe('limits', () => {
  it('hold for each key by itself', async () => {
    const limited = await openTestServer({ requestsPerMinute: 3 })
    const ask = (as: 'viewer' | 'admin') => limited.ask(as, { url: '/api/v1/me' })
    const statuses = [await ask('viewer'), await ask('viewer'), await ask('viewer')].map((answer) => answer.statusCode)
    const refused = await ask('viewer')
    expect([...statuses, refused.statusCode, (await ask('admin')).statusCode]).toEqual([200, 200, 200, 429, 200])
    expect(refused.json()).toMatchObject({
      code: 'too-many-requests',
      detail: expect.stringMatching(/Wait \d+ seconds/),
    })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await limited.server.inject('/healthz')).statusCode).toBe(200)
    await limited.close()
  })
})

describe('what is done', () => {
  it('RUN-4 is written down with who did it, also when it was refused, and never with a secret', async () => {
    const send = (as: 'operator' | 'viewer', payload: object) =>
      test.ask(as, { method: 'POST', url: '/api/v1/echo/thing/items', payload })
    await send('operator', { items: [1], password: 'hunter2-hunter2' })
    await send('viewer', { items: [2] })
    await send('operator', { items: 'no list' })
    const { rows } = await test.app.store.pool.query(
      "SELECT actor, target, outcome, address, details FROM audit_entry WHERE action = 'echo.send' ORDER BY seq DESC LIMIT 3",
    )
    expect(rows).toEqual([
      {
        ...{ actor: 'key:test operator#2', target: 'thing', outcome: 'refused', address: '127.0.0.1' },
        details: { error: 'bad-input', input: { id: 'thing', items: 'no list' } },
      },
      {
        ...{ actor: 'key:test viewer#1', target: 'thing', outcome: 'refused', address: '127.0.0.1' },
        details: { error: 'not-allowed', input: { id: 'thing', items: [2] } },
      },
      {
        ...{ actor: 'key:test operator#2', target: 'thing', outcome: 'done', address: '127.0.0.1' },
        details: { input: { id: 'thing', items: [1] } },
      },
    ])
    const verdict = await test.ask('admin', { url: '/api/v1/audit/verification' })
    expect(verdict.json()).toMatchObject({ intact: true, brokenAt: null })
  })
})
