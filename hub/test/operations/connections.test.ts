import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from 'wizbridge-simulator'
import { KINDS } from '../../src/kinds/kinds.ts'
import { checkConnection } from '../../src/operations/connections/check.ts'
import { createConnection } from '../../src/operations/connections/create.ts'
import { deleteConnection } from '../../src/operations/connections/delete.ts'
import { listConnections } from '../../src/operations/connections/list.ts'
import { rotateConnection } from '../../src/operations/connections/rotate.ts'
import { showConnection } from '../../src/operations/connections/show.ts'
import { testConnection } from '../../src/operations/connections/test.ts'
import { startSyncing } from '../../src/operations/runs/start-sync.ts'
import { newMasterKey } from '../../src/store/secrets/key-ring.ts'
import { createSecrets } from '../../src/store/secrets/secrets.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { credentialsOf, startTenant } from '../tenant.ts'
import { ask, OWNER, sync } from './ask.ts'

let test: TestApp
let simulator: Simulator

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

beforeEach(async () => {
  await test.empty()
  simulator = await startTenant({ issues: 40 })
})
afterEach(() => simulator.close())

function credentials(name: string) {
  return { name, ...credentialsOf(simulator) }
}

const create = (input: Record<string, unknown>) => ask(test.app, createConnection, input)

describe('connections.create', () => {
  it('CON-1 CON-2 CON-6 stores a connection under a normalised address, its secret sealed and never shown', async () => {
    const pasted = `\u200b "${simulator.apiUrl.replace('/graphql', '/')}" `
    const created = await create({ ...credentials('prod'), apiUrl: pasted, projects: ['p1', 'p1', 'p2'] })
    expect(created).toMatchObject({
      name: 'prod',
      apiUrl: simulator.apiUrl,
      projectIds: ['p1', 'p2'],
      status: 'active',
    })
    expect(JSON.stringify(created)).not.toContain(simulator.clientSecret)
    const row = await test.app.store.db.selectFrom('connection').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(simulator.clientSecret)
    const log = await test.app.store.pool.query('SELECT * FROM audit_entry')
    expect(JSON.stringify(log.rows)).not.toContain(simulator.clientSecret)
    expect(JSON.stringify(log.rows)).toContain('connections.create')
  })

  it('CON-6 is refused to a process whose master key is not that of the others', async () => {
    await create(credentials('prod'))
    const foreign = { ...test.app, secrets: createSecrets([newMasterKey()]) }
    const second = ask(foreign, createConnection, credentials('second'))
    await expect(second).rejects.toThrow(/opens none of the 1 secrets in the database\. Give it the key of the other/)
    expect((await ask(test.app, listConnections)).items).toHaveLength(1)
    // The way out where the key is lost: the secrets are entered again.
    const { clientSecret } = simulator
    await ask(foreign, rotateConnection, { connection: 'prod', clientSecret })
    expect(await ask(foreign, createConnection, credentials('second'))).toMatchObject({ name: 'second' })
  })

  it('CON-4 signs in first and stores nothing when that fails', async () => {
    const wrong = create({ ...credentials('prod'), clientSecret: 'not-the-secret' })
    await expect(wrong).rejects.toMatchObject({ code: 'wrong-credentials' })
    await expect(create({ ...credentials('prod'), apiUrl: 'https://evil.example' })).rejects.toThrow(
      /no[t]? a host of Wiz/,
    )
    expect((await ask(test.app, listConnections)).items).toEqual([])
    await create({ ...credentials('prod'), clientSecret: 'not-the-secret', verify: false })
    expect((await ask(test.app, listConnections)).items).toHaveLength(1)
  })

  it('CON-4 asks one question as well, so that an address without an API behind it is not stored', async () => {
    const wrongPath = simulator.apiUrl.replace('/graphql', '/graphql/v2')
    await expect(create({ ...credentials('prod'), apiUrl: wrongPath })).rejects.toMatchObject({
      code: 'not-wiz',
      message: expect.stringContaining('check the API URL'),
    })
    const elsewhere = await startSimulator({ issues: 1 })
    await expect(create({ ...credentials('prod'), apiUrl: elsewhere.apiUrl })).rejects.toMatchObject({
      code: 'wrong-region',
      message: expect.stringContaining('Tenant Info'),
    })
    await elsewhere.close()
    await expect(create({ ...credentials('prod'), apiUrl: elsewhere.apiUrl })).rejects.toMatchObject({
      code: 'connection-refused',
    })
    expect((await ask(test.app, listConnections)).items).toEqual([])
    await create({ ...credentials('unasked'), apiUrl: wrongPath, verify: false })
  })

  it('CON-4 takes an account that may not read the kind it is asked for first', async () => {
    simulator.accounts.update(simulator.clientId, { scopes: ['read:issues'] })
    expect(await create(credentials('prod'))).toMatchObject({ status: 'active' })
  })

  it('CON-1 refuses a name that is taken or unfit, with what to do', async () => {
    await create(credentials('prod'))
    await expect(create(credentials('prod'))).rejects.toThrow(/already.*rotate prod/)
    await ask(test.app, deleteConnection, { connection: 'prod' })
    await expect(create(credentials('prod'))).rejects.toThrow(/disconnected.*rotate prod.*--purge/)
    for (const name of ['', '12', '-x', 'a b', 'a/b', 'x'.repeat(64), 'é']) {
      await expect(create(credentials(name))).rejects.toMatchObject({ code: 'bad-input' })
    }
  })

  it('RUN-4 is for administrators who are not limited to certain connections', async () => {
    const as = (caller: Partial<typeof OWNER>) =>
      ask(test.app, createConnection, credentials('prod'), { ...OWNER, ...caller })
    await expect(as({ role: 'operator' })).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(as({ connectionIds: [1] })).rejects.toMatchObject({ code: 'not-allowed' })
  })
})

