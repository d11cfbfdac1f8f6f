import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApiKey, revokeApiKey } from '../../src/access/api-keys.ts'
import { Refused } from '../../src/errors.ts'
import { operation } from '../../src/operations/operation.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

let run = { id: 7, status: 'running', fetched: 0 }
let looks = 0

const progress = operation({
  name: 'runs.progress',
  about: 'Shows a run.',
  access: 'viewer',
  http: 'GET /runs/:id/progress',
  input: z.strictObject({ id: z.int() }),
  output: z.object({ id: z.int(), status: z.string(), fetched: z.int() }),
  async run(_context, { id }) {
    looks++
    if (id !== run.id) throw new Refused('not-found', `There is no run ${id}.`)
    return run
  },
})

let test: TestServer
let base: string

beforeAll(async () => {
  test = await openTestServer({ operations: [progress], eventPace: { look: 10, heartbeat: 60 } })
  await test.server.listen({ host: '127.0.0.1', port: 0 })
  base = `http://127.0.0.1:${(test.server.server.address() as AddressInfo).port}`
})
afterAll(() => test.close())
beforeEach(() => {
  run = { id: 7, status: 'running', fetched: 0 }
})

function follow(id: number, headers: Record<string, string> = {}, signal?: AbortSignal) {
  const authorization = `Bearer ${test.key('viewer')}`
  return fetch(`${base}/api/v1/runs/${id}/events`, { headers: { authorization, ...headers }, signal: signal ?? null })
}

/** The lines of a stream, one by one. */
function linesOf(response: Response) {
  if (!response.body) throw new Error('There is no body.')
  return createInterface({ input: Readable.fromWeb(response.body) })[Symbol.asyncIterator]()
}

async function until(lines: AsyncIterator<string>, found: (line: string) => boolean): Promise<string> {
  for (let next = await lines.next(); !next.done; next = await lines.next()) if (found(next.value)) return next.value
  throw new Error('The stream ended.')
}

describe('the events of a run', () => {
  it('RUN-1 tell each step, and end with the run', async () => {
    const response = await follow(7)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const lines = linesOf(response)
    expect(await until(lines, (line) => line.startsWith('data'))).toBe('data: {"id":7,"status":"running","fetched":0}')
    run = { ...run, fetched: 500 }
    expect(await until(lines, (line) => line.startsWith('data'))).toContain('"fetched":500')
    run = { ...run, status: 'complete' }
    expect(await until(lines, (line) => line.startsWith('data'))).toContain('"status":"complete"')
    const rest: string[] = []
    for (let next = await lines.next(); !next.done; next = await lines.next()) rest.push(next.value)
    expect(rest.join('\n')).toMatch(/event: end\nid: [\w-]+\ndata: \{"status":"complete"\}/)
  })

  it('keep a silent line alive', async () => {
    const lines = linesOf(await follow(7))
    expect(await until(lines, (line) => line.startsWith(':'))).toBe(': still here')
    run = { ...run, status: 'failed' }
    await until(lines, (line) => line === 'event: end')
  })

  it('go on after the last one that was heard, and are over when the end was', async () => {
    const lines = linesOf(await follow(7))
    const id = (await until(lines, (line) => line.startsWith('id'))).slice('id: '.length)
    const again = linesOf(await follow(7, { 'last-event-id': id }))
    run = { ...run, fetched: 9, status: 'cancelled' }
    expect(await until(again, (line) => line.startsWith('data'))).toContain('"fetched":9')
    const last = (await until(linesOf(await follow(7)), (line) => line.startsWith('id'))).slice('id: '.length)
    expect((await follow(7, { 'last-event-id': last })).status).toBe(204)
  })

  it('are refused with a status to whoever may not see the run', async () => {
    expect((await follow(8)).status).toBe(404)
    expect((await follow(7, { authorization: '' })).status).toBe(401)
    expect((await test.ask('viewer', { url: '/api/v1/runs/x/events' })).statusCode).toBe(400)
  })

  it('stop for a key that is revoked meanwhile', async () => {
    const { id, key } = await createApiKey(test.app.store, { name: 'short', role: 'viewer' }, 'test')
    const lines = linesOf(await follow(7, { authorization: `Bearer ${key}` }))
    await until(lines, (line) => line.startsWith('data'))
    await revokeApiKey(test.app.store, id)
    await expect(until(lines, () => false)).rejects.toThrow('The stream ended.')
  })

  it('stop being looked for when nobody listens', async () => {
    const gone = new AbortController()
    const lines = linesOf(await follow(7, {}, gone.signal))
    await until(lines, (line) => line.startsWith('data'))
    gone.abort()
    let before = -1
    await expect
      .poll(
        () => {
          const still = before === looks
          before = looks
          return still
        },
        { interval: 50 },
      )
      .toBe(true)
  })

  it('cannot be followed without end by one caller', async () => {
    const gone = new AbortController()
    const answers = await Promise.all(Array.from({ length: 24 }, () => follow(7, {}, gone.signal)))
    expect(answers.filter((answer) => answer.status === 200).length).toBeLessThanOrEqual(20)
    expect(answers.some((answer) => answer.status === 429)).toBe(true)
    gone.abort()
  })

  it('do not keep a server from closing', async () => {
    const other = await openTestServer({ operations: [progress], eventPace: { look: 10, heartbeat: 60 } })
    await other.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = other.server.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${other.key('viewer')}` }
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/runs/7/events`, { headers })
    expect(response.status).toBe(200)
    const ended = response.text().catch(() => 'cut')
    await other.close()
    expect(await ended).toBeTypeOf('string')
  })
})
