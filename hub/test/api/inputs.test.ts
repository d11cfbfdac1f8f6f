import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACCESS_OPERATIONS } from '../../src/operations/access/access-operations.ts'
import { ODD_OPERATIONS } from './odd-operations.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

let test: TestServer

beforeAll(async () => {
  test = await openTestServer({ operations: [...ACCESS_OPERATIONS, ...ODD_OPERATIONS] })
})
afterAll(() => test.close())

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
