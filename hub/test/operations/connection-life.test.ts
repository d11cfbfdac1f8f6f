import { beforeEach, describe, expect, it } from 'vitest'
import { deleteConnection } from '../../src/operations/connections/delete.ts'
import { rotateConnection } from '../../src/operations/connections/rotate.ts'
import { showConnection } from '../../src/operations/connections/show.ts'
import { testConnection } from '../../src/operations/connections/test.ts'
import { createPlan } from '../../src/operations/plans/create.ts'
import { startSyncing } from '../../src/operations/runs/start-sync.ts'
import { workOn } from '../../src/operations/runs/work-on.ts'
import { connectedApp } from '../tenant.ts'
import { ask, sync } from './ask.ts'

const PROD = { connection: 'prod' }

const test = connectedApp({ issues: 40 })
beforeEach(() => test.app.store.pool.query('TRUNCATE pace'))

const show = () => ask(test.app, showConnection, PROD)
const rotate = (clientId: string, clientSecret: string) =>
  ask(test.app, rotateConnection, { ...PROD, clientId, clientSecret })

describe('the status of a connection', () => {
  it('CON-5 becomes inactive with the reason when a sync cannot sign in, and active again with the next good one', async () => {
    expect(await show()).toMatchObject({ status: 'active', statusReason: null, lastSuccessAt: null })
    expect((await sync(test.app, 'prod', { kinds: ['project'] })).status).toBe('complete')
    const good = await show()
    expect(good).toMatchObject({ status: 'active', statusReason: null, lastSuccessAt: expect.any(String) })

    test.simulator.faults.add({ fault: 'token-account-disabled' })
    const failed = await sync(test.app, 'prod', { kinds: ['project'] })
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'account-disabled' })
    const bad = await show()
    expect(bad).toMatchObject({ status: 'inactive', statusReason: failed.error, lastSuccessAt: good.lastSuccessAt })
    expect(bad.statusReason).toMatch(/Settings > Service Accounts/)

    test.simulator.faults.clear()
    await sync(test.app, 'prod', { kinds: ['project'] })
    const again = await show()
    expect(again).toMatchObject({ status: 'active', statusReason: null })
    expect(Date.parse(again.lastSuccessAt ?? '')).toBeGreaterThan(Date.parse(good.lastSuccessAt ?? ''))
  })

  it('CON-5 becomes inactive when Wiz refuses this machine in the middle of a sync', async () => {
    test.simulator.faults.add({ fault: 'ip-not-allowed' })
    const run = await sync(test.app, 'prod', { kinds: ['issue'] })
    expect(run.receipts.find(({ kind }) => kind === 'issue')).toMatchObject({ errorCode: 'ip-not-allowed' })
    expect(await show()).toMatchObject({ status: 'inactive', statusReason: expect.stringContaining('IP allow list') })
    test.simulator.faults.clear()
    await sync(test.app, 'prod', { kinds: ['issue'] })
    expect(await show()).toMatchObject({ status: 'active', statusReason: null })
  })

  it('CON-5 stays active when only a kind or the weather is to blame', async () => {
    test.simulator.accounts.update(test.simulator.clientId, { scopes: ['read:projects'] })
    const run = await sync(test.app, 'prod', { kinds: ['project', 'issue'] })
    expect(run.status).toBe('partial')
    expect(await show()).toMatchObject({ status: 'active', statusReason: null })
  })

  it('CON-5 is told by a test as by a sync', async () => {
    test.simulator.accounts.update(test.simulator.clientId, { disabled: true })
    const answer = await ask(test.app, testConnection, PROD)
    expect(await show()).toMatchObject({ status: 'inactive', statusReason: answer.credentials.sentence })
    test.simulator.accounts.update(test.simulator.clientId, { disabled: false })
    await sync(test.app, 'prod', { kinds: ['project'] })
    expect(await show()).toMatchObject({ status: 'active', statusReason: null })
  })

  it('CON-5 stays "not connected" whatever a run that was still under way tells', async () => {
    const started = await ask(test.app, startSyncing, { ...PROD, kinds: ['project'] })
    await ask(test.app, deleteConnection, PROD)
    await expect(workOn(test.app, started, { signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'not-connected',
    })
    expect(await show()).toMatchObject({ status: 'not-connected', statusReason: null })
  })

  it('CON-6 tells of the present credentials: a run that began with the old ones does not', async () => {
    test.simulator.faults.add({ fault: 'token-revoked', root: 'issuesV2', form: 'http-401' })
    const started = await ask(test.app, startSyncing, { ...PROD, kinds: ['issue'] })
    // The old pair dies while the run that signed in with it is under way, and the new one is in place.
    const working = workOn(test.app, started, { signal: new AbortController().signal })
    test.simulator.accounts.add({ clientId: 'second', clientSecret: 'second-secret' })
    await rotate('second', 'second-secret')
    test.simulator.accounts.remove(test.simulator.clientId)
    await working
    expect(await show()).toMatchObject({ status: 'active', statusReason: null })
    expect((await sync(test.app, 'prod', { kinds: ['issue'] })).status).toBe('complete')
  })
})

