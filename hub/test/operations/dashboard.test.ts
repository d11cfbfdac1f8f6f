import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { showFacets } from '../../src/operations/dashboard/facets.ts'
import { remember } from '../../src/operations/dashboard/remember.ts'
import { showDashboard } from '../../src/operations/dashboard/show.ts'
import { listFindings } from '../../src/operations/objects/findings-list.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { connect, startTenant } from '../tenant.ts'
import { ask, OWNER, sync } from './ask.ts'

let test: TestApp
let simulator: Simulator

beforeAll(async () => {
  test = await testApp()
  simulator = await startTenant({ issues: 60 })
  await connect(test.app, simulator, 'prod')
  await sync(test.app, 'prod')
})
afterAll(async () => {
  await simulator.close()
  await test.close()
})

const total = async (...filter: string[]) =>
  (await ask(test.app, listFindings, { filter, limit: 1, total: true })).total as number
const sumOf = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0)

describe('the dashboard', () => {
  it('VIEW-1 counts the open findings as their list does, also at the end of the last day and over all ages', async () => {
    const { open, days, ages } = await ask(test.app, showDashboard, { days: 30 })
    const listed = await total('status=OPEN', 'status=IN_PROGRESS')
    expect(listed).toBeGreaterThan(0)
    expect(sumOf(open)).toBe(listed)
    expect(open.CRITICAL).toBe(await total('status=OPEN', 'status=IN_PROGRESS', 'severity=CRITICAL'))
    expect(days).toHaveLength(30)
    expect(sumOf(days.at(-1)?.open ?? {})).toBe(listed)
    expect(ages.reduce((sum, age) => sum + sumOf(age.open), 0)).toBe(listed)
  })

  it('ING-12 each age leads to the list of what it counts', async () => {
    const { ages } = await ask(test.app, showDashboard, {})
    for (const { since, until, open } of ages) {
      const bounds = [...(since ? [`detectedAt>=${since}`] : []), ...(until ? [`detectedAt<${until}`] : [])]
      expect(await total('status=OPEN', 'status=IN_PROGRESS', ...bounds)).toBe(sumOf(open))
    }
  })

  it('RUN-4 shows nothing of connections and projects that the caller may not see', async () => {
    const blind = await ask(test.app, showDashboard, {}, { ...OWNER, connectionIds: [99] })
    expect(blind).toMatchObject({ open: {}, topAssets: [], topProjects: [], topRules: [], freshness: [] })
    const { topProjects } = await ask(test.app, showDashboard, {})
    const project = topProjects[0]?.id ?? ''
    const limited = await ask(test.app, showDashboard, {}, { ...OWNER, projectIds: [project] })
    expect(limited.topProjects.map(({ id }) => id)).toEqual([project])
    expect(sumOf(limited.open)).toBe(topProjects[0]?.open)
  })
})

describe('what takes long', () => {
  it('VIEW-1 is answered from what was computed lately, for the same question only, and for a minute at most', async () => {
    const store = { ...test.app.store }
    let now = 0
    let took = 0
    let computed = 0
    const compute = async () => {
      now += took
      return ++computed
    }
    const asked = (key: string) => remember(store, key, compute, () => now)
    expect([await asked('a'), await asked('a')]).toEqual([1, 2])
    took = 2000
    expect([await asked('a'), await asked('a'), await asked('b')]).toEqual([3, 3, 4])
    now += 15_000
    expect([await asked('a'), await asked('a')]).toEqual([3, 5])
    now += 100_000
    expect(await asked('a')).toBe(6)
  })

  it('VIEW-1 is computed once for all who ask meanwhile, and again after it failed', async () => {
    const store = { ...test.app.store }
    const failing = () => Promise.reject(new Error('away'))
    await expect(Promise.all([remember(store, 'a', failing), remember(store, 'a', failing)])).rejects.toThrow('away')
    let computed = 0
    const compute = async () => ++computed
    expect(await Promise.all([remember(store, 'a', compute), remember(store, 'a', compute)])).toEqual([1, 1])
  })
})

describe('facets', () => {
  it('VIEW-1 counts each value as the list would, leaving out the filter on its own field', async () => {
    const filter = ['severity=HIGH', 'status=OPEN']
    const { items } = await ask(test.app, showFacets, { kind: 'findings', field: ['severity', 'projectIds'], filter })
    const [severity, projects] = items
    expect(severity?.values.length).toBeGreaterThan(2)
    for (const { value, count } of severity?.values ?? []) {
      expect(count).toBe(await total('status=OPEN', `severity=${value}`))
    }
    const [first] = projects?.values ?? []
    expect(first?.label).toEqual(expect.any(String))
    expect(first?.count).toBe(await total(...filter, `projectIds=${first?.value}`))
  })

  it('VIEW-1 refuses fields whose values are too many, and kinds there are not', async () => {
    const times = ask(test.app, showFacets, { kind: 'issues', field: ['createdAt'] })
    await expect(times).rejects.toThrow(/Count another field/)
    await expect(ask(test.app, showFacets, { kind: 'isues', field: ['status'] })).rejects.toThrow(/no kind "isues"/)
  })
})
