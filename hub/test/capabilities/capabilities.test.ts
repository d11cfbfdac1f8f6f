import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FaultSpec, Simulator, SimulatorOptions } from 'wizbridge-simulator'
import { Fatal } from '../../src/errors.ts'
import { type Capabilities, findCapabilities } from '../../src/ingest/capabilities.ts'
import { checkConnection } from '../../src/operations/connections/check.ts'
import { verifyAccount } from '../../src/operations/connections/open-account.ts'
import { showConnection } from '../../src/operations/connections/show.ts'
import { testConnection } from '../../src/operations/connections/test.ts'
import { openWiz } from '../../src/wiz/client.ts'
import { createGovernor, memoryLedger } from '../../src/wiz/governor.ts'
import { createTransport, type Transport, type TransportOptions } from '../../src/wiz/transport.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask } from '../operations/ask.ts'
import { connect, startTenant } from '../tenant.ts'

let simulator: Simulator

afterEach(() => simulator?.close())

/** What an account can do at a simulator of its own. */
async function find(
  options: SimulatorOptions = {},
  more: {
    apiUrl?: string
    clientSecret?: string
    transport?: Partial<TransportOptions>
    projects?: string[]
    patienceMs?: number
  } = {},
): Promise<Capabilities> {
  simulator = await startTenant(options)
  const transport = createTransport({ userAgent: 'test/wizbridge/0', ...more.transport })
  const { apiUrl = simulator.apiUrl, clientSecret = simulator.clientSecret } = more
  const wiz = openWiz({
    apiUrl,
    tokenUrl: more.apiUrl ? undefined : simulator.tokenUrl,
    clientId: simulator.clientId,
    clientSecret,
    governor: createGovernor({ ledger: memoryLedger() }),
    transport,
    wait: async () => undefined,
  })
  try {
    const scope = more.projects ? { projects: more.projects } : {}
    const { patienceMs } = more
    return await findCapabilities(wiz, scope, new AbortController().signal, patienceMs ? { patienceMs } : {})
  } finally {
    await transport.close()
  }
}

const account = (more: Record<string, unknown>) => ({
  accounts: [{ clientId: 'client', clientSecret: 'secret', ...more }],
})
const kindOf = (found: Pick<Capabilities, 'kinds'>, name: string) => found.kinds.find(({ kind }) => kind === name)

