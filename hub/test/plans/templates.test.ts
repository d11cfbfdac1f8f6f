import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { NEEDED_SCOPES } from '../../src/ingest/needed-scopes.ts'
import { listFindings } from '../../src/operations/objects/findings-list.ts'
import { listTemplates } from '../../src/operations/plans/templates.ts'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask } from '../operations/ask.ts'
import { connect, makePlan, receiptOf, runPlan, startTenant, storedIds, syncByHand } from './fixture.ts'

let test: TestApp
let simulator: Simulator

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())
beforeEach(async () => {
  await test.empty()
  simulator = await startTenant()
  await connect(test.app, simulator, 'prod')
  return () => simulator.close()
})

type Node = Record<string, unknown>
const ALL = ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED']
const nodes = (root: string, filter?: Node): Node[] => simulator.world.snapshotNodes(root, undefined, filter)
const ids = (list: readonly Node[]) => list.map(({ id }) => String(id)).sort()
const at = (node: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Node | null)?.[key], node)
const vulnerabilities = () => nodes('vulnerabilityFindings', { status: ALL })
const resources = () => nodes('cloudResourcesV2').filter((node) => node.deletedAt === null)
const clouds = ['AWS', 'Azure', 'GCP']

describe('all templates', () => {
  it('CON-4 ask for no scope that this version does not use', async () => {
    for (const { name, scopes } of (await ask(test.app, listTemplates)).items) {
      expect(
        scopes.filter((scope) => !NEEDED_SCOPES.has(scope)),
        name,
      ).toEqual([])
      expect(
        scopes.filter((scope) => !scope.startsWith('read:')),
        name,
      ).toEqual([])
    }
  })
})

describe('Wiz CSPM', () => {
  it('ING-2 brings in all issues, vulnerabilities and configuration findings, and nothing else', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm' })
    const run = await runPlan(test.app, 'cspm')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'issue')).toEqual(ids(nodes('issuesV2')))
    expect(await storedIds(test.app, 'vulnerability-finding')).toEqual(ids(vulnerabilities()))
    const live = nodes('configurationFindings', { status: ALL }).filter((node) => !node.deleted)
    expect(await storedIds(test.app, 'configuration-finding')).toEqual(ids(live))
    for (const kind of ['project', 'control', 'service-ticket', 'cloud-resource', 'technology']) {
      expect(await storedIds(test.app, kind)).toEqual([])
    }
  })
})

