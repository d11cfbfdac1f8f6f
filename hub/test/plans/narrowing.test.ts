import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { openConnection } from '../../src/ingest/open-connection.ts'
import { startSync } from '../../src/ingest/sync.ts'
import { kindNamed } from '../../src/kinds/kinds.ts'
import { updateConnection } from '../../src/operations/connections/update.ts'
import { deletePlan } from '../../src/operations/plans/delete.ts'
import { showLeaving } from '../../src/operations/plans/leaving.ts'
import { updatePlan } from '../../src/operations/plans/update.ts'
import { why } from '../../src/operations/why.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask } from '../operations/ask.ts'
import { connect, startTenant } from '../tenant.ts'
import { finish, makePlan, receiptOf, runPlan, storedIds, syncByHand } from './fixture.ts'

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

type Node = { id: string; status: string; projects: { id: string }[] | null; serviceTickets: { id: string }[] | null }
const KINDS = ['issue', 'service-ticket']
const limit = (projects: readonly string[]) => ask(test.app, updateConnection, { connection: 'prod', projects })
const nodes = () => simulator.world.snapshotNodes('issuesV2') as unknown as Node[]
const projectsOf = ({ projects }: Node) => (projects ?? []).map(({ id }) => id)
const isIn = (projects: readonly string[]) => (node: Node) => projectsOf(node).some((id) => projects.includes(id))
const ticketsOf = (list: readonly Node[]) =>
  list.flatMap(({ serviceTickets }) => (serviceTickets ?? []).map(({ id }) => id)).sort()

async function graves(kind: string): Promise<Record<string, string>> {
  const rows = await test.app.store.db
    .selectFrom('tombstone')
    .select(['id', 'reason'])
    .where('kind', '=', kind)
    .execute()
  return Object.fromEntries(rows.map(({ id, reason }) => [id, reason]))
}

/** A project in which some tickets of certain issues lie, and some do not. */
function projectWithTickets(isMeant: (node: Node) => boolean = () => true): string {
  const meant = nodes().filter(isMeant)
  const found = [...new Set(meant.flatMap(projectsOf))].find((id) => {
    const count = ticketsOf(meant.filter(isIn([id]))).length
    return count > 0 && count < ticketsOf(meant).length - 1
  })
  if (!found) throw new Error('tickets lie in all projects or in none')
  return found
}

describe('tickets leave with their issues', () => {
  it('ING-9 ING-10 as left-scope where a connection is narrowed, and come back when it is widened', async () => {
    await syncByHand(test.app, 'prod', KINDS)
    const all = ticketsOf(nodes())
    const project = projectWithTickets()
    const stay = ticketsOf(nodes().filter(isIn([project])))
    const leave = all.filter((id) => !stay.includes(id))
    await limit([project])
    const run = await syncByHand(test.app, 'prod', KINDS)
    expect(receiptOf(run, 'service-ticket')).toMatchObject({ state: 'complete', held: 0, removed: leave.length })
    expect(await storedIds(test.app, 'service-ticket')).toEqual(stay)
    expect(await graves('service-ticket')).toEqual(Object.fromEntries(leave.map((id) => [id, 'left-scope'])))

    const [lost = ''] = leave
    const issue = nodes().find((node) => ticketsOf([node]).includes(lost))?.id
    expect((await ask(test.app, why, { id: lost })).items).toMatchObject([
      {
        code: 'removed',
        kind: 'service-ticket',
        by: 'left-scope',
        sentence: expect.stringMatching(/because no plan wanted the issue it belonged to any more\.$/),
        change: `wizbridge why ${issue}`,
      },
    ])
    const [first, second] = (await ask(test.app, why, { id: issue })).items
    expect(first).toMatchObject({ code: 'excluded', by: 'projects' })
    expect(second?.sentence).toMatch(/because it lies in no project that the connection is limited to\.$/)

    await limit([])
    const back = receiptOf(await syncByHand(test.app, 'prod', KINDS), 'service-ticket')
    expect(back).toMatchObject({ inserted: leave.length, updated: 0, unchanged: stay.length })
    expect(await storedIds(test.app, 'service-ticket')).toEqual(all)
    expect(await graves('service-ticket')).toEqual({})
  })

  it('ING-2 ING-9 as left-scope where a plan is narrowed, whatever another plan keeps', async () => {
    const isOpen = ({ status }: Node) => status === 'OPEN'
    const one = projectWithTickets((node) => !isOpen(node))
    const other = projectWithTickets((node) => isOpen(node) && !isIn([one])(node))
    const wide = [one, other]
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'wide', kinds: KINDS, projects: wide })
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'open', kinds: KINDS, statuses: ['OPEN'] })
    await runPlan(test.app, 'open')
    await runPlan(test.app, 'wide')
    const before = ticketsOf(nodes().filter((node) => isOpen(node) || isIn(wide)(node)))
    const after = ticketsOf(nodes().filter((node) => isOpen(node) || isIn([other])(node)))
    expect(await storedIds(test.app, 'service-ticket')).toEqual(before)
    expect(after.length).toBeLessThan(before.length)
    await ask(test.app, updatePlan, { plan: 'wide', projects: [other] })
    await runPlan(test.app, 'wide')
    expect(await storedIds(test.app, 'service-ticket')).toEqual(after)
    const left = before.filter((id) => !after.includes(id))
    expect(await graves('service-ticket')).toEqual(Object.fromEntries(left.map((id) => [id, 'left-scope'])))
  })

  it('ING-9 as gone where their issue is gone, or no longer has them', async () => {
    await syncByHand(test.app, 'prod', KINDS)
    const [gone, without] = nodes().filter((node) => ticketsOf([node]).length > 0)
    if (!gone || !without) throw new Error('no issue has tickets')
    simulator.world.issues.remove(gone.id)
    simulator.world.issues.update(without.id, { serviceTickets: [] })
    const lost = ticketsOf([gone, without])
    const first = await syncByHand(test.app, 'prod', KINDS)
    expect(receiptOf(first, 'service-ticket')).toMatchObject({ state: 'complete', removed: 0, marked: lost.length })
    await syncByHand(test.app, 'prod', KINDS)
    expect(await graves('service-ticket')).toEqual(Object.fromEntries(lost.map((id) => [id, 'gone-from-wiz'])))
  })

  it('ING-2 as left-scope with the next run, where a plan is deleted with what only it wanted', async () => {
    const project = projectWithTickets()
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'all', kinds: KINDS })
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'part', kinds: KINDS, projects: [project] })
    await runPlan(test.app, 'all')
    const { records } = await ask(test.app, showLeaving, { plan: 'all' })
    await ask(test.app, deletePlan, { plan: 'all', remove: records })
    await runPlan(test.app, 'part')
    expect(await storedIds(test.app, 'service-ticket')).toEqual(ticketsOf(nodes().filter(isIn([project]))))
    expect(new Set(Object.values(await graves('service-ticket')))).toEqual(new Set(['left-scope']))
  })
})