describe('connections.test', () => {
  it('CON-4 answers for every kind, and everything is allowed to an account with all scopes', async () => {
    await create(credentials('prod'))
    const answer = await ask(test.app, testConnection, { connection: 'prod' })
    expect(answer).toMatchObject({ ok: true, credentials: { ok: true }, endpoint: { ok: true }, region: { ok: true } })
    expect(answer.kinds.map((each) => each.kind)).toEqual(KINDS.map((kind) => kind.name))
    const issues = answer.kinds.find((each) => each.kind === 'issue')
    expect(issues).toMatchObject({ state: 'allowed', count: simulator.world.issues.count() })
  })

  it('CON-4 names the missing scope of what is forbidden, and scopes that are not needed', async () => {
    simulator.accounts.update(simulator.clientId, {
      scopes: ['read:issues', 'read:projects', 'read:users', 'read:licenses'],
    })
    await create(credentials('prod'))
    const answer = await ask(test.app, testConnection, { connection: 'prod' })
    expect(answer.ok).toBe(false)
    const states = Object.fromEntries(answer.kinds.map((each) => [each.kind, each]))
    expect(states.issue).toMatchObject({ state: 'allowed' })
    expect(states['service-ticket']).toMatchObject({ state: 'allowed', count: null })
    expect(states['vulnerability-finding']).toMatchObject({
      state: 'forbidden',
      missingScopes: ['read:vulnerabilities'],
      sentence: expect.stringContaining('read:vulnerabilities'),
    })
    expect(answer.unneededScopes).toEqual(['read:licenses', 'read:users'])
  })

  it('CON-4 tells an empty kind from a forbidden one', async () => {
    simulator.accounts.update(simulator.clientId, { projectIds: [] })
    await create(credentials('prod'))
    const { kinds } = await ask(test.app, testConnection, { connection: 'prod' })
    expect(kinds.find((each) => each.kind === 'issue')).toMatchObject({
      state: 'empty',
      count: 0,
      sentence: expect.stringContaining('projects'),
    })
  })

  it('CON-5 notes why a connection stopped working, and that it works again', async () => {
    await create(credentials('prod'))
    simulator.accounts.update(simulator.clientId, { disabled: true })
    const answer = await ask(test.app, testConnection, { connection: 'prod' })
    expect(answer.credentials.ok).toBe(false)
    expect(answer.endpoint.ok).toBeNull()
    const status = async () => (await ask(test.app, showConnection, { connection: 'prod' })) as Record<string, unknown>
    expect(await status()).toMatchObject({ status: 'inactive', statusReason: answer.credentials.sentence })
    simulator.accounts.update(simulator.clientId, { disabled: false })
    await ask(test.app, testConnection, { connection: 'prod' })
    expect(await status()).toMatchObject({ status: 'active', statusReason: null })
  })

  it('CON-4 tells an endpoint that is away from credentials that are wrong', async () => {
    const { name: _, ...typed } = credentials('prod')
    const elsewhere = await startSimulator({ issues: 1 })
    const { apiUrl } = elsewhere
    await elsewhere.close()
    const answer = await ask(test.app, checkConnection, { ...typed, apiUrl })
    expect(answer).toMatchObject({
      ok: false,
      credentials: { ok: true },
      endpoint: { ok: false, code: 'connection-refused' },
    })
    expect(answer.kinds).toEqual([])
    expect((await ask(test.app, listConnections)).items).toEqual([])
  })
})

