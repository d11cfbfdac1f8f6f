import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { control } from '../../src/kinds/control.ts'
import { issue } from '../../src/kinds/issue.ts'
import { project } from '../../src/kinds/project.ts'
import { serviceTicket } from '../../src/kinds/service-ticket.ts'
import { technology } from '../../src/kinds/technology.ts'
import { decideRemoval } from '../../src/store/decide-removal.ts'
import { resumeRun } from '../../src/store/runs.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { connectTo, startTenant, type Tenant, usePagesOf } from './fixture.ts'

let test: TestApp
let simulator: Simulator
let tenant: Tenant

beforeAll(async () => {
  usePagesOf(25)
  test = await testApp()
})
afterAll(() => test?.close())
beforeEach(async () => {
  simulator = await startTenant({ issues: 60 })
  tenant = await connectTo(test.app, simulator)
  return () => simulator.close()
})

const KINDS = [issue, serviceTicket]

interface Event {
  id: string
  event: string
  field: string | null
  before: string | null
  after: string | null
  cause: string
  run_id: number | null
}

async function historyOf(kind: string): Promise<Event[]> {
  const { rows } = await test.app.store.pool.query<Event>(
    'SELECT id, event, field, before, after, cause, run_id FROM history WHERE connection_id = $1 AND kind = $2 ORDER BY seq',
    [tenant.connectionId, kind],
  )
  return rows
}

/** What the walk of the issues, its closing part aside, has written. */
async function writtenBy(runId: number): Promise<unknown> {
  return test.app.store.db
    .selectFrom('run_partition')
    .select(['inserted', 'updated'])
    .where('run_id', '=', runId)
    .where('kind', '=', 'issue')
    .where('role', '=', 'walk')
    .executeTakeFirst()
}

async function tombstonesOf(kind: string): Promise<{ id: string; reason: string; run_id: number; raw: unknown }[]> {
  const { rows } = await test.app.store.pool.query(
    'SELECT id, reason, run_id, raw FROM tombstone WHERE connection_id = $1 AND kind = $2 ORDER BY id',
    [tenant.connectionId, kind],
  )
  return rows
}

