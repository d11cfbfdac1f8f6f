import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { createConnection } from '../../src/operations/connections/create.ts'
import { showPace } from '../../src/operations/connections/pace.ts'
import { createPlan } from '../../src/operations/plans/create.ts'
import { forecast } from '../../src/operations/plans/forecast.ts'
import { previewPlan } from '../../src/operations/plans/preview.ts'
import { listTemplates } from '../../src/operations/plans/templates.ts'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { credentialsOf, startTenant } from '../tenant.ts'
import { ask, OWNER, sync } from './ask.ts'

let test: TestApp
let simulator: Simulator
let tenant: ReturnType<typeof credentialsOf>

beforeAll(async () => {
  test = await testApp()
  simulator = await startTenant({ issues: 40 })
  tenant = credentialsOf(simulator)
})
afterAll(async () => {
  await simulator.close()
  await test.close()
})

describe('a plan before its tenant is connected', () => {
  it('ING-2 is forecast with the credentials at hand, and stores nothing', async () => {
    const seen = await ask(test.app, previewPlan, { ...tenant, template: 'vulnerabilities', off: ['scanSca'] })
    expect(seen.items.map(({ kind, state }) => [kind, state])).toEqual([['vulnerability-finding', 'allowed']])
    expect(seen.calls).toBeGreaterThan(0)
    expect(Date.parse(seen.nextRunAt ?? '')).toBeGreaterThan(Date.now())
    const { rows } = await test.app.store.pool.query('SELECT 1 FROM connection UNION ALL SELECT 1 FROM plan')
    expect(rows).toEqual([])
    const { rows: entries } = await test.app.store.pool.query('SELECT * FROM audit_entry')
    expect(JSON.stringify(entries)).toContain('plans.preview')
    expect(JSON.stringify(entries)).not.toContain(simulator.clientSecret)
  })

  it('RUN-4 is not for those who are limited to certain connections', async () => {
    const limited = { ...OWNER, connectionIds: [1] }
    const asked = ask(test.app, previewPlan, { ...tenant, template: 'wiz-cspm' }, limited)
    await expect(asked).rejects.toMatchObject({ code: 'not-allowed' })
  })
})