describe('Assets and findings', () => {
  const wantedIssues = (severities: string[]) =>
    nodes('issuesV2').filter(
      (node) =>
        clouds.includes(String(at(node, 'entitySnapshot.cloudPlatform'))) &&
        severities.includes(String(node.severity)) &&
        node.resolutionReason !== 'OBJECT_DELETED' &&
        (typeof node.entity === 'function' ? node.entity() : node.entity) !== null,
    )
  const four = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']

  it('ING-3 brings in assets of three clouds and their issues, without Informational ones', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    const run = await runPlan(test.app, 'safe')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual(
      ids(resources().filter((node) => clouds.includes(String(node.cloudPlatform)))),
    )
    expect(await storedIds(test.app, 'issue')).toEqual(ids(wantedIssues(four)))
    const deleted = nodes('issuesV2').filter(
      (node) =>
        node.resolutionReason === 'OBJECT_DELETED' &&
        clouds.includes(String(at(node, 'entitySnapshot.cloudPlatform'))) &&
        four.includes(String(node.severity)),
    )
    expect(deleted.length).toBeGreaterThan(0)
    expect(receiptOf(run, 'issue')?.leftOut).toEqual({ skipDeletedResources: deleted.length })
  })

  it('ING-3 skips an issue once its resource is gone, and removes it with the reason', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const [victim] = wantedIssues(four).filter((node) => node.status === 'OPEN')
    simulator.world.cloudResources.remove(String(at(victim, 'entitySnapshot.id')))
    await runPlan(test.app, 'safe')
    expect(await storedIds(test.app, 'issue')).not.toContain(victim?.id)
    const grave = await test.app.store.db
      .selectFrom('tombstone')
      .selectAll()
      .where('id', '=', String(victim?.id))
      .execute()
    expect(grave).toMatchObject([{ kind: 'issue', reason: 'left-scope' }])
  })

  it('ING-9 does not call gone from Wiz what only fits a plan no more, where so much of it waits for a person', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe', kinds: ['issue'] })
    await runPlan(test.app, 'safe')
    const before = await storedIds(test.app, 'issue')
    const resources = new Set(wantedIssues(four).map((node) => String(at(node, 'entitySnapshot.id'))))
    for (const id of [...resources].slice(0, resources.size / 2)) simulator.world.cloudResources.remove(id)
    const issues = receiptOf(await runPlan(test.app, 'safe'), 'issue')
    expect(issues).toMatchObject({ state: 'partial', removed: 0, errorCode: 'needs-approval' })
    expect(issues?.error).toMatch(/^\d+ records are still in Wiz, but fit no plan any more: .*runs approve"\.$/)
    expect(await storedIds(test.app, 'issue')).toEqual(before)
  })

  it('ING-3 takes Informational issues, other clouds and issues of deleted resources when they are turned on', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', {
      name: 'safe',
      severities: [...four, 'INFORMATIONAL'],
      platforms: [...clouds, 'EKS'],
      off: ['skipDeletedResources'],
    })
    await runPlan(test.app, 'safe')
    const platforms = [...clouds, 'EKS']
    expect(await storedIds(test.app, 'issue')).toEqual(
      ids(nodes('issuesV2').filter((node) => platforms.includes(String(at(node, 'entitySnapshot.cloudPlatform'))))),
    )
  })

  it('ING-3 onboards no new assets when that is off, and assesses only those present', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const known = await storedIds(test.app, 'cloud-resource')
    const added = simulator.world.cloudResources.add({ type: 'BUCKET', cloudPlatform: 'AWS', name: 'newcomer' })
    const [issue] = wantedIssues(four).filter((node) => node.status === 'OPEN')
    await ask(test.app, updatePlan, { plan: 'safe', off: ['autoOnboardNewAssets'] })
    const run = await runPlan(test.app, 'safe')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual(known)
    expect(await storedIds(test.app, 'cloud-resource')).not.toContain(added.id)
    expect(await storedIds(test.app, 'issue')).toContain(issue?.id)
    await ask(test.app, updatePlan, { plan: 'safe', on: ['autoOnboardNewAssets'] })
    await runPlan(test.app, 'safe')
    expect(await storedIds(test.app, 'cloud-resource')).toContain(added.id)
    expect(receiptOf(run, 'cloud-resource')?.leftOut).toEqual({ onlyKnownAssets: 1 })
  })

  it('ING-3 brings in nothing on assets that were never here when onboarding is off', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe', off: ['autoOnboardNewAssets'] })
    const run = await runPlan(test.app, 'safe')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual([])
    expect(await storedIds(test.app, 'issue')).toEqual([])
    expect(receiptOf(run, 'cloud-resource')?.leftOut.onlyKnownAssets).toBe(receiptOf(run, 'cloud-resource')?.fetched)
  })

  it('ING-3 leaves existing metadata alone when updating it is off, and updates it when it is on', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const [first = ''] = await storedIds(test.app, 'cloud-resource')
    const nameOf = async () =>
      (await test.app.store.pool.query('SELECT name FROM cloud_resource WHERE id = $1', [first])).rows[0]?.name
    const before = await nameOf()
    simulator.world.cloudResources.update(first, { name: 'renamed' })
    await ask(test.app, updatePlan, { plan: 'safe', off: ['updateExistingAssetMetadata'] })
    const kept = await runPlan(test.app, 'safe')
    expect(await nameOf()).toBe(before)
    expect(receiptOf(kept, 'cloud-resource')).toMatchObject({ state: 'complete', removed: 0, marked: 0 })
    await ask(test.app, updatePlan, { plan: 'safe', on: ['updateExistingAssetMetadata'] })
    await runPlan(test.app, 'safe')
    expect(await nameOf()).toBe('renamed')
  })

  it('ING-7 shows technologies as asset types', async () => {
    await makePlan(test.app, 'prod', 'assets-and-findings', { name: 'safe' })
    await runPlan(test.app, 'safe')
    const { rows } = await test.app.store.pool.query<{ asset_types: string[] | null; raw: Node }>(
      'SELECT asset_types, raw FROM cloud_resource WHERE cardinality(asset_types) > 0',
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { asset_types, raw } of rows) {
      const technologies = at(raw, 'graphEntity.technologies') as { name: string }[]
      expect(asset_types).toEqual(technologies.map(({ name }) => name))
    }
  })
})