describe('a connection that is limited while something goes on', () => {
  const begin = async (kinds: readonly string[], full = true) => {
    const { id, scope } = await openConnection(test.app, 'prod')
    const wanted = { connectionId: id, startedBy: 'test', kinds: kinds.map(kindNamed), full, scope }
    return (await startSync(test.app.store, wanted)).runId
  }

  it('CON-5 keeps what its first sync brings in, whatever plan runs next', async () => {
    const project = projectWithTickets()
    const run = await begin(KINDS)
    await limit([project])
    await finish(test.app, 'prod', run)
    await makePlan(test.app, 'prod', 'runtime-detections', { name: 'assets' })
    await runPlan(test.app, 'assets')
    const within = nodes().filter(isIn([project]))
    expect(await storedIds(test.app, 'issue')).toEqual(expect.arrayContaining(within.map(({ id }) => id)))
    expect(await storedIds(test.app, 'service-ticket')).toEqual(expect.arrayContaining(ticketsOf(within)))
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'open', kinds: KINDS, statuses: ['OPEN'] })
    await runPlan(test.app, 'open')
    await runPlan(test.app, 'assets')
    expect(await storedIds(test.app, 'issue')).toEqual(within.map(({ id }) => id).sort())
  })

  it('CON-5 lets go of what lies outside also where a plan is deleted before the next sync', async () => {
    const project = projectWithTickets()
    await syncByHand(test.app, 'prod', KINDS)
    await makePlan(test.app, 'prod', 'software-catalog', { name: 'open', kinds: KINDS, statuses: ['OPEN'] })
    await limit([project])
    await ask(test.app, deletePlan, { plan: 'open' })
    await syncByHand(test.app, 'prod', KINDS)
    expect(await storedIds(test.app, 'issue')).toEqual(
      nodes()
        .filter(isIn([project]))
        .map(({ id }) => id)
        .sort(),
    )
  })

  it('CON-5 ING-8 brings everything back where it is widened again while rows leave, also by a sync of changes', async () => {
    await simulator.close()
    await test.empty()
    simulator = await startTenant({ issues: 1200 })
    await connect(test.app, simulator, 'prod')
    await syncByHand(test.app, 'prod', ['issue'])
    const all = await storedIds(test.app, 'issue')
    const project = projectWithTickets()
    const last = nodes()
      .filter((node) => !isIn([project])(node))
      .map(({ id }) => id)
      .sort()
      .at(-1)
    await limit([project])
    const { pool } = test.app.store
    await pool.query(
      `CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'power cut'; END $$`,
    )
    await pool.query(
      `CREATE TRIGGER break_off BEFORE INSERT ON tombstone FOR EACH ROW WHEN (NEW.id = '${last}') EXECUTE FUNCTION break_off()`,
    )
    try {
      expect((await syncByHand(test.app, 'prod', ['issue'])).status).toBe('partial')
    } finally {
      await pool.query('DROP FUNCTION break_off CASCADE')
    }
    expect((await storedIds(test.app, 'issue')).length).toBeLessThan(all.length)
    await limit([])
    await finish(test.app, 'prod', await begin(['issue'], false))
    expect(await storedIds(test.app, 'issue')).toEqual(all)
  })
})
