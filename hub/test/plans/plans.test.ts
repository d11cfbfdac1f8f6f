import { describe, expect, it } from 'vitest'
import type { Caller } from '../../src/access/caller.ts'
import { duePlans } from '../../src/ingest/plans/plans.ts'
import { startPlanRun } from '../../src/ingest/plans/start-plan-run.ts'
import { KINDS } from '../../src/kinds/kinds.ts'
import { deleteConnection } from '../../src/operations/connections/delete.ts'
import { createPlan } from '../../src/operations/plans/create.ts'
import { deletePlan } from '../../src/operations/plans/delete.ts'
import { forecast } from '../../src/operations/plans/forecast.ts'
import { showLeaving } from '../../src/operations/plans/leaving.ts'
import { listAllPlans } from '../../src/operations/plans/list.ts'
import { runPlan as runNow } from '../../src/operations/plans/run.ts'
import { showPlan } from '../../src/operations/plans/show.ts'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { showRun } from '../../src/operations/runs/show.ts'
import { startSyncing } from '../../src/operations/runs/start-sync.ts'
import { ask } from '../operations/ask.ts'
import { connectedApp } from '../tenant.ts'
import { finish, makePlan, receiptOf, runPlan, storedIds, syncByHand } from './fixture.ts'

const test = connectedApp({ issues: 60 })

const HOUR_MS = 3_600_000
const later = (hours: number) => new Date(Date.now() + hours * HOUR_MS)