describe('what is wrong', () => {
  const CASES: [string, 'credentials' | 'endpoint' | 'region', string, RegExp, () => Promise<Capabilities>][] = [
    ['wrong secret', 'credentials', 'wrong-credentials', /copy both again/, () => find({}, { clientSecret: 'wrong' })],
    [
      'disabled account',
      'credentials',
      'account-disabled',
      /enable it in Wiz/,
      () => find({ faults: [{ fault: 'token-account-disabled' }] }),
    ],
    [
      'expired account',
      'credentials',
      'account-disabled',
      /create a new one/,
      () => find({ faults: [{ fault: 'token-account-expired' }] }),
    ],
    [
      'token of another region',
      'region',
      'wrong-region',
      /API URL is of another region/,
      () => find({ faults: [{ fault: 'token-wrong-region' }] }),
    ],
    [
      'IP address not allowed',
      'endpoint',
      'ip-not-allowed',
      /IP allow list/,
      () => find({ faults: [{ fault: 'ip-not-allowed' }] }),
    ],
    [
      'name that does not resolve',
      'endpoint',
      'dns',
      /cannot be resolved/,
      () => find({}, { apiUrl: 'https://nowhere.invalid', transport: { allowHosts: [NOWHERE] } }),
    ],
    [
      'port that nobody listens on',
      'endpoint',
      'connection-refused',
      /outgoing HTTPS/,
      () => find({}, { apiUrl: 'http://127.0.0.1:1/graphql' }),
    ],
    [
      'proxy that is away',
      'endpoint',
      'proxy',
      /check HTTPS_PROXY/,
      () =>
        find(
          {},
          {
            apiUrl: 'https://nowhere.invalid',
            transport: { allowHosts: [NOWHERE], proxy: 'http://127.0.0.1:1' },
          },
        ),
    ],
    [
      'endpoint that does not answer',
      'endpoint',
      'timeout',
      /did not answer within/,
      () => find({ faults: [{ fault: 'stall' }] }, { transport: { timeoutMs: 300 } }),
    ],
    [
      'endpoint that nobody wants to wait for any longer',
      'endpoint',
      'timeout',
      /within 0.3 seconds: check that it is the right URL/,
      () => find({ faults: [{ fault: 'stall' }] }, { patienceMs: 300 }),
    ],
    [
      'Wiz that is down',
      'endpoint',
      'unavailable',
      /Try again in some minutes/,
      () => find({ faults: [{ fault: 'gateway-error' }] }),
    ],
    [
      'gateway that forbids everything',
      'endpoint',
      'not-wiz',
      /answers 403, but not as the Wiz API does: check the API URL/,
      () => find({ faults: [{ fault: 'gateway-refused' }] }),
    ],
    [
      'sign-in page in between',
      'endpoint',
      'not-wiz',
      /sign-in page/,
      () => find({ faults: [{ fault: 'html-body' }] }),
    ],
  ]
  const NOWHERE = { host: 'nowhere.invalid', port: undefined }

  it.each(CASES)('CON-4 tells a %s: %s %s', async (_name, check, code, next, test) => {
    const found = await test()
    expect(found.ok).toBe(false)
    expect(found[check]).toMatchObject({ ok: false, code })
    expect(found[check].sentence).toMatch(next)
    const others = (['credentials', 'endpoint', 'region'] as const).filter((each) => each !== check)
    for (const other of others) expect(found[other].ok).not.toBe(false)
    expect(JSON.stringify(found)).not.toContain(simulator.clientSecret)
  })

  it('CON-4 tells TLS apart: what answers does not speak it', async () => {
    const plain = await startTenant()
    const apiUrl = plain.apiUrl.replace('http:', 'https:')
    const found = await find({}, { apiUrl })
    await plain.close()
    expect(found.endpoint).toMatchObject({ ok: false, code: 'tls' })
    expect(found.endpoint.sentence).toMatch(/NODE_EXTRA_CA_CERTS/)
  })
})

describe('addresses that do not belong together', () => {
  const addresses = {
    apiUrl: 'https://api.us1.app.wiz.us/graphql',
    tokenUrl: 'https://auth.app.wiz.io/oauth/token',
  }
  const refusing: Transport = {
    allowHosts: [],
    async send() {
      throw new Fatal('wrong-credentials', 'Wiz does not know this client id and secret.')
    },
    close: async () => undefined,
  }
  const wiz = openWiz({
    ...addresses,
    clientId: 'client',
    clientSecret: 'secret',
    governor: createGovernor({ ledger: memoryLedger() }),
    transport: refusing,
  })
  const { signal } = new AbortController()

  it('CON-4 are told also where the account is unknown there', async () => {
    const found = await findCapabilities(wiz, {}, signal)
    expect(found.credentials).toMatchObject({ ok: false, code: 'wrong-credentials' })
    expect(found.region).toMatchObject({ ok: false, code: 'wrong-region' })
    expect(found.region.sentence).toMatch(/wiz\.us but the token URL of wiz\.io: leave the token URL empty/)
  })

  it('CON-4 are refused before anything is sent there', async () => {
    await expect(verifyAccount(wiz, signal)).rejects.toMatchObject({ code: 'wrong-region' })
  })
})

it('CON-4 keeps nobody waiting for long, and promises no repetition, where a connection is made', async () => {
  simulator = await startTenant({ faults: [{ fault: 'stall' }] })
  const { apiUrl, tokenUrl, clientId, clientSecret } = simulator
  const transport = createTransport({ userAgent: 'test/wizbridge/0' })
  const governor = createGovernor({ ledger: memoryLedger() })
  const wiz = openWiz({ apiUrl, tokenUrl, clientId, clientSecret, governor, transport, wait: async () => undefined })
  const verify = () => verifyAccount(wiz, new AbortController().signal, 300)
  await expect(verify()).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('0.3 seconds') })
  simulator.faults.clear()
  simulator.faults.add({ fault: 'gateway-error' })
  await expect(verify()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/Try again in some minutes\.$/),
  })
  await transport.close()
})