describe('rotating credentials', () => {
  it('CON-6 tries the new pair first and keeps the old one working where it is refused', async () => {
    await expect(rotate('nobody', 'wrong-secret')).rejects.toMatchObject({ code: 'wrong-credentials' })
    expect(await show()).toMatchObject({ status: 'active', clientId: test.simulator.clientId })
    expect((await sync(test.app, 'prod', { kinds: ['project'] })).status).toBe('complete')
  })

  it('CON-6 leaves plans and data as they are', async () => {
    await sync(test.app, 'prod', { kinds: ['project'] })
    await ask(test.app, createPlan, { ...PROD, template: 'software-catalog', start: false })
    const facts = () =>
      Promise.all([
        test.app.store.pool.query('SELECT * FROM plan ORDER BY id').then(({ rows }) => rows),
        test.app.store.pool.query('SELECT count(*) AS n FROM project').then(({ rows }) => rows),
      ])
    const before = await facts()
    test.simulator.accounts.add({ clientId: 'second', clientSecret: 'second-secret' })
    await rotate('second', 'second-secret')
    expect(await facts()).toEqual(before)
    expect(before[0]).toHaveLength(1)
  })
})

describe('disconnecting', () => {
  it('CON-5 purges every row of the connection in every table, whatever tables there are', async () => {
    for (let n = 0; n < 2; n++) await sync(test.app, 'prod', { full: true })
    await ask(test.app, createPlan, { ...PROD, template: 'software-catalog' })
    await ask(test.app, deleteConnection, { ...PROD, purge: true })
    const { rows: tables } = await test.app.store.pool.query<{ name: string }>(
      `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'connection_id' ORDER BY 1`,
    )
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['issue', 'history', 'tombstone', 'run', 'receipt', 'plan', 'watermark']),
    )
    const counts = []
    for (const { name } of [
      ...tables,
      { name: 'connection' },
      { name: 'run_page' },
      { name: 'held_row' },
      { name: 'pace' },
    ]) {
      const { rows } = await test.app.store.pool.query<{ n: number }>(`SELECT count(*) AS n FROM "${name}"`)
      counts.push([name, rows[0]?.n])
    }
    expect(counts.filter(([, n]) => n !== 0)).toEqual([])
  })

  it('CON-5 keeps data and plans without it, deletes the secret, and lets no plan come due', async () => {
    await sync(test.app, 'prod', { kinds: ['project'] })
    await ask(test.app, createPlan, { ...PROD, template: 'software-catalog', start: false })
    await ask(test.app, deleteConnection, PROD)
    const { rows } = await test.app.store.pool.query(
      `SELECT client_secret, status, (SELECT count(*) FROM project) > 0 AS kept, (SELECT count(*) FROM plan) AS plans FROM connection`,
    )
    expect(rows).toEqual([{ client_secret: null, status: 'not-connected', kept: true, plans: 1 }])
    await expect(ask(test.app, startSyncing, PROD)).rejects.toMatchObject({ code: 'not-connected' })
  })
})