describe('a plan', () => {
  it('ING-4 starts its first run right after it is made, and answers which one that is', async () => {
    const plan = await ask(test.app, createPlan, { connection: 'prod', template: 'vulnerabilities' })
    expect(plan).toMatchObject({
      name: 'prod-vulnerabilities',
      connection: 'prod',
      template: 'vulnerabilities',
      kinds: ['vulnerability-finding'],
      filters: { statuses: ['OPEN'] },
      options: { scanSca: true, scanContainerImages: true },
      schedule: 'every 6 hours',
      timeZone: 'UTC',
      enabled: true,
      isNew: true,
      waitsFor: null,
    })
    expect(plan.lastRunId).toBe(plan.run)
    expect(Date.parse(plan.nextRunAt ?? '') - Date.parse(plan.lastRunAt ?? '')).toBe(6 * HOUR_MS)
    const run = await finish(test.app, 'prod', plan.run ?? 0)
    expect(run).toMatchObject({ status: 'complete', startedBy: 'cli:test' })
    expect(await ask(test.app, showPlan, { plan: String(plan.id) })).toMatchObject({ lastRunStatus: 'complete' })
  })

  it('ING-2 is refused with what to do when its name is taken, or it asks for what there is not', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm' })
    const refused = (input: Record<string, unknown>) => makePlan(test.app, 'prod', 'wiz-cspm', input)
    await expect(refused({ name: 'cspm' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(refused({ schedule: 'now and then' })).rejects.toMatchObject({ code: 'bad-schedule' })
    await expect(refused({ timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'bad-time-zone' })
    await expect(refused({ on: ['turbo'] })).rejects.toThrow(/has no option "turbo"/)
    await expect(makePlan(test.app, 'prod', 'sprint')).rejects.toThrow(/There are wiz-cspm/)
    await expect(ask(test.app, showPlan, { plan: 'none' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('ING-2 is listed, changed and deleted; what is not said stays as it was', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    const changed = await ask(test.app, updatePlan, {
      plan: 'safe',
      platforms: ['AWS'],
      off: ['autoOnboardNewAssets'],
      schedule: 'every 2 days',
    })
    expect(changed).toMatchObject({
      filters: { severities: ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], platforms: ['AWS'] },
      options: { autoOnboardNewAssets: false, updateExistingAssetMetadata: true, skipDeletedResources: true },
      schedule: 'every 2 days',
    })
    expect(changed.nextRunAt).toMatch(/T01:15:00Z$/)
    expect((await ask(test.app, listAllPlans)).items.map(({ name }) => name)).toEqual(['safe'])
    const unclear = ask(test.app, updatePlan, { plan: 'safe', enabled: 'maybe' })
    await expect(unclear).rejects.toThrow('The input "enabled" is not right: it must be true or false.')
    const lifted = await ask(test.app, updatePlan, { plan: 'safe', any: ['severities'], enabled: 'false' })
    expect(lifted).toMatchObject({ filters: { platforms: ['AWS'] }, enabled: false })
    expect(lifted.filters).not.toHaveProperty('severities')
    await ask(test.app, deletePlan, { plan: 'safe' })
    expect((await ask(test.app, listAllPlans)).items).toEqual([])
  })

  it('RUN-4 is hidden from those who may not see its connection', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm' })
    const other: Caller = { name: 'key:other', role: 'operator', connectionIds: [99] }
    expect((await ask(test.app, listAllPlans, {}, other)).items).toEqual([])
    await expect(ask(test.app, runNow, { plan: 'cspm' }, other)).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask(test.app, deletePlan, { plan: 'cspm' }, other)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('ING-9 deleting a plan', () => {
  const stored = () => storedIds(test.app, 'issue')

  it('keeps what only it wanted, also from the next run of another plan', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'all', kinds: ['issue'] })
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', kinds: ['issue'], severities: ['HIGH'] })
    await runPlan(test.app, 'all')
    await runPlan(test.app, 'high')
    const before = await stored()
    const gone = await ask(test.app, deletePlan, { plan: 'all' })
    const high = test.nodes('issuesV2', { severity: ['HIGH'] }).length
    expect(gone).toEqual({ name: 'all', deleted: true, kept: before.length - high, removed: 0 })
    expect(await runPlan(test.app, 'high')).toMatchObject({ status: 'complete' })
    expect(await stored()).toEqual(before)
  })

  it('removes it where its number is named, and refuses any other number with the right one', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'clouds', kinds: ['issue'] })
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', kinds: ['issue'], severities: ['HIGH'] })
    await runPlan(test.app, 'clouds')
    await ask(test.app, updatePlan, { plan: 'clouds', severities: ['CRITICAL'] })
    await runPlan(test.app, 'high')
    const severity = ['HIGH']
    const high = test.nodes('issuesV2', { severity }).map(({ id }) => String(id))
    const only = (await stored()).filter((id) => !high.includes(id))
    expect(await ask(test.app, showLeaving, { plan: 'clouds' })).toEqual({ plan: 'clouds', records: only.length })
    const wrong = ask(test.app, deletePlan, { plan: 'clouds', remove: 0 })
    await expect(wrong).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`${only.length} records are here only because of the plan "clouds".`),
      details: { records: only.length },
    })
    expect((await ask(test.app, listAllPlans)).items).toHaveLength(2)
    const gone = await ask(test.app, deletePlan, { plan: 'clouds', remove: only.length })
    expect(gone).toMatchObject({ kept: 0, removed: only.length })
    expect(await stored()).toEqual(high.toSorted())
    const { rows } = await test.app.store.pool.query(`SELECT id FROM tombstone WHERE run_id IS NULL ORDER BY id`)
    expect(rows.map(({ id }) => id)).toEqual(only)
  })

  it('leaves what a sync under way is about to find as it is stored', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'all', kinds: ['issue'] })
    await runPlan(test.app, 'all')
    const before = await stored()
    const { run } = await ask(test.app, startSyncing, { connection: 'prod', kinds: ['issue'] })
    expect(await ask(test.app, showLeaving, { plan: 'all' })).toEqual({ plan: 'all', records: 0 })
    expect(await ask(test.app, deletePlan, { plan: 'all', remove: 0 })).toMatchObject({ removed: 0 })
    expect(await finish(test.app, 'prod', run)).toMatchObject({ status: 'complete' })
    expect(await stored()).toEqual(before)
  })

  it('leaves what a sync by hand wanted, and cancels the run of the plan', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    const plan = await ask(test.app, createPlan, { connection: 'prod', template: 'wiz-cspm', kinds: ['issue'] })
    expect(await ask(test.app, deletePlan, { plan: plan.name, remove: 0 })).toMatchObject({ kept: 0, removed: 0 })
    expect(await ask(test.app, showRun, { run: plan.run })).toMatchObject({ status: 'cancelled' })
    const before = await stored()
    expect(receiptOf(await syncByHand(test.app, 'prod', ['issue']), 'issue')).toMatchObject({ removed: 0, held: 0 })
    expect(await stored()).toEqual(before)
  })
})