describe('what may be read', () => {
  it('CON-4 includes a kind whose list cannot be counted', async () => {
    const found = await find({
      faults: [{ fault: 'field-removed', field: 'totalCount', type: 'TechnologyConnection' }],
    })
    expect(kindOf(found, 'technology')).toMatchObject({ state: 'allowed', count: null })
  })

  it.each<[string, FaultSpec, RegExp]>([
    ['an internal error', { fault: 'internal-error', root: 'issuesV2' }, /give its request id to Wiz support/],
    ['no data', { fault: 'data-null', root: 'issuesV2' }, /Try again in some minutes/],
    ['the page of a gateway', { fault: 'html-body', root: 'issuesV2' }, /What answered is not the Wiz API/],
  ])('CON-4 tells of all other kinds where one is answered with %s', async (_name, fault, next) => {
    const found = await find({ faults: [fault] })
    expect(found).toMatchObject({ ok: false, endpoint: { ok: true }, fullSync: { calls: expect.any(Number) } })
    expect(kindOf(found, 'issue')).toMatchObject({ state: 'unknown', count: null, missingScopes: [] })
    expect(kindOf(found, 'issue')?.sentence).toMatch(next)
    const others = found.kinds.filter(({ kind }) => kind !== 'issue' && kind !== 'service-ticket')
    expect(others.map(({ state }) => state)).toEqual(others.map(() => 'allowed'))
  })

  it('CON-4 counts each kind, and says what a full sync costs', async () => {
    const found = await find()
    expect(found).toMatchObject({
      ok: true,
      credentials: { ok: true },
      endpoint: { ok: true },
      region: { ok: true },
      unneededScopes: expect.any(Array),
    })
    expect(kindOf(found, 'issue')).toMatchObject({ state: 'allowed', count: 200, calls: 3 })
    expect(kindOf(found, 'project')).toMatchObject({
      count: simulator.world.snapshot('projects', undefined, { includeArchived: true }).length,
    })
    expect(kindOf(found, 'service-ticket')).toMatchObject({ state: 'allowed', count: null, calls: 0 })
    const calls = found.kinds.reduce((sum, kind) => sum + kind.calls, 0)
    expect(found.fullSync).toMatchObject({ calls, minutes: expect.any(Number), callsPerSecond: expect.any(Number) })
  })

  it('CON-4 names the scope that is missing, and those that are not needed', async () => {
    const found = await find(
      account({ scopes: ['read:issues', 'read:projects', 'write:issue_status', 'create:reports'] }),
    )
    expect(found.ok).toBe(false)
    expect(kindOf(found, 'issue')?.state).toBe('allowed')
    expect(kindOf(found, 'service-ticket')?.state).toBe('allowed')
    expect(kindOf(found, 'vulnerability-finding')).toMatchObject({
      state: 'forbidden',
      missingScopes: ['read:vulnerabilities'],
    })
    expect(kindOf(found, 'vulnerability-finding')?.sentence).toMatch(/Add the scope read:vulnerabilities/)
    expect(found.unneededScopes).toEqual(['create:reports', 'write:issue_status'])
  })

  it('CON-4 tells where the scopes held open a part of a kind only', async () => {
    const held = ['read:projects', 'read:posture_issues']
    const part = await find(account({ scopes: held }))
    for (const kind of ['issue', 'service-ticket'] as const) {
      expect(kindOf(part, kind)).toMatchObject({ state: 'allowed', missingScopes: ['read:threat_issues'] })
    }
    expect(kindOf(part, 'issue')?.sentence).toMatch(/only a part .* the scope read:issues or read:threat_issues/)
    const whole = await find(account({ scopes: [...held, 'read:threat_issues'] }))
    expect(kindOf(whole, 'issue')).toMatchObject({ state: 'allowed', missingScopes: [], sentence: null })
    expect(kindOf(whole, 'issue')?.count).toBeGreaterThan(kindOf(part, 'issue')?.count ?? 0)
    const none = await find(account({ scopes: ['read:projects'] }))
    expect(kindOf(none, 'issue')?.sentence).toMatch(
      /Add the scope read:issues \(or read:posture_issues and read:threat_issues together\)/,
    )
  })

  it('CON-4 suspects missing project visibility where nothing of any project is seen', async () => {
    const found = await find(account({ projectIds: [] }))
    expect(kindOf(found, 'issue')).toMatchObject({ state: 'empty', count: 0, emptyReason: 'project-visibility' })
    expect(kindOf(found, 'issue')?.sentence).toMatch(/Service Accounts/)
    expect(kindOf(found, 'project')).toMatchObject({ state: 'empty', emptyReason: 'project-visibility' })
    expect(kindOf(found, 'technology')?.state).toBe('allowed')
  })

  it('CON-4 says that it is the projects of the connection that leave nothing', async () => {
    const found = await find({}, { projects: ['5b1e1a52-0000-4000-8000-000000000000'] })
    expect(kindOf(found, 'issue')).toMatchObject({ state: 'empty', emptyReason: 'filter' })
    expect(kindOf(found, 'issue')?.sentence).toMatch(/200 issues/)
  })

  it('CON-4 says that there are none where everything else is seen', async () => {
    simulator = await startTenant()
    for (const id of [...simulator.world.controls.ids()]) simulator.world.controls.remove(id)
    const { apiUrl, tokenUrl, clientId, clientSecret } = simulator
    const transport = createTransport({ userAgent: 'test/wizbridge/0' })
    const governor = createGovernor({ ledger: memoryLedger() })
    const wiz = openWiz({ apiUrl, tokenUrl, clientId, clientSecret, governor, transport })
    const found = await findCapabilities(wiz, {}, new AbortController().signal)
    await transport.close()
    expect(kindOf(found, 'control')).toMatchObject({ state: 'empty', emptyReason: 'none-exist' })
  })
})

