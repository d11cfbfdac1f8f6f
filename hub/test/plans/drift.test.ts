import { describe, expect, it } from 'vitest'
import { connectedApp } from '../tenant.ts'
import { makePlan, receiptOf, runPlan, storedIds, syncByHand } from './fixture.ts'

const test = connectedApp({ issues: 60 })
const lose = (field: string) => test.simulator.faults.add({ fault: 'field-removed', field, type: 'Issue' })

describe('a field that Wiz no longer has', () => {
  it('ING-1 ING-9 removes no ticket that was read in it, however often it is missing', async () => {
    const kinds = ['issue', 'service-ticket']
    await syncByHand(test.app, 'prod', kinds)
    const before = await storedIds(test.app, 'service-ticket')
    expect(before.length).toBeGreaterThan(0)
    lose('serviceTickets')
    for (let times = 0; times < 2; times++) {
      const run = await syncByHand(test.app, 'prod', kinds)
      expect(receiptOf(run, 'issue')).toMatchObject({ state: 'complete' })
      expect(receiptOf(run, 'service-ticket')).toMatchObject({
        state: 'partial',
        errorCode: 'field-missing',
        marked: 0,
      })
    }
    expect(await storedIds(test.app, 'service-ticket')).toEqual(before)
    test.simulator.faults.clear()
    expect((await syncByHand(test.app, 'prod', kinds)).status).toBe('complete')
  })

  it('ING-1 ING-9 lets nothing leave a plan that is limited by it, however little it is', async () => {
    const few = test.nodes('issuesV2').map(({ projects }) => (projects as { id: string }[] | null)?.[0]?.id ?? '')
    const project = few.find((id) => id !== '' && few.filter((other) => other === id).length < 8) ?? ''
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'part', kinds: ['issue'], projects: [project] })
    await runPlan(test.app, 'part')
    const before = await storedIds(test.app, 'issue')
    expect(before.length).toBeLessThanOrEqual(10)
    lose('projects')
    const issues = receiptOf(await runPlan(test.app, 'part'), 'issue')
    expect(issues).toMatchObject({ state: 'partial', errorCode: 'field-missing', removed: 0, held: 0 })
    expect(issues?.error).toMatch(/^Wiz no longer has projects, so nobody knows which issues are gone or left out/)
    expect(await storedIds(test.app, 'issue')).toEqual(before)
  })
})
