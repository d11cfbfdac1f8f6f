import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ACCESS_OPERATIONS } from '../../src/operations/access/access-operations.ts'
import { flood, ODD_OPERATIONS } from './odd-operations.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

let test: TestServer

beforeAll(async () => {
  test = await openTestServer({ operations: [...ACCESS_OPERATIONS, ...ODD_OPERATIONS], requestTimeout: 1000 })
  await test.server.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => test.close())

const portOf = () => (test.server.server.address() as AddressInfo).port

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
    while (before !== flood.chunks) {
      before = flood.chunks
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(flood.chunks).toBeLessThan(1000)
    socket.destroy()
    await expect.poll(() => flood.hasEnded).toBe(true)
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

  it('RUN-5 calls nothing failed that could not be asked while the database is away', async () => {
    const { pool } = test.app.store
    const refused = async () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
    const away = [
      vi.spyOn(pool, 'query').mockImplementation(refused),
      vi.spyOn(pool, 'connect').mockImplementation(refused),
    ]
    const answer = await test.server.inject('/readyz')
    for (const each of away) each.mockRestore()
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: 'not ready', database: 'failed', migrations: 'unknown', key: 'unknown' },
    ])
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