describe('a connection', () => {
  let test: TestApp

  beforeAll(async () => {
    test = await testApp()
  })
  afterAll(() => test.close())

  it('CON-5 becomes inactive with the reason, and active again', async () => {
    simulator = await startTenant()
    await connect(test.app, simulator, 'prod')
    simulator.accounts.update(simulator.clientId, { disabled: true })
    simulator.tokens.revokeAll()
    const failed = await ask(test.app, testConnection, { connection: 'prod' })
    expect(failed.credentials).toMatchObject({ ok: false, code: 'wrong-credentials' })
    expect(await ask(test.app, showConnection, { connection: 'prod' })).toMatchObject({
      status: 'inactive',
      statusReason: failed.credentials.sentence,
    })
    simulator.accounts.update(simulator.clientId, { disabled: false })
    expect((await ask(test.app, testConnection, { connection: 'prod' })).ok).toBe(true)
    expect(await ask(test.app, showConnection, { connection: 'prod' })).toMatchObject({
      status: 'active',
      statusReason: null,
    })
  })

  it('CON-5 stays as it is where Wiz only has a bad moment', async () => {
    simulator = await startTenant()
    await connect(test.app, simulator, 'patient')
    simulator.faults.add({ fault: 'gateway-error' })
    const { endpoint } = await ask(test.app, testConnection, { connection: 'patient' })
    expect(endpoint).toMatchObject({ ok: false, code: 'unavailable' })
    expect(await ask(test.app, showConnection, { connection: 'patient' })).toMatchObject({
      status: 'active',
      statusReason: null,
    })
  })

  it('CON-4 can be tested before it is saved, and says when an address is none of Wiz', async () => {
    simulator = await startTenant()
    const { apiUrl, tokenUrl, clientId, clientSecret } = simulator
    const found = await ask(test.app, checkConnection, { apiUrl, tokenUrl, clientId, clientSecret })
    expect(found.ok).toBe(true)
    const other = ask(test.app, checkConnection, { apiUrl: 'https://example.com/graphql', clientId, clientSecret })
    await expect(other).rejects.toMatchObject({ code: 'not-a-wiz-host' })
  })

  it('CON-4 is inactive where the service account may read nothing at all', async () => {
    simulator = await startTenant(account({ scopes: ['read:users'] }))
    await connect(test.app, simulator, 'blind', { verify: false })
    const found = await ask(test.app, testConnection, { connection: 'blind' })
    expect(found.kinds.every(({ state }) => state === 'forbidden')).toBe(true)
    const { status, statusReason } = await ask(test.app, showConnection, { connection: 'blind' })
    expect(status).toBe('inactive')
    expect(statusReason).toMatch(/read:issues/)
  })
})
