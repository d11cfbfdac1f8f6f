import { describe, expect, it } from 'vitest'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { ask } from '../operations/ask.ts'
import { connectedApp, type Node } from '../tenant.ts'
import { allVulnerabilities, idsOf, makePlan, receiptOf, runPlan, storedIds, syncByHand } from './fixture.ts'

const test = connectedApp()

describe('several plans on one connection', () => {
  it('ING-2 keeps what any of them wants, and lets go of what none wants any more', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', kinds: ['issue'], severities: ['HIGH'] })
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'open', kinds: ['issue'], statuses: ['OPEN'] })
    await runPlan(test.app, 'high')
    await runPlan(test.app, 'open')
    const isHigh = (node: Node) => node.severity === 'HIGH'
    const isOpen = (node: Node) => node.status === 'OPEN'
    const union = idsOf(test.nodes('issuesV2').filter((node) => isHigh(node) || isOpen(node)))
    expect(await storedIds(test.app, 'issue')).toEqual(union)
    const again = await runPlan(test.app, 'high')
    expect(receiptOf(again, 'issue')).toMatchObject({ state: 'complete', removed: 0 })
    expect(await storedIds(test.app, 'issue')).toEqual(union)

    await ask(test.app, updatePlan, { plan: 'high', severities: ['CRITICAL'] })
    await runPlan(test.app, 'high')
    const after = idsOf(test.nodes('issuesV2').filter((node) => node.severity === 'CRITICAL' || isOpen(node)))
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
    expect(await storedIds(test.app, 'control')).toEqual(idsOf(test.nodes('controls')))
    expect(await storedIds(test.app, 'issue')).toEqual(idsOf(test.nodes('issuesV2')))
    const { rows } = await test.app.store.pool.query('SELECT DISTINCT kind, reason FROM tombstone')
    expect(rows).toEqual([{ kind: 'project', reason: 'left-scope' }])
  })

  it('ING-2 lets go of what a plan without limits brought in once it is limited', async () => {
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'all', kinds: ['issue'] })
    await runPlan(test.app, 'all')
    await ask(test.app, updatePlan, { plan: 'all', severities: ['CRITICAL'] })
    const run = await runPlan(test.app, 'all', {})
    const left = idsOf(test.nodes('issuesV2').filter((node) => node.severity === 'CRITICAL'))
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
    expect(await storedIds(test.app, 'vulnerability-finding')).toEqual(idsOf(allVulnerabilities(test)))
  })

  it('ING-9 removes nothing that a sync by hand has brought in', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'high', kinds: ['issue'], severities: ['HIGH'] })
    await runPlan(test.app, 'high')
    await ask(test.app, updatePlan, { plan: 'high', severities: ['CRITICAL'] })
    await runPlan(test.app, 'high')
    expect(await storedIds(test.app, 'issue')).toEqual(idsOf(test.nodes('issuesV2')))
  })

  it('ING-2 a plan without rows of its own is no empty answer', async () => {
    await syncByHand(test.app, 'prod', ['issue'])
    await makePlan(test.app, 'prod', 'wiz-cspm', { name: 'none', kinds: ['issue'], platforms: ['Alibaba'] })
    const run = await runPlan(test.app, 'none')
    expect(receiptOf(run, 'issue')).toMatchObject({ state: 'complete', fetched: 0 })
  })
})