describe('connections.rotate', () => {
  it('CON-6 takes new credentials only when they work, and uses them from then on', async () => {
    await create(credentials('prod'))
    simulator.accounts.add({ clientId: 'second', clientSecret: 'second-secret' })
    const rotate = (input: object) => ask(test.app, rotateConnection, { connection: 'prod', ...input })
    await expect(rotate({ clientId: 'second', clientSecret: 'wrong-secret' })).rejects.toMatchObject({
      code: 'wrong-credentials',
    })
    expect((await ask(test.app, testConnection, { connection: 'prod' })).ok).toBe(true)
    expect(await rotate({ clientId: 'second', clientSecret: 'second-secret' })).toMatchObject({ clientId: 'second' })
    simulator.accounts.add({ clientId: 'blind', clientSecret: 'blind-secret', scopes: ['read:users'] })
    await expect(rotate({ clientId: 'blind', clientSecret: 'blind-secret' })).rejects.toMatchObject({
      code: 'missing-scope',
      message: expect.stringMatching(/may read nothing, so it was not taken.*read:issues/),
    })
    simulator.accounts.remove(simulator.clientId)
    expect((await ask(test.app, testConnection, { connection: 'prod' })).ok).toBe(true)
  })
})

describe('connections.delete', () => {
  it('CON-5 deletes the secret and keeps the data, until new credentials reconnect it', async () => {
    await create(credentials('prod'))
    await sync(test.app, 'prod', { kinds: ['project'] })
    await ask(test.app, deleteConnection, { connection: 'prod' })
    const shown = await ask(test.app, showConnection, { connection: 'prod' })
    expect(shown).toMatchObject({ status: 'not-connected' })
    expect(shown.kinds.find((each) => each.kind === 'project')?.stored).toBeGreaterThan(0)
    const start = ask(test.app, startSyncing, { connection: 'prod' })
    await expect(start).rejects.toMatchObject({ code: 'not-connected' })
    // A list of no kinds is a mistake, not the wish for all of them.
    const none = ask(test.app, startSyncing, { connection: 'prod', kinds: [] })
    await expect(none).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('at least one kind'),
    })
    await ask(test.app, rotateConnection, { connection: 'prod', clientSecret: simulator.clientSecret })
    expect((await sync(test.app, 'prod', { kinds: ['project'] })).status).toBe('complete')
  })

  it('CON-5 purges everything that came through it and nothing else', async () => {
    for (const name of ['prod', 'other']) {
      await create(credentials(name))
      await sync(test.app, name)
    }
    const count = async (connectionId: number) => {
      const tables = [...KINDS.map((kind) => kind.table), 'history', 'tombstone', 'run', 'receipt', 'watermark']
      const counts = tables.map((table) => `(SELECT count(*) FROM ${table} WHERE connection_id = $1)`)
      const { rows } = await test.app.store.pool.query<{ n: number }>(`SELECT ${counts.join(' + ')} AS n`, [
        connectionId,
      ])
      return rows[0]?.n
    }
    const before = await count(2)
    const gone = await ask(test.app, deleteConnection, { connection: 'prod', purge: true })
    expect(gone.removed).toBeGreaterThan(100)
    expect(await count(1)).toBe(0)
    expect(await count(2)).toBe(before)
    await expect(ask(test.app, showConnection, { connection: 'prod' })).rejects.toMatchObject({ code: 'not-found' })
    await create(credentials('prod'))
  })

  it('CON-5 stops a sync that is under way', async () => {
    await create(credentials('prod'))
    const { run } = await ask(test.app, startSyncing, { connection: 'prod' })
    await ask(test.app, deleteConnection, { connection: 'prod' })
    const { rows } = await test.app.store.pool.query('SELECT status FROM run WHERE id = $1', [run])
    expect(rows).toEqual([{ status: 'cancelled' }])
  })

  it('RUN-4 is not found by whoever may not see it, by name or by number', async () => {
    await create(credentials('prod'))
    const limited = { ...OWNER, connectionIds: [99] }
    for (const connection of ['prod', '1']) {
      for (const operation of [showConnection, testConnection, deleteConnection, startSyncing]) {
        await expect(ask(test.app, operation, { connection }, limited)).rejects.toMatchObject({ code: 'not-found' })
      }
    }
    expect(await ask(test.app, showConnection, { connection: '1' })).toMatchObject({ name: 'prod' })
  })
})
