import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { askIssues, requestToken, tokenOf } from './client.ts'

const SECOND_ACCOUNT = { clientId: 'second', clientSecret: 'second-secret', scopes: ['read:projects'], disabled: true }

describe('token endpoint', () => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator({ issues: 20, rate: { perSecond: null } })
  })
  afterAll(() => simulator.close())

  it('CON-3 gives a bearer token for 900 seconds, and a refresh token nobody needs', async () => {
    const answer = await requestToken(simulator)
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.any(String),
      expires_in: 900,
      token_type: 'Bearer',
    })
  })

  it('CON-3 tells data centre and scopes in a payload that is base64url, not base64', async () => {
    const payload = (await tokenOf(simulator)).split('.')[1] ?? ''
    expect(payload).toMatch(/-/)
    expect(payload).toMatch(/_/)
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    expect(claims).toMatchObject({ dc: 'us1', sub: simulator.clientId })
    expect(claims.scopes).toEqual(
      expect.arrayContaining([
        'read:issues',
        'read:vulnerabilities',
        'create:reports',
        'create:external_data_ingestion',
      ]),
    )
  })

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['an unknown id', { client_id: 'nobody' }],
    ['the audience of the other identity provider', { audience: 'beyond-api' }],
  ])('CON-4 refuses %s with 400 access_denied', async (_name, changes) => {
    const answer = await requestToken(simulator, changes)
    expect(answer.status).toBe(400)
    expect(answer.json()).toEqual({ error: 'access_denied', error_description: 'Unauthorized' })
  })

  it.each([
    ['a missing audience', { audience: undefined }, {}],
    ['an extra field', { scope: 'read:issues' }, {}],
    ['a JSON body', {}, { headers: { 'content-type': 'application/json' }, body: '{}' }],
    ['another grant', { grant_type: 'refresh_token' }, {}],
    ['GET', {}, { method: 'GET', body: null }],
  ])('refuses %s as a wrong request', async (_name, changes, init) => {
    const answer = await requestToken(simulator, changes, init)
    expect([400, 405]).toContain(answer.status)
    expect(JSON.parse(answer.text).error).toMatch(/invalid_request|unsupported_grant_type/)
  })

  it('never shows a secret in the journal', async () => {
    await requestToken(simulator)
    expect(JSON.stringify(simulator.journal.tokens)).not.toContain(simulator.clientSecret)
  })
})

describe('token variants', () => {
  it('CON-2 speaks Auth0 with the audience beyond-api', async () => {
    const simulator = await startSimulator({ issues: 20, idp: 'auth0' })
    expect((await requestToken(simulator)).status).toBe(400)
    expect((await requestToken(simulator, { audience: 'beyond-api' })).status).toBe(200)
    await simulator.close()
  })

  it('lets any audience pass when told to', async () => {
    const simulator = await startSimulator({ issues: 20, strictAudience: false })
    expect((await requestToken(simulator, { audience: 'beyond-api' })).status).toBe(200)
    await simulator.close()
  })

  it('CON-4 refuses with 401 when told to, and refuses disabled accounts', async () => {
    const simulator = await startSimulator({ issues: 20, tokenErrorStatus: 401, accounts: [SECOND_ACCOUNT] })
    expect((await requestToken(simulator)).status).toBe(401)
    simulator.accounts.update('second', { disabled: false })
    expect((await requestToken(simulator)).status).toBe(200)
    await simulator.close()
  })

  it('CON-3 lets tokens expire by its clock, which can be moved', async () => {
    const simulator = await startSimulator({ issues: 20, tokenSeconds: 60 })
    const token = await tokenOf(simulator)
    simulator.advance(59_000)
    expect((await askIssues(simulator, token, { first: 1 })).status).toBe(200)
    simulator.advance(1_000)
    expect((await askIssues(simulator, token, { first: 1 })).status).toBe(401)
    expect((await askIssues(simulator, await tokenOf(simulator), { first: 1 })).status).toBe(200)
    await simulator.close()
  })

  it('CON-3 revokes tokens, of one account or of all, and tells it in either form', async () => {
    const simulator = await startSimulator({ issues: 20, unauthenticated: 'graphql' })
    const token = await tokenOf(simulator)
    expect(simulator.tokens.revokeAll('somebody-else')).toBe(0)
    expect(simulator.tokens.revokeAll(simulator.clientId)).toBe(1)
    const answer = await askIssues(simulator, token, { first: 1 })
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    await simulator.close()
  })

  it('stops the tokens of an account that is disabled', async () => {
    const simulator = await startSimulator({ issues: 20 })
    const token = await tokenOf(simulator)
    simulator.accounts.update(simulator.clientId, { disabled: true })
    expect((await askIssues(simulator, token, { first: 1 })).status).toBe(401)
    await simulator.close()
  })
})