describe('the schedule', () => {
  it('ING-5 a plan is due when its time has come, and not again until the next', async () => {
    const { id } = await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm', kinds: ['project'] })
    const { store } = test.app
    expect(await duePlans(store, new Date())).toEqual([])
    expect(await duePlans(store, later(1.1))).toMatchObject([{ id, name: 'cspm' }])
    const { runId } = await startPlanRun(test.app, id, 'schedule', { now: later(1.1) })
    expect(await duePlans(store, later(2))).toEqual([])
    expect(await duePlans(store, later(2.2))).toMatchObject([{ id }])
    expect(await finish(test.app, 'prod', runId ?? 0)).toMatchObject({ status: 'complete', startedBy: 'schedule' })
  })

  it('ING-5 is not due when it is off, manual, or its tenant is disconnected', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'manual', schedule: 'manual' })
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'off' })
    await ask(test.app, updatePlan, { plan: 'off', enabled: false })
    expect(await duePlans(test.app.store, later(1000))).toEqual([])
    const { id } = await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'orphan' })
    await ask(test.app, deleteConnection, { connection: 'prod' })
    expect(await duePlans(test.app.store, later(1000))).toEqual([])
    await expect(startPlanRun(test.app, id, 'test')).rejects.toMatchObject({ code: 'not-connected' })
  })

  it('ING-2 waits for another run of its connection, and stays due', async () => {
    const one = await ask(test.app, createPlan, { connection: 'prod', template: 'wiz-cspm', kinds: ['project'] })
    const two = await ask(test.app, createPlan, { connection: 'prod', template: 'runtime-detections' })
    expect(two).toMatchObject({ run: null, isNew: false, waitsFor: one.run })
    expect(await ask(test.app, runNow, { plan: one.name })).toMatchObject({
      run: one.run,
      isNew: false,
      waitsFor: null,
    })
    await finish(test.app, 'prod', one.run ?? 0)
    expect(await duePlans(test.app.store, new Date())).toMatchObject([{ id: two.id }])
    expect(await startPlanRun(test.app, two.id, 'schedule')).toMatchObject({ isNew: true })
  })

  it('ING-8 reads only changes, and everything again once a day', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm', kinds: ['issue'] })
    const modeOf = async () => receiptOf(await runPlan(test.app, 'cspm', {}), 'issue')?.mode
    expect(await modeOf()).toBe('full')
    expect(await modeOf()).toBe('delta')
    await test.app.store.pool.query(`UPDATE watermark SET full_at = now() - interval '25 hours'`)
    expect(await modeOf()).toBe('full')
  })
})

