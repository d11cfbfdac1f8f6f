import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { askIssues, ISSUES, pageOf, post, tokenOf, walkIssues } from './client.ts'

const NOTE = 'mutation($id: ID!) { createIssueNote(input: {issueId: $id, text: "seen"}) { issueNote { id } } }'

/** Sends headers that fetch would not let pass, and lists those of the answer. */
function rawPost(simulator: Simulator, headers: Record<string, string>, body: string) {
  return new Promise<{ status: number; encoding: string | undefined }>((resolve, reject) => {
    const call = request(simulator.apiUrl, { method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, encoding: response.headers['content-encoding'] }),
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}

describe('GraphQL endpoint', () => {
  let simulator: Simulator
  let token: string
  beforeAll(async () => {
    simulator = await startSimulator({ issues: 30, rate: { perSecond: null, concurrency: null } })
    token = await tokenOf(simulator)
  })
  beforeEach(() => simulator.journal.clear())
  afterAll(() => simulator.close())

  it('ING-8 walks page by page to exactly what the world holds', async () => {
    const ids = await walkIssues(simulator, token, { first: 7 })
    expect(ids.toSorted()).toEqual([...simulator.world.snapshot('issuesV2')].sort())
    expect(simulator.journal.calls.map((call) => call.page)).toEqual([1, 2, 3, 4, 5])
  })

  it('refuses what is not a POST of JSON with a User-Agent and a bearer token', async () => {
    const body = JSON.stringify({ query: ISSUES, variables: { first: 1 } })
    expect((await post(simulator, 'wrong', body)).status).toBe(401)
    expect((await post(simulator, token, body, { authorization: '' })).status).toBe(401)
    expect((await post(simulator, token, body, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post(simulator, token, 'no json')).status).toBe(400)
    expect((await post(simulator, token, undefined, {}, { method: 'GET', body: null })).status).toBe(405)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    expect((await rawPost(simulator, headers, body)).status).toBe(403)
  })

  it('answers a malformed document with HTTP 400 and errors', async () => {
    const answer = await post(simulator, token, { query: 'query {' })
    expect(answer.status).toBe(400)
    expect(answer.json().errors).toHaveLength(1)
    expect((await post(simulator, token, { query: '{ issuesV2(first: 1) { nodes { nonsense } } }' })).status).toBe(400)
  })

  it('compresses for those who accept it only', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const body = JSON.stringify({ query: ISSUES, variables: { first: 5 } })
    expect((await rawPost(simulator, { ...headers, 'accept-encoding': 'gzip' }, body)).encoding).toBe('gzip')
    expect((await rawPost(simulator, headers, body)).encoding).toBeUndefined()
  })

  it('CON-4 refuses a token of another region, told by the host name of the API', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const body = JSON.stringify({ query: ISSUES, variables: { first: 1 } })
    expect((await rawPost(simulator, { ...headers, host: 'api.us1.app.wiz.io' }, body)).status).toBe(200)
    expect((await rawPost(simulator, { ...headers, host: 'api.eu2.app.wiz.io' }, body)).status).toBe(401)
  })

  it('CON-4 obeys the scopes and the visibility of the account', async () => {
    const [project] = simulator.world.projects.ids()
    simulator.accounts.add({
      clientId: 'narrow',
      clientSecret: 'x',
      scopes: ['read:issues'],
      projectIds: [String(project)],
    })
    const narrow = await tokenOf(simulator, { client_id: 'narrow', client_secret: 'x' })
    const ids = await walkIssues(simulator, narrow, { first: 100 })
    const account = { clientId: 'narrow', scopes: new Set(['read:issues']), projectIds: [String(project)] }
    expect(ids.toSorted()).toEqual([...simulator.world.snapshot('issuesV2', account)].sort())
    expect(ids.length).toBeLessThan(30)
    const denied = await post(simulator, narrow, { query: '{ projects(first: 1) { nodes { id } } }' })
    expect(denied.json()).toMatchObject({
      data: { projects: null },
      errors: [{ extensions: { code: 'UNAUTHORIZED' } }],
    })
  })

  it('writes down every call', async () => {
    await askIssues(simulator, token, { first: 3 })
    await post(simulator, 'wrong', { query: ISSUES, variables: { first: 2 } })
    expect(simulator.journal.calls).toMatchObject([
      {
        account: simulator.clientId,
        userAgent: 'wizbridge/test/1',
        operation: 'Issues',
        kind: 'query',
        roots: ['issuesV2'],
        variables: { first: 3 },
        first: 3,
        after: null,
        page: 1,
        status: 200,
        code: null,
        faults: [],
      },
      { account: null, status: 401, roots: ['issuesV2'] },
    ])
    expect(simulator.journal.summary()).toMatchObject({
      calls: 2,
      byRoot: { issuesV2: 2 },
      byStatus: { 200: 1, 401: 1 },
      byAccount: { [simulator.clientId]: { calls: 1 } },
    })
  })

  it('notices a mutation that is sent again', async () => {
    simulator.accounts.add({ clientId: 'writer', clientSecret: 'x', scopes: ['write:comments'] })
    const writer = await tokenOf(simulator, { client_id: 'writer', client_secret: 'x' })
    const [first, second] = [...simulator.world.issues.ids()]
    for (const id of [first, second, first]) await post(simulator, writer, { query: NOTE, variables: { id } })
    expect(simulator.journal.calls.map((call) => call.repeats)).toEqual([0, 0, 1])
    expect(simulator.journal.summary().repeatedMutations).toBe(1)
  })

  it('counts tokens, and is empty once cleared', async () => {
    await tokenOf(simulator)
    await tokenOf(simulator, { client_secret: 'wrong' }).catch(() => undefined)
    expect(simulator.journal.summary()).toMatchObject({ tokens: 1, tokenRefusals: 1 })
    simulator.journal.clear()
    expect(simulator.journal.summary()).toMatchObject({ calls: 0, tokens: 0, tokenRefusals: 0, byRoot: {} })
  })

  it('keeps to the latency it was given', async () => {
    const slow = await startSimulator({ issues: 20, latencyMs: 30, rate: { perSecond: null, concurrency: null } })
    const slowToken = await tokenOf(slow)
    await Promise.all(Array.from({ length: 5 }, () => askIssues(slow, slowToken, { first: 1 })))
    // setTimeout may fire a millisecond early.
    expect(Math.min(...slow.journal.calls.map((call) => call.ms ?? 0))).toBeGreaterThanOrEqual(29)
    expect(slow.journal.summary().maxConcurrency).toBeGreaterThan(1)
    await slow.close()
  })

  it('frees a caller that hangs when it is closed', async () => {
    const doomed = await startSimulator({ issues: 20, faults: [{ fault: 'stall' }] })
    const hanging = askIssues(doomed, await tokenOf(doomed), { first: 1 })
    const outcome = expect(hanging).rejects.toThrow()
    await expect.poll(() => doomed.journal.calls.length).toBe(1)
    await doomed.close()
    await outcome
    expect(doomed.journal.calls[0]?.status).toBeNull()
  })

  it('gives pages that a client can read as JSON at any size', async () => {
    expect(pageOf(await askIssues(simulator, token, { first: 30 })).nodes).toHaveLength(30)
  })
})

describe('time', () => {
  it('passes in the world by itself unless told not to', async () => {
    const now = new Date('2026-01-01T00:00:00Z')
    const still = await startSimulator({ issues: 20, now, live: false })
    const live = await startSimulator({ issues: 20, now })
    const moves = async (simulator: Simulator) => {
      await tokenOf(simulator)
      return simulator.world.now().getTime() > now.getTime()
    }
    await expect.poll(() => moves(live), { timeout: 5_000 }).toBe(true)
    expect(await moves(still)).toBe(false)
    await Promise.all([live.close(), still.close()])
  })
})
