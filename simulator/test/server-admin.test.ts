import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { askIssues, tokenOf } from './client.ts'

describe('controls over HTTP', () => {
  let simulator: Simulator
  let token: string
  beforeAll(async () => {
    simulator = await startSimulator({ issues: 40, rate: { perSecond: null } })
    token = await tokenOf(simulator)
  })
  afterAll(() => simulator.close())

  async function control(method: string, name: string, body?: unknown): Promise<[number, Record<string, unknown>]> {
    const init = { method, body: body === undefined ? null : JSON.stringify(body) }
    const answer = await fetch(`${simulator.url}/_simulator/${name}`, init)
    return [answer.status, JSON.parse(await answer.text())]
  }

  it('RUN-6 tells that it is well', async () => {
    expect(await control('GET', 'health')).toMatchObject([200, { status: 'ok', issues: 40, load: null }])
  })

  it('RUN-6 switches faults on, lists and clears them', async () => {
    const spec = { fault: 'gateway-error', status: 502, times: 1 }
    expect(await control('POST', 'faults', spec)).toMatchObject([200, { active: [{ spec, fired: 0 }] }])
    expect((await askIssues(simulator, token, { first: 1 })).status).toBe(502)
    const [, listed] = await control('GET', 'faults')
    expect(listed.active).toMatchObject([{ spec, seen: 1, fired: 1 }])
    expect(listed.known).toContainEqual(expect.objectContaining({ name: 'stall', params: { ms: 120_000 } }))
    await control('POST', 'faults', [{ fault: 'stall' }, { fault: 'data-null' }])
    expect(simulator.faults.list()).toHaveLength(3)
    await control('DELETE', 'faults')
    expect(simulator.faults.list()).toHaveLength(0)
  })

  it('RUN-6 shows and clears the journal', async () => {
    await askIssues(simulator, token, { first: 1 })
    const [, journal] = await control('GET', 'journal')
    expect(journal.calls).toContainEqual(expect.objectContaining({ roots: ['issuesV2'], status: 200 }))
    await control('DELETE', 'journal')
    expect(await control('GET', 'journal?summary')).toMatchObject([200, { calls: 0 }])
  })

  it('RUN-6 moves the clocks on', async () => {
    const before = simulator.world.now().getTime()
    await control('POST', 'clock', { advanceMs: 60_000 })
    expect(simulator.world.now().getTime() - before).toBeGreaterThanOrEqual(60_000)
  })

  it('RUN-6 changes the world', async () => {
    const { issues } = simulator.world
    const [id = '', other = ''] = [...issues.ids()]
    const count = issues.count()
    const change = (body: object) => control('POST', 'world', { collection: 'issues', ...body })
    expect(await change({ action: 'remove', id })).toEqual([200, { changed: true, count: count - 1 }])
    expect(await change({ action: 'update', id: other, patch: { status: 'REJECTED' } })).toMatchObject([
      200,
      { changed: other },
    ])
    expect(issues.get(other)?.status).toBe('REJECTED')
    expect(await change({ action: 'add' })).toMatchObject([200, { count }])
    const [, { changed }] = await change({ action: 'shrink', fraction: 0.5 })
    expect(issues.count()).toBe(count - Number(changed))
  })

  it('RUN-6 changes accounts and limits, and revokes tokens', async () => {
    const { clientId } = simulator
    expect(await control('POST', 'accounts', { clientId, scopes: ['read:projects'] })).toMatchObject([
      200,
      { scopes: ['read:projects'] },
    ])
    expect((await askIssues(simulator, token, { first: 1 })).json().errors?.[0]?.extensions.code).toBe('UNAUTHORIZED')
    await control('POST', 'rate', { perSecond: 1, form: 'http-429' })
    await askIssues(simulator, token, { first: 1 })
    expect((await askIssues(simulator, token, { first: 1 })).status).toBe(429)
    expect(await control('POST', 'tokens', { revoke: clientId })).toEqual([200, { revoked: 1 }])
    expect((await askIssues(simulator, token, { first: 1 })).status).toBe(401)
  })

  it.each([
    ['GET', 'nothing', undefined, 404],
    ['POST', 'faults', { fault: 'nothing' }, 400],
    ['POST', 'clock', { advanceMs: 'soon' }, 400],
    ['POST', 'world', { collection: 'nothing', action: 'shrink', fraction: 1 }, 400],
    ['POST', 'world', { collection: 'issues', action: 'explode' }, 400],
    ['POST', 'load', { change: 0.1 }, 400],
    ['POST', 'accounts', {}, 400],
    ['POST', 'accounts', { clientId: 'new', clientSecret: 'x', scopes: 'read:issues' }, 400],
    ['POST', 'rate', 'no object', 400],
    ['POST', 'rate', { perSecond: 'many' }, 400],
    ['POST', 'rate', { form: 'smoke' }, 400],
  ])('refuses %s %s %j with a sentence', async (method, name, body, status) => {
    expect(await control(method, name, body)).toEqual([status, { error: expect.stringMatching(/\w+ .*\./) }])
  })
})