describe('a forecast', () => {
  it('ING-2 tells what would come in and what it costs, and stores nothing', async () => {
    const before = test.simulator.journal.summary()
    const told = await ask(test.app, forecast, { connection: 'prod', template: 'assets-and-findings' })
    const issue = told.items.find(({ kind }) => kind === 'issue')
    const filter = {
      severity: ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'],
      relatedEntity: { cloudPlatform: ['AWS', 'Azure', 'GCP'] },
    }
    const wanted = test.nodes('issuesV2', filter)
    const deleted = wanted.filter((node) => node.resolutionReason === 'OBJECT_DELETED')
    expect(issue).toMatchObject({ state: 'allowed', count: wanted.length, inspected: wanted.length })
    expect(issue?.leftOut).toEqual(deleted.length > 0 ? { skipDeletedResources: deleted.length } : {})
    expect(issue?.sample.length).toBe(5)
    expect(told.calls).toBe(told.items.reduce((sum, { calls }) => sum + calls, 0))
    expect(told.minutes).toBeGreaterThan(0)
    expect(test.simulator.journal.summary()).not.toEqual(before)
    for (const kind of KINDS) expect(await storedIds(test.app, kind.name)).toEqual([])
    expect((await test.app.store.pool.query('SELECT FROM run')).rowCount).toBe(0)
    expect((await ask(test.app, listAllPlans)).items).toEqual([])
  })

  it('ING-2 shows which rows would be left out here, and why', async () => {
    const input = { connection: 'prod', template: 'vulnerabilities' }
    const { items } = await ask(test.app, forecast, input)
    const [finding] = items
    const advisories = test
      .nodes('vulnerabilityFindings', {
        status: ['OPEN'],
        assetType: ['CONTAINER_IMAGE', 'REPOSITORY_BRANCH'],
      })
      .filter(({ name }) => !String(name).startsWith('CVE-'))
    expect(advisories.length).toBeGreaterThan(0)
    expect(finding?.leftOut).toEqual({ onlyCve: advisories.length })
    expect(finding?.sample.find(({ reason }) => reason === 'onlyCve')).toMatchObject({
      outcome: 'left-out',
      sentence: expect.stringContaining('no CVE id'),
    })
    expect(finding?.sample.some(({ outcome }) => outcome === 'comes-in')).toBe(true)
  })

  it('ING-2 leaves out what Wiz lists and calls deleted, as many as the run does', async () => {
    const input = { connection: 'prod', template: 'assets-and-findings', platforms: ['GCP'], kinds: ['cloud-resource'] }
    const listed = test.nodes('cloudResourcesV2', {
      cloudPlatform: { equals: ['GCP'] },
    })
    for (const { id } of listed.slice(0, 2)) {
      test.simulator.world.cloudResources.update(String(id), { deletedAt: new Date().toISOString() })
    }
    const { items } = await ask(test.app, forecast, input)
    const [asset] = items
    // All of them are looked at, so nothing is estimated.
    expect(asset?.inspected).toBe(asset?.count)
    const deleted = asset?.leftOut.deletedInWiz ?? 0
    expect(deleted).toBeGreaterThanOrEqual(2)
    expect(asset?.sample.find(({ reason }) => reason === 'deletedInWiz')).toMatchObject({
      outcome: 'left-out',
      sentence: expect.stringContaining('says that it is deleted'),
    })
    await makePlan(test.app, 'prod', 'assets-and-findings', { ...input, name: 'assets' })
    const run = await runPlan(test.app, 'assets')
    expect(run.receipts.find(({ kind }) => kind === 'cloud-resource')?.leftOut).toEqual({ deletedInWiz: deleted })
    expect((await storedIds(test.app, 'cloud-resource')).length).toBe((asset?.count ?? 0) - deleted)
  })

  it('ING-2 looks at a plan with a change that is not made, and names what is forbidden', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    test.simulator.accounts.update(test.simulator.clientId, { scopes: ['read:issues'] })
    const { items } = await ask(test.app, forecast, { plan: 'safe', severities: ['CRITICAL'] })
    expect(items.find(({ kind }) => kind === 'cloud-resource')).toMatchObject({
      state: 'forbidden',
      sentence: expect.stringContaining('read:resources'),
    })
    expect((await ask(test.app, showPlan, { plan: 'safe' })).filters.severities).toHaveLength(4)
    await expect(ask(test.app, forecast, { template: 'wiz-cspm' })).rejects.toMatchObject({ code: 'bad-input' })
  })

  it('ING-1 ING-2 goes without a field that Wiz no longer has, as its runs do', async () => {
    test.simulator.faults.add({ fault: 'field-removed' })
    const { items } = await ask(test.app, forecast, { connection: 'prod', template: 'wiz-cspm' })
    expect(items.map(({ state }) => state)).toEqual(['allowed', 'allowed', 'allowed'])
    expect(items.find(({ kind }) => kind === 'issue')?.inspected).toBeGreaterThan(0)
  })

  it('ING-2 tells of all other kinds where Wiz fails for one', async () => {
    test.simulator.faults.add({ fault: 'internal-error', root: 'issuesV2' })
    const { items } = await ask(test.app, forecast, { connection: 'prod', template: 'wiz-cspm' })
    expect(items.map(({ kind, state }) => [kind, state])).toEqual([
      ['issue', 'unknown'],
      ['vulnerability-finding', 'allowed'],
      ['configuration-finding', 'allowed'],
    ])
    expect(items[0]?.sentence).not.toMatch(/by itself/)
  })

  it('ING-2 makes as many calls as it said', async () => {
    const { calls } = await ask(test.app, forecast, { connection: 'prod', template: 'wiz-cspm' })
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm' })
    test.simulator.journal.clear()
    await runPlan(test.app, 'cspm')
    expect(test.simulator.journal.calls.length).toBe(calls)
  })
})
