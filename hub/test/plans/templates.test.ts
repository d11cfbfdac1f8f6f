import { describe, expect, it } from 'vitest'
import { NEEDED_SCOPES } from '../../src/ingest/needed-scopes.ts'
import { listFindings } from '../../src/operations/objects/findings-list.ts'
import { listTemplates } from '../../src/operations/plans/templates.ts'
import { ask } from '../operations/ask.ts'
import { connectedApp, type Node } from '../tenant.ts'
import { ALL_STATUSES, allVulnerabilities, idsOf, makePlan, runPlan, storedIds } from './fixture.ts'

const test = connectedApp()

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

describe('Wiz CSPM', () => {
  it('ING-2 brings in all issues, vulnerabilities and configuration findings, and nothing else', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm' })
    const run = await runPlan(test.app, 'cspm')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'issue')).toEqual(idsOf(test.nodes('issuesV2')))
    expect(await storedIds(test.app, 'vulnerability-finding')).toEqual(idsOf(allVulnerabilities(test)))
    const live = test.nodes('configurationFindings', { status: ALL_STATUSES }).filter((node) => !node.deleted)
    expect(await storedIds(test.app, 'configuration-finding')).toEqual(idsOf(live))
    for (const kind of ['project', 'control', 'service-ticket', 'cloud-resource', 'technology']) {
      expect(await storedIds(test.app, kind)).toEqual([])
    }
  })

  it('ING-7 calls what Wiz ignores Accepted Failed, and follows Wiz at the next sync', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'cspm', kinds: ['issue'] })
    await runPlan(test.app, 'cspm')
    const accepted = async () =>
      (await ask(test.app, listFindings, { filter: ['localStatus=Accepted Failed'], limit: 1000 })).items
    const rejected = idsOf(test.nodes('issuesV2', { status: ['REJECTED'] }))
    expect(idsOf(await accepted())).toEqual(rejected)
    const [reopened = ''] = rejected
    test.simulator.advance(60_000)
    test.simulator.world.issues.update(reopened, { status: 'OPEN' })
    await runPlan(test.app, 'cspm')
    expect(idsOf(await accepted())).not.toContain(reopened)
    const { items } = await ask(test.app, listFindings, { filter: [`id=${reopened}`] })
    expect(items).toMatchObject([{ status: 'OPEN', localStatus: 'Open' }])
  })
})

describe('Software catalog', () => {
  it('ING-5 brings in projects, controls, issues and their tickets', async () => {
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'port' })
    const run = await runPlan(test.app, 'port')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'project')).toEqual(idsOf(test.nodes('projects', { includeArchived: true })))
    expect(await storedIds(test.app, 'control')).toEqual(idsOf(test.nodes('controls')))
    expect(await storedIds(test.app, 'issue')).toEqual(idsOf(test.nodes('issuesV2')))
    const tickets = test.nodes('issuesV2').flatMap((node) => (node.serviceTickets as Node[] | null) ?? [])
    expect(await storedIds(test.app, 'service-ticket')).toEqual([...new Set(idsOf(tickets))])
    expect(await storedIds(test.app, 'cloud-resource')).toEqual([])
  })
})

describe('Runtime detections', () => {
  it('ING-2 brings in every cloud resource, to match detections with', async () => {
    await makePlan(test.app, 'prod', 'runtime-detections', { name: 'alma' })
    const run = await runPlan(test.app, 'alma')
    expect(run.status).toBe('complete')
    expect(await storedIds(test.app, 'cloud-resource')).toEqual(
      idsOf(test.nodes('cloudResourcesV2').filter((node) => node.deletedAt === null)),
    )
    expect(await storedIds(test.app, 'issue')).toEqual([])
  })
})