describe('ING-9 removal of a few', () => {
  it('is confirmed by id, leaves tombstones with their reason, and is taken back when they return', async () => {
    await tenant.sync({ kinds: KINDS })
    const before = await tenant.stored(issue)
    const gone = [...simulator.world.issues.ids()].slice(3, 6).sort()
    for (const id of gone) simulator.world.issues.remove(id)
    const outcome = await tenant.sync({ kinds: KINDS })
    expect(outcome.receipts.issue).toMatchObject({ state: 'complete', removed: 3, held: 0, expected: 57, fetched: 57 })
    expect(await tenant.unlikeWorld(issue)).toEqual([])
    expect(await tombstonesOf('issue')).toEqual(
      gone.map((id) => ({ id, reason: 'gone-from-wiz', run_id: outcome.runId, raw: before.get(id)?.raw })),
    )
    const lookUps = simulator.journal.calls.filter((call) => call.roots.includes('issue'))
    expect(lookUps.length).toBeGreaterThan(0)

    const [back = ''] = gone
    simulator.world.issues.add({ id: back })
    const restoring = await tenant.sync({ kinds: KINDS })
    expect(await tenant.unlikeWorld(issue)).toEqual([])
    expect((await tombstonesOf('issue')).map(({ id }) => id)).toEqual(gone.slice(1))
    const events = (await historyOf('issue')).filter(({ id, event }) => id === back && event !== 'changed')
    expect(events.map(({ event, cause, run_id }) => ({ event, cause, run_id }))).toEqual([
      { event: 'deleted', cause: 'sync', run_id: outcome.runId },
      { event: 'restored', cause: 'sync', run_id: restoring.runId },
    ])
  })

  it('does not happen where the list lost them but Wiz still has them', async () => {
    await tenant.sync({ kinds: KINDS })
    simulator.faults.add(
      { fault: 'skipped-row', root: 'issuesV2' },
      { fault: 'total-count-wrong', root: 'issuesV2', by: -2 },
    )
    const outcome = await tenant.sync({ kinds: KINDS })
    simulator.faults.clear()
    expect(outcome.receipts.issue).toMatchObject({ state: 'complete', removed: 0 })
    expect(outcome.receipts.issue?.notes.join()).toMatch(/2 moved while the list was read; they were found by id/)
    expect(await tenant.unlikeWorld(issue)).toEqual([])
    expect([...(await tenant.stored(issue)).values()].filter((row) => row.absentRun !== null)).toEqual([])
  })

  it('waits for a second complete sync where Wiz cannot be asked by id', async () => {
    await tenant.sync({ kinds: [technology] })
    const [id = ''] = simulator.world.technologies.ids()
    simulator.world.technologies.remove(id)
    const first = await tenant.sync({ kinds: [technology] })
    expect(first.receipts.technology).toMatchObject({ state: 'complete', removed: 0, marked: 1 })
    expect((await tenant.stored(technology)).get(id)?.absentRun).toBe(first.runId)
    const second = await tenant.sync({ kinds: [technology] })
    expect(second.receipts.technology).toMatchObject({ state: 'complete', removed: 1, marked: 0 })
    expect(await tenant.unlikeWorld(technology)).toEqual([])
  })

  it('waits for a second complete sync where Wiz has an internal error about what it does not have', async () => {
    await tenant.sync({ kinds: [control] })
    const [id = ''] = simulator.world.controls.ids()
    simulator.world.controls.remove(id)
    expect((await tenant.sync({ kinds: [control] })).receipts.control).toMatchObject({ removed: 0, marked: 1 })
    expect((await tenant.sync({ kinds: [control] })).receipts.control).toMatchObject({ removed: 1, marked: 0 })
    expect(await tombstonesOf('control')).toMatchObject([{ id, reason: 'gone-from-wiz' }])
    expect(await tenant.unlikeWorld(control)).toEqual([])
  })

  it('is not believed where Wiz gives no total and cannot be asked by id', async () => {
    await tenant.sync({ kinds: [technology] })
    simulator.world.technologies.remove([...simulator.world.technologies.ids()][0] ?? '')
    simulator.faults.add({ fault: 'total-count-missing', root: 'technologies' })
    await tenant.sync({ kinds: [technology] })
    const outcome = await tenant.sync({ kinds: [technology] })
    expect(outcome.receipts.technology).toMatchObject({ state: 'complete', removed: 0, marked: 1 })
  })
})