describe('Vulnerabilities', () => {
  const wanted = (types: string[]) =>
    vulnerabilities().filter(
      (node) =>
        node.status === 'OPEN' &&
        String(node.name).startsWith('CVE-') &&
        types.includes(String(at(node, 'vulnerableAsset.type'))),
    )

  it.each([
    [[], ['REPOSITORY_BRANCH', 'CONTAINER_IMAGE']],
    [['scanSca'], ['CONTAINER_IMAGE']],
    [['scanContainerImages'], ['REPOSITORY_BRANCH']],
  ])('ING-4 with %j off brings in open findings with a CVE id on %j', async (off, types) => {
    await makePlan(test.app, 'prod', 'vulnerabilities', { name: 'backline', off })
    const run = await runPlan(test.app, 'backline')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'vulnerability-finding')).toEqual(ids(wanted(types)))
    const others = vulnerabilities().filter(
      (node) =>
        node.status === 'OPEN' &&
        !String(node.name).startsWith('CVE-') &&
        types.includes(String(at(node, 'vulnerableAsset.type'))),
    )
    const leftOut = receiptOf(run, 'vulnerability-finding')?.leftOut
    expect(leftOut).toEqual(others.length > 0 ? { onlyCve: others.length } : {})
  })

  it('ING-4 keeps the original detection time', async () => {
    await makePlan(test.app, 'prod', 'vulnerabilities', { name: 'backline' })
    await runPlan(test.app, 'backline')
    const { rows } = await test.app.store.pool.query<{ id: string; first_detected_at: string }>(
      'SELECT id, first_detected_at FROM vulnerability_finding WHERE first_detected_at IS NOT NULL',
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      const node = simulator.world.vulnerabilityFindings.get(row.id)
      expect(Date.parse(row.first_detected_at)).toBe(Date.parse(String(node?.firstDetectedAt)))
    }
  })

  it('ING-4 lets a finding go when it is closed in Wiz, also in a run of changes only', async () => {
    await makePlan(test.app, 'prod', 'vulnerabilities', { name: 'backline' })
    await runPlan(test.app, 'backline')
    const [closed = ''] = await storedIds(test.app, 'vulnerability-finding')
    simulator.advance(60_000)
    simulator.world.vulnerabilityFindings.update(closed, { status: 'RESOLVED' })
    const run = await runPlan(test.app, 'backline', {})
    expect(receiptOf(run, 'vulnerability-finding')?.mode).toBe('delta')
    expect(await storedIds(test.app, 'vulnerability-finding')).not.toContain(closed)
  })

  it('ING-4 refuses a plan with both scans off', async () => {
    const plan = makePlan(test.app, 'prod', 'vulnerabilities', { off: ['scanSca', 'scanContainerImages'] })
    await expect(plan).rejects.toMatchObject({ code: 'nothing-to-bring-in' })
  })
})

