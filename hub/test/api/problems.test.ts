import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACCESS_OPERATIONS } from '../../src/operations/access/access-operations.ts'
import { ODD_OPERATIONS } from './odd-operations.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

let test: TestServer

beforeAll(async () => {
  test = await openTestServer({ operations: [...ACCESS_OPERATIONS, ...ODD_OPERATIONS] })
})
afterAll(() => test.close())

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