describe('a plan that there is', () => {
  beforeAll(async () => {
    await ask(test.app, createConnection, { name: 'prod', ...tenant })
    await ask(test.app, createPlan, {
      ...{ connection: 'prod', template: 'assets-and-findings', name: 'nightly' },
      ...{ enabled: false, start: false },
    })
  })

  it('ING-2 ING-3 tells which limits mean something for which kind', async () => {
    const { choices, items } = await ask(test.app, listTemplates)
    expect(items.find(({ name }) => name === 'assets-and-findings')?.filters).toEqual({
      severities: ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'],
      platforms: ['AWS', 'Azure', 'GCP'],
    })
    const filtersOf = (kind: string) => choices.kinds.find(({ name }) => name === kind)?.filters
    expect(filtersOf('cloud-resource')?.map(({ name }) => name)).toEqual(['projects', 'platforms', 'assetTypes'])
    expect(filtersOf('vulnerability-finding')).toContainEqual({ name: 'platforms', byWiz: false })
    expect(filtersOf('technology')).toEqual([])
  })

  it('ING-2 starts turned off where that is wished, and is renamed, but not to a name that is taken', async () => {
    const renamed = await ask(test.app, updatePlan, { plan: 'nightly', name: 'daily' })
    expect(renamed).toMatchObject({ name: 'daily', enabled: false, filters: { platforms: ['AWS', 'Azure', 'GCP'] } })
    await ask(test.app, createPlan, { connection: 'prod', template: 'wiz-cspm', name: 'other', start: false })
    const taken = ask(test.app, updatePlan, { plan: 'other', name: 'daily' })
    await expect(taken).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('another name') })
    for (const name of ['', '-x', 'a b', 'x'.repeat(64)]) {
      const unfit = ask(test.app, updatePlan, { plan: 'other', name })
      await expect(unfit).rejects.toMatchObject({ code: 'bad-input' })
    }
    expect(await ask(test.app, updatePlan, { plan: 'daily', name: 'daily', enabled: true })).toMatchObject({
      name: 'daily',
      enabled: true,
    })
  })

  it('ING-2 refuses an option that is turned on and off at once', async () => {
    const both = { on: ['scanSca'], off: ['scanSca'], start: false }
    const wanted = { connection: 'prod', template: 'vulnerabilities', name: 'both', ...both }
    await expect(ask(test.app, createPlan, wanted)).rejects.toMatchObject({
      code: 'bad-input',
      message: 'The option "scanSca" is to be turned on and off at once. Name it only once.',
    })
  })

  it('ING-3 says when a changed schedule runs it next, before it is saved', async () => {
    const next = async (schedule: string, timeZone = 'UTC') => {
      const { nextRunAt } = await ask(test.app, forecast, { plan: 'daily', schedule, timeZone })
      return nextRunAt && new Date(nextRunAt).toISOString().slice(11, 16)
    }
    expect(await next('every 1 day')).toBe('01:15')
    expect(await next('30 2 * * *', 'Asia/Tokyo')).toBe('17:30')
    expect(await next('manual')).toBeNull()
  })

  it.each([
    [{ schedule: 'every 25 hours' }, /1 to 24 hours/],
    [{ schedule: 'every 91 days' }, /1 to 90 days/],
    [{ schedule: '0 0 30 2 *' }, /never comes true/],
    [{ schedule: 'whenever' }, /is no schedule/],
    [{ timeZone: 'Mars/Olympus' }, /is no time zone/],
    [{ kinds: [] }, /kinds/],
    [{ kinds: ['house'] }, /there are the kinds/],
    [{ severities: ['BAD'] }, /severities/],
    [{ statuses: ['GONE'] }, /statuses/],
    [{ platforms: ['x'.repeat(201)] }, /platforms/],
    [{ on: ['noSuchOption'] }, /has no option "noSuchOption".*It has skipDeletedResources/],
  ])('ING-2 refuses %o with what would be right', async (wishes, sentence) => {
    await expect(ask(test.app, updatePlan, { plan: 'daily', ...wishes })).rejects.toMatchObject({
      message: expect.stringMatching(sentence),
    })
    await expect(ask(test.app, forecast, { plan: 'daily', ...wishes })).rejects.toMatchObject({
      message: expect.stringMatching(sentence),
    })
  })
})

describe('connections.pace', () => {
  it('ING-11 shows what the account is allowed and what is used of it, and where the limit was met', async () => {
    await ask(test.app, createConnection, { name: 'calm', ...tenant, clientId: 'nobody', verify: false })
    expect(await ask(test.app, showPace, { connection: 'calm' })).toMatchObject({
      ...{ allowedPerSecond: 10, allowedAtOnce: 10, refusedPerSecond: null },
      ...{ usedPerSecond: 0, underWay: 0, pausedSeconds: 0, updatedAt: null },
    })
    await sync(test.app, 'prod')
    expect((await ask(test.app, showPace, { connection: 'prod' })).updatedAt).not.toBeNull()
    await test.app.store.pool.query(
      `UPDATE pace SET state = state || '{"rate": 3, "rateCeiling": 3.34, "concurrencyCeiling": 4, "running": []}'
         || jsonb_build_object('passed', array_fill(extract(epoch FROM clock_timestamp()) * 1000 - 1, ARRAY[10]))
       WHERE account LIKE $1`,
      [`% ${tenant.clientId}`],
    )
    expect(await ask(test.app, showPace, { connection: 'prod' })).toMatchObject({
      ...{ allowedPerSecond: 3, refusedPerSecond: 3.3, refusedAtOnce: 4, usedPerSecond: 3, underWay: 0 },
    })
  })
})
