import { describe, expect, it } from 'vitest'

import { connectedApp } from '../tenant.ts'
import { allVulnerabilities, at, idsOf, makePlan, receiptOf, runPlan, storedIds } from './fixture.ts'

const test = connectedApp()

describe('Vulnerabilities', () => {
  const wanted = (types: string[]) =>
    allVulnerabilities(test).filter(
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
    expect(await storedIds(test.app, 'vulnerability-finding')).toEqual(idsOf(wanted(types)))
    const others = allVulnerabilities(test).filter(
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
      const node = test.simulator.world.vulnerabilityFindings.get(row.id)
      expect(Date.parse(row.first_detected_at)).toBe(Date.parse(String(node?.firstDetectedAt)))
    }
  })

  it('ING-4 lets a finding go when it is closed in Wiz, also in a run of changes only', async () => {
    await makePlan(test.app, 'prod', 'vulnerabilities', { name: 'backline' })
    await runPlan(test.app, 'backline')
    const [closed = ''] = await storedIds(test.app, 'vulnerability-finding')
    test.simulator.advance(60_000)
    test.simulator.world.vulnerabilityFindings.update(closed, { status: 'RESOLVED' })
    const run = await runPlan(test.app, 'backline', {})
    expect(receiptOf(run, 'vulnerability-finding')?.mode).toBe('delta')
    expect(await storedIds(test.app, 'vulnerability-finding')).not.toContain(closed)
  })

  it('ING-4 refuses a plan with both scans off', async () => {
    const plan = makePlan(test.app, 'prod', 'vulnerabilities', { off: ['scanSca', 'scanContainerImages'] })
    await expect(plan).rejects.toMatchObject({ code: 'nothing-to-bring-in' })
  })
})