describe('Software catalog', () => {
  it('ING-5 brings in projects, controls, issues and their tickets', async () => {
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'port' })
    const run = await runPlan(test.app, 'port')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'project')).toEqual(ids(nodes('projects', { includeArchived: true })))
    expect(await storedIds(test.app, 'control')).toEqual(ids(nodes('controls')))
    expect(await storedIds(test.app, 'issue')).toEqual(ids(nodes('issuesV2')))
    const tickets = nodes('issuesV2').flatMap((node) => (node.serviceTickets as Node[] | null) ?? [])
    expect(await storedIds(test.app, 'service-ticket')).toEqual([...new Set(ids(tickets))])
    expect(await storedIds(test.app, 'cloud-resource')).toEqual([])
  })
})

describe('Runtime detections', () => {
  it('ING-2 brings in every cloud resource, to match detections with', async () => {
    await makePlan(test.app, 'prod', 'runtime-detections', { name: 'alma' })
    const run = await runPlan(test.app, 'alma')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual(ids(resources()))
    expect(await storedIds(test.app, 'issue')).toEqual([])
  })
})

describe('templates', () => {
  it('ING-2 says of each template what it brings in by default', async () => {
    const { items } = await ask(test.app, listTemplates)
    expect(
      items.map(({ title, kinds, filters, schedule, options }) => ({
        title,
        kinds,
        filters,
        schedule,
        options: Object.fromEntries(options.map((option) => [option.label, option.default])),
      })),
    ).toEqual([
      {
        title: 'Wiz CSPM',
        kinds: ['issue', 'vulnerability-finding', 'configuration-finding'],
        filters: {},
        schedule: 'every 1 hour',
        options: {},
      },
      {
        title: 'Assets and findings',
        kinds: ['cloud-resource', 'issue'],
        filters: { severities: ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], platforms: ['AWS', 'Azure', 'GCP'] },
        schedule: 'every 1 day',
        options: {
          'Skip Issues of Deleted Resources': true,
          'Auto Onboard New Assets': true,
          'Update Existing Asset Metadata': true,
        },
      },
      {
        title: 'Vulnerabilities',
        kinds: ['vulnerability-finding'],
        filters: { statuses: ['OPEN'] },
        schedule: 'every 6 hours',
        options: { 'Scan SCA Vulnerabilities': true, 'Scan Container Image Vulnerabilities': true },
      },
      {
        title: 'Software catalog',
        kinds: ['project', 'control', 'issue', 'service-ticket'],
        filters: {},
        schedule: 'every 1 hour',
        options: { 'Send raw data examples': true },
      },
      {
        title: 'Runtime detections',
        kinds: ['cloud-resource'],
        filters: {},
        schedule: 'every 6 hours',
        options: {},
      },
    ])
  })
})