describe('ING-9 removal of many', () => {
  it('waits for a person; once approved it happens, with tombstones, and the run is complete', async () => {
    await tenant.sync({ kinds: KINDS })
    const before = (await tenant.stored(issue)).size
    const gone = simulator.world.issues.shrink(0.5)
    const held = await tenant.sync({ kinds: KINDS })
    expect(held).toMatchObject({ status: 'partial', code: 'needs-approval' })
    expect(held.receipts.issue).toMatchObject({ state: 'partial', code: 'needs-approval', held: gone, removed: 0 })
    expect(held.receipts.issue?.error).toMatch(/wizbridge runs approve/)
    expect((await tenant.stored(issue)).size).toBe(before)

    expect(await decideRemoval(test.app.store, held.runId, { approve: true, by: 'ada', kind: 'issue' })).toBe(gone)
    expect(await tenant.unlikeWorld(issue)).toEqual([])
    const tombstones = await tombstonesOf('issue')
    expect(tombstones).toHaveLength(gone)
    expect(new Set(tombstones.map(({ reason }) => reason))).toEqual(new Set(['approved']))
    const deletions = (await historyOf('issue')).filter(({ event }) => event === 'deleted')
    expect(new Set(deletions.map(({ cause }) => cause))).toEqual(new Set(['ada']))
    expect((await tenant.outcome(held.runId)).receipts.issue).toMatchObject({
      state: 'complete',
      removed: gone,
      code: null,
    })
  })

  it('is taken back when refused', async () => {
    await tenant.sync({ kinds: KINDS })
    const before = [...(await tenant.stored(issue)).keys()].sort()
    simulator.world.issues.shrink(0.5)
    const held = await tenant.sync({ kinds: KINDS })
    expect(await decideRemoval(test.app.store, held.runId, { approve: false, by: 'ada' })).toBe(0)
    const stored = await tenant.stored(issue)
    expect([...stored.keys()].sort()).toEqual(before)
    expect([...stored.values()].every((row) => row.absentRun === null)).toBe(true)
    expect(await tombstonesOf('issue')).toEqual([])
    await expect(decideRemoval(test.app.store, held.runId, { approve: true, by: 'ada' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('an approval spares what has been seen again since', async () => {
    await tenant.sync({ kinds: KINDS })
    simulator.faults.add({ fault: 'empty-answer', root: 'issuesV2' })
    const held = await tenant.sync({ kinds: KINDS })
    expect(held.receipts.issue).toMatchObject({ state: 'partial', code: 'needs-approval', held: 60 })
    simulator.faults.clear()
    await tenant.sync({ kinds: KINDS })
    expect(await decideRemoval(test.app.store, held.runId, { approve: true, by: 'ada' })).toBe(0)
    expect(await tenant.unlikeWorld(issue)).toEqual([])
  })

  it('a run whose removal was approved can be resumed to its end', async () => {
    await tenant.sync({ kinds: KINDS })
    simulator.world.issues.shrink(0.5)
    const held = await tenant.sync({ kinds: KINDS })
    await decideRemoval(test.app.store, held.runId, { approve: true, by: 'ada', kind: 'issue' })
    if ((await tenant.outcome(held.runId)).status !== 'complete') {
      await resumeRun(test.app.store, held.runId)
      await tenant.work(held.runId, { signal: AbortSignal.timeout(20_000) })
    }
    expect((await tenant.outcome(held.runId)).status).not.toBe('running')
  })
})

describe('ING-9 a service account that sees less than before', () => {
  const projects = (without: readonly string[] = []) =>
    [...simulator.world.projects.ids()].filter(
      (id) => !without.includes(String(simulator.world.projects.get(id)?.name)),
    )
  const limitTo = (projectIds: readonly string[] | null) =>
    simulator.accounts.update(simulator.clientId, { projectIds })
  const holdScopes = (scopes: readonly string[]) =>
    simulator.accounts.update(simulator.clientId, { scopes: [...scopes] })
  /** The stored issues that the account does not see now. */
  const unseen = async () => {
    const seen = new Set(
      simulator.world.snapshot('issuesV2', simulator.accounts.get(simulator.clientId)).map((id) => String(id)),
    )
    return [...(await tenant.stored(issue)).keys()].filter((id) => !seen.has(id)).sort()
  }

  it('loses nothing with a project, although so few would not have waited for a person', async () => {
    limitTo(projects())
    await tenant.sync({ kinds: [project, issue] })
    limitTo(projects(['Data', 'Warehouse']))
    const hidden = await unseen()
    expect(hidden.length).toBeGreaterThan(0)
    expect(hidden.length).toBeLessThan(10)
    const gone = [...(await tenant.stored(issue)).keys()].find((id) => !hidden.includes(id)) ?? ''
    simulator.world.issues.remove(gone)

    const outcome = await tenant.sync({ kinds: [issue] })
    expect(outcome).toMatchObject({ status: 'partial', code: 'needs-approval' })
    expect(outcome.receipts.issue).toMatchObject({ held: hidden.length, removed: 1 })
    expect(outcome.receipts.issue?.error).toMatch(/sees \d projects? fewer than before: .*Warehouse/)
    expect(await unseen()).toEqual(hidden)
    expect((await tombstonesOf('issue')).map(({ id, reason }) => [id, reason])).toEqual([[gone, 'gone-from-wiz']])

    expect(await decideRemoval(test.app.store, outcome.runId, { approve: true, by: 'ada' })).toBe(hidden.length)
    expect((await tenant.sync({ kinds: [issue] })).receipts.issue).toMatchObject({ state: 'complete', held: 0 })
    expect(await tenant.unlikeWorld(issue)).toEqual([])
  })

  it('finds everything again when it is given its projects back', async () => {
    limitTo(projects())
    await tenant.sync({ kinds: [issue] })
    limitTo(projects(['Data', 'Warehouse']))
    const held = await tenant.sync({ kinds: [issue] })
    limitTo(projects())
    expect((await tenant.sync({ kinds: [issue] })).receipts.issue).toMatchObject({ state: 'complete', removed: 0 })
    expect(await decideRemoval(test.app.store, held.runId, { approve: true, by: 'ada' })).toBe(0)
    expect(await tenant.unlikeWorld(issue)).toEqual([])
  })

  it('keeps the projects themselves, and what lies in none while one is missing', async () => {
    const kinds = [project, technology]
    await tenant.sync({ kinds })
    const [gone = ''] = simulator.world.technologies.ids()
    limitTo(projects(['Shared Services']))
    simulator.world.technologies.remove(gone)
    const first = await tenant.sync({ kinds })
    expect(first.receipts.project).toMatchObject({ state: 'partial', held: 1, removed: 0 })
    const second = await tenant.sync({ kinds })
    expect(second.receipts.technology).toMatchObject({ state: 'partial', held: 1, removed: 0 })
    expect(second.receipts.technology?.error).toContain('Shared Services')
    await decideRemoval(test.app.store, second.runId, { approve: true, by: 'ada' })
    expect((await tenant.sync({ kinds })).status).toBe('complete')
    expect((await tenant.stored(technology)).has(gone)).toBe(false)
  })

  it('loses nothing that lies in no project when it is limited to projects for the first time', async () => {
    await tenant.sync({ kinds: [issue] })
    limitTo(projects())
    const hidden = await unseen()
    const outcome = await tenant.sync({ kinds: [issue] })
    expect(outcome.receipts.issue).toMatchObject({ state: 'partial', held: hidden.length, removed: 0 })
    expect(outcome.receipts.issue?.error).toMatch(/no longer shows anything that lies in no project/)
    expect(await unseen()).toEqual(hidden)
  })

  it('loses nothing either where it may not list projects, and still lets go of what is gone', async () => {
    holdScopes(['read:issues'])
    limitTo(projects())
    await tenant.sync({ kinds: [issue] })
    limitTo(projects(['Data', 'Warehouse']))
    const hidden = await unseen()
    const outcome = await tenant.sync({ kinds: [issue] })
    expect(outcome.receipts.issue).toMatchObject({ state: 'partial', held: hidden.length, removed: 0 })
    expect(outcome.receipts.issue?.error).toContain('add read:projects')
    limitTo(projects())
    const rows = [...(await tenant.stored(issue))]
    const key = (row: (typeof rows)[number][1]) => JSON.stringify(row.columns.projectIds)
    const [gone = ''] = rows.find(([, row]) => rows.filter(([, other]) => key(other) === key(row)).length > 1) ?? []
    simulator.world.issues.remove(gone)
    const last = await tenant.sync({ kinds: [issue] })
    expect(last.receipts.issue).toMatchObject({ state: 'complete', held: 0, removed: 1 })
  })

  it('loses nothing with a scope that opened a part of a kind', async () => {
    holdScopes(['read:projects', 'read:issues'])
    await tenant.sync({ kinds: [issue] })
    const before = (await tenant.stored(issue)).size
    holdScopes(['read:projects', 'read:posture_issues'])
    const hidden = await unseen()
    expect(hidden.length).toBeGreaterThan(0)
    const outcome = await tenant.sync({ kinds: [issue] })
    expect(outcome.receipts.issue).toMatchObject({ state: 'partial', held: hidden.length, removed: 0 })
    expect(outcome.receipts.issue?.error).toMatch(/no longer holds the scope .*read:issues/)
    expect((await tenant.stored(issue)).size).toBe(before)
    await decideRemoval(test.app.store, outcome.runId, { approve: true, by: 'ada' })
    const [gone = ''] = (await tenant.stored(issue)).keys()
    simulator.world.issues.remove(gone)
    const last = (await tenant.sync({ kinds: [issue] })).receipts.issue
    expect(last).toMatchObject({ state: 'complete', removed: 1 })
    expect(last?.notes.join()).toMatch(
      /only a part of the issues: add the scope read:issues or read:threat_issues in Wiz/,
    )
  })
})

describe('ING-9 set aside', () => {
  it('keeps what could not be read, whole and with its reason', async () => {
    simulator.faults.add({ fault: 'record-without-id', root: 'issuesV2', page: 1 })
    const outcome = await tenant.sync({ kinds: [issue] })
    const { rows } = await test.app.store.pool.query<{ code: string; reason: string; raw: Record<string, unknown> }>(
      'SELECT code, reason, raw FROM rejected_record WHERE run_id = $1',
      [outcome.runId],
    )
    expect(rows).toMatchObject([{ code: 'no-id', reason: 'A node has no usable id.' }])
    expect(rows[0]?.raw).toMatchObject({ status: expect.any(String), createdAt: expect.any(String) })
    expect((await tenant.stored(issue)).size).toBe(59)
  })

  it('keeps a record whole, however large it is', async () => {
    simulator.faults.add({ fault: 'record-gigantic', root: 'issuesV2', page: 1, field: 'id' })
    const outcome = await tenant.sync({ kinds: [issue] })
    const { rows } = await test.app.store.pool.query<{ size: number }>(
      `SELECT length(raw ->> 'id') AS size FROM rejected_record WHERE run_id = $1`,
      [outcome.runId],
    )
    expect(rows).toEqual([{ size: 5_000_000 }])
  })
})

describe('ING-3 a scope', () => {
  it('never removes what lies outside of it', async () => {
    await tenant.sync({ kinds: KINDS })
    const all = await tenant.stored(issue)
    const [first = ''] = [...all].filter(([, row]) => row.columns.severity === 'HIGH').map(([id]) => id)
    const outside = [...all].filter(([, row]) => row.columns.severity !== 'HIGH').map(([id]) => id)
    simulator.world.issues.remove(first)
    for (const id of outside.slice(0, 3)) simulator.world.issues.remove(id)
    const scope = { severities: ['HIGH'] }
    const outcome = await tenant.sync({ kinds: [issue], scope })
    expect(outcome.receipts.issue).toMatchObject({ state: 'complete', removed: 1 })
    const left = await tenant.stored(issue)
    expect(left.has(first)).toBe(false)
    expect(outside.filter((id) => !left.has(id))).toEqual([])
  })

  it('that is empty in Wiz and here is complete, whatever is stored outside of it', async () => {
    await tenant.sync({ kinds: [issue] })
    const scope = { projects: ['no-such-project'] }
    simulator.faults.add({ fault: 'empty-answer', root: 'issuesV2' })
    const outcome = await tenant.sync({ kinds: [issue], scope })
    expect(outcome.receipts.issue).toMatchObject({ state: 'complete', held: 0, removed: 0 })
    expect((await tenant.stored(issue)).size).toBe(60)
  })
})

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

describe('ING-12 history', () => {
  it('has each change of a tracked field, with its cause and its run, and nothing when nothing changed', async () => {
    await tenant.sync({ kinds: KINDS })
    expect(await historyOf('issue')).toEqual([])
    const [id = ''] = [...(await tenant.stored(issue))]
      .filter(([, row]) => row.columns.status === 'OPEN' && row.columns.dueAt !== null)
      .map(([key]) => key)
    const before = (await tenant.stored(issue)).get(id)?.columns ?? {}
    const dueAt = '2027-03-04T05:06:07.123456Z'
    const severity = before.severity === 'LOW' ? 'HIGH' : 'LOW'
    simulator.world.issues.update(id, { status: 'RESOLVED', severity, dueAt, resolutionReason: 'ISSUE_FIXED' })
    const outcome = await tenant.sync({ kinds: KINDS })
    const after = (await tenant.stored(issue)).get(id)?.columns ?? {}
    const events = await historyOf('issue')
    expect(events.every((event) => event.run_id === outcome.runId && event.cause === 'sync' && event.id === id)).toBe(
      true,
    )
    expect(Object.fromEntries(events.map((event) => [event.field, [event.before, event.after]]))).toEqual({
      status: ['OPEN', 'RESOLVED'],
      severity: [before.severity, severity],
      dueAt: [expect.stringMatching(MOMENT), dueAt],
      resolutionReason: [null, 'ISSUE_FIXED'],
      resolvedAt: [null, expect.stringMatching(MOMENT)],
    })
    expect(new Date(String(after.resolvedAt)).getTime()).toBeGreaterThan(0)
    expect(await writtenBy(outcome.runId)).toEqual({ inserted: 0, updated: 1 })
    await tenant.sync({ kinds: KINDS })
    expect(await historyOf('issue')).toHaveLength(events.length)
  })

  it('a project that is archived is a change like any other', async () => {
    await tenant.sync({ kinds: [project] })
    const [id = ''] = simulator.world.projects.ids()
    simulator.world.projects.update(id, { archived: true })
    await tenant.sync({ kinds: [project] })
    expect(await historyOf('project')).toMatchObject([{ id, field: 'isArchived', before: 'false', after: 'true' }])
  })
})