describe('several plans on one connection', () => {
  it('ING-2 keeps what any of them wants, and lets go of what none wants any more', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', kinds: ['issue'], severities: ['HIGH'] })
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'open', kinds: ['issue'], statuses: ['OPEN'] })
    await runPlan(test.app, 'high')
    await runPlan(test.app, 'open')
    const isHigh = (node: Node) => node.severity === 'HIGH'
    const isOpen = (node: Node) => node.status === 'OPEN'
    const union = ids(nodes('issuesV2').filter((node) => isHigh(node) || isOpen(node)))
    expect(await storedIds(test.app, 'issue')).toEqual(union)
    const again = await runPlan(test.app, 'high')
    expect(receiptOf(again, 'issue')).toMatchObject({ state: 'complete', removed: 0 })
    expect(await storedIds(test.app, 'issue')).toEqual(union)

    await ask(test.app, updatePlan, { plan: 'high', severities: ['CRITICAL'] })
    await runPlan(test.app, 'high')
    const after = ids(nodes('issuesV2').filter((node) => node.severity === 'CRITICAL' || isOpen(node)))
    expect(await storedIds(test.app, 'issue')).toEqual(after)
    const graves = await test.app.store.db.selectFrom('tombstone').select('reason').execute()
    expect(graves.length).toBe(union.filter((id) => !after.includes(id)).length)
    expect(new Set(graves.map(({ reason }) => reason))).toEqual(new Set(['left-scope']))
  })

  it('ING-2 lets go of a kind that no plan brings in any more, but not of what its tickets are read from', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'both', kinds: ['project', 'control'] })
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'tickets', kinds: ['service-ticket'] })
    await runPlan(test.app, 'both')
    await runPlan(test.app, 'tickets')
    await ask(test.app, updatePlan, { plan: 'both', kinds: ['control'] })
    await runPlan(test.app, 'both')
    expect(await storedIds(test.app, 'project')).toEqual([])
    expect(await storedIds(test.app, 'control')).toEqual(ids(nodes('controls')))
    expect(await storedIds(test.app, 'issue')).toEqual(ids(nodes('issuesV2')))
    const { rows } = await test.app.store.pool.query('SELECT DISTINCT kind, reason FROM tombstone')
    expect(rows).toEqual([{ kind: 'project', reason: 'left-scope' }])
  })

  it('ING-2 lets go of what a plan without limits brought in once it is limited', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'all', kinds: ['issue'] })
    await runPlan(test.app, 'all')
    await ask(test.app, updatePlan, { plan: 'all', severities: ['CRITICAL'] })
    const run = await runPlan(test.app, 'all', {})
    const left = ids(nodes('issuesV2').filter((node) => node.severity === 'CRITICAL'))
    expect(await storedIds(test.app, 'issue')).toEqual(left)
    expect(receiptOf(run, 'issue')).toMatchObject({ state: 'complete', removed: 200 - left.length })
  })

  it('ING-9 keeps what another plan wants although this one sees it and leaves it out', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'all', kinds: ['vulnerability-finding'] })
    await makePlan(test.app, 'prod', 'vulnerabilities', { name: 'backline' })
    await runPlan(test.app, 'all')
    const run = await runPlan(test.app, 'backline')
    expect(receiptOf(run, 'vulnerability-finding')?.leftOut.onlyCve).toBeGreaterThan(0)
    expect(receiptOf(run, 'vulnerability-finding')).toMatchObject({ state: 'complete', removed: 0, held: 0 })
    expect(await storedIds(test.app, 'vulnerability-finding')).toEqual(ids(vulnerabilities()))
  })

  it('ING-9 removes nothing that a sync by hand has brought in', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', kinds: ['issue'], severities: ['HIGH'] })
    await runPlan(test.app, 'high')
    await ask(test.app, updatePlan, { plan: 'high', severities: ['CRITICAL'] })
    await runPlan(test.app, 'high')
    expect(await storedIds(test.app, 'issue')).toEqual(ids(nodes('issuesV2')))
  })

  it('ING-2 a plan without rows of its own is no empty answer', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'none', kinds: ['issue'], platforms: ['Alibaba'] })
    const run = await runPlan(test.app, 'none')
    expect(receiptOf(run, 'issue')).toMatchObject({ state: 'complete', fetched: 0 })
  })
})

describe('status', () => {
  it('ING-7 calls what Wiz ignores Accepted Failed, and follows Wiz at the next sync', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm', kinds: ['issue'] })
    await runPlan(test.app, 'cspm')
    const accepted = async () =>
      (await ask(test.app, listFindings, { filter: ['localStatus=Accepted Failed'], limit: 1000 })).items
    const rejected = ids(nodes('issuesV2', { status: ['REJECTED'] }))
    expect(ids((await accepted()) as Node[])).toEqual(rejected)
    const [reopened = ''] = rejected
    simulator.advance(60_000)
    simulator.world.issues.update(reopened, { status: 'OPEN' })
    await runPlan(test.app, 'cspm')
    expect(ids((await accepted()) as Node[])).not.toContain(reopened)
    const { items } = await ask(test.app, listFindings, { filter: [`id=${reopened}`] })
    expect(items).toMatchObject([{ status: 'OPEN', localStatus: 'Open' }])
  })
})
