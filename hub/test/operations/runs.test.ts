import { describe, expect, it } from 'vitest'
import { issue } from '../../src/kinds/issue.ts'
import { KINDS } from '../../src/kinds/kinds.ts'
import { listConnections } from '../../src/operations/connections/list.ts'
import { kindOperations } from '../../src/operations/objects/kind-operations.ts'
import { listTombstones } from '../../src/operations/objects/tombstones-list.ts'
import { restoreTombstone } from '../../src/operations/objects/tombstones-restore.ts'
import { createPlan } from '../../src/operations/plans/create.ts'
import { deletePlan } from '../../src/operations/plans/delete.ts'
import { cancel } from '../../src/operations/runs/cancel.ts'
import { approve, refuse } from '../../src/operations/runs/decide.ts'
import { listRuns } from '../../src/operations/runs/list.ts'
import { showProgress } from '../../src/operations/runs/progress.ts'
import { resume } from '../../src/operations/runs/resume.ts'
import { showRun } from '../../src/operations/runs/show.ts'
import { startSyncing } from '../../src/operations/runs/start-sync.ts'
import { workOn } from '../../src/operations/runs/work-on.ts'
import { Claims } from '../../src/store/claims.ts'
import { openPresence } from '../../src/worker/presence.ts'
import { receiptOf } from '../plans/fixture.ts'
import { connectedApp } from '../tenant.ts'
import { ask, OWNER, sync } from './ask.ts'

const test = connectedApp({ issues: 60 })
const [listIssues, showIssue] = kindOperations(issue) as [Parameters<typeof ask>[1], Parameters<typeof ask>[1]]

describe('runs', () => {
  it('ING-9 RUN-1 tells for every kind what was expected, fetched and stored', async () => {
    const run = await sync(test.app, 'prod')
    expect(run).toMatchObject({ connection: 'prod', status: 'complete', startedBy: 'cli:test', error: null })
    expect(run.receipts.map((each) => each.kind)).toEqual(KINDS.map((kind) => kind.name))
    const receipt = receiptOf(run, 'issue')
    const count = test.simulator.world.issues.count()
    expect(receipt).toMatchObject({
      state: 'complete',
      expected: count,
      fetched: count,
      inserted: count,
      stored: count,
    })
    const listed = await ask(test.app, listRuns)
    expect(listed.items).toMatchObject([{ id: run.id, connection: 'prod', status: 'complete' }])
    const progress = await ask(test.app, showProgress, { run: run.id })
    expect(progress).toMatchObject({ status: 'complete', kinds: 10, kindsDone: 10, etaSeconds: null })
    expect(progress.fetched).toBe(run.receipts.reduce((sum, each) => sum + (each.fetched ?? 0), 0))
    expect(progress.expected).toBe(progress.fetched)
  })

  it('RUN-1 tells how long a run took and which plan it followed', async () => {
    const wanted = { connection: 'prod', template: 'vulnerabilities', name: 'few' }
    const { run } = await ask(test.app, createPlan, wanted)
    await workOn(test.app, { run: run ?? 0, connection: 'prod' }, { signal: new AbortController().signal })
    await sync(test.app, 'prod', { kinds: ['control'] })
    const { items } = await ask(test.app, listRuns)
    expect(items.map((run) => run.plan)).toContain('few')
    expect(items.map((run) => run.plan)).toContain(null)
    for (const { durationSeconds, startedAt, finishedAt } of items) {
      if (finishedAt === null) continue
      expect(durationSeconds).toBeCloseTo((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000, 0)
    }
    const ofPlan = await ask(test.app, listRuns, { filter: ['plan=few'] })
    expect(ofPlan.items.map((run) => run.plan)).toEqual(['few'])
    const { id } = ofPlan.items[0] ?? { id: 0 }
    expect(await ask(test.app, showRun, { run: id })).toMatchObject({ plan: 'few' })
    await ask(test.app, deletePlan, { plan: 'few' })
    expect(await ask(test.app, listRuns, { filter: ['plan=few'] })).toEqual(ofPlan)
    expect(await ask(test.app, showRun, { run: id })).toMatchObject({ plan: 'few' })
  })

  it('RUN-1 a run is queued until somebody works on it, and says so where nobody is there to', async () => {
    const { run } = await ask(test.app, startSyncing, { connection: 'prod', kinds: ['control'] })
    const seen = async () => {
      const { items } = await ask(test.app, listRuns)
      const { status, startedAt } = items[0] ?? {}
      const shown = await ask(test.app, showRun, { run })
      const { error } = await ask(test.app, showProgress, { run })
      expect([items[0]?.status, items[0]?.error]).toEqual([shown.status, shown.error])
      return { status, error: [shown.errorCode, error], startedAt: Date.parse(String(startedAt)) }
    }
    const alone = await seen()
    expect(alone.status).toBe('queued')
    expect(alone.error).toEqual(['no-worker', expect.stringContaining('start "wizbridge serve --role worker"')])

    const worker = openPresence(test.app.store)
    await worker.beat()
    expect(await seen()).toEqual({ ...alone, error: [null, null] })
    await worker.leave()
    expect(await seen()).toEqual(alone)

    const claims = new Claims(test.app.store)
    expect(await claims.next(run, () => false)).toMatchObject({ kind: 'control', runId: run })
    const begun = await seen()
    expect(begun).toMatchObject({ status: 'running', error: [null, null] })
    expect(begun.startedAt).toBeGreaterThan(alone.startedAt)
    await claims.close()

    await ask(test.app, cancel, { run })
    await ask(test.app, resume, { run })
    expect(await seen()).toEqual({ ...alone, startedAt: begun.startedAt })
    await workOn(test.app, { run, connection: 'prod' }, { signal: new AbortController().signal })
    expect(await seen()).toEqual({ status: 'complete', error: [null, null], startedAt: begun.startedAt })
  })

  it('ING-8 joins the run that is under way, and can cancel and resume it', async () => {
    const first = await ask(test.app, startSyncing, { connection: 'prod' })
    const again = await ask(test.app, startSyncing, { connection: 'prod' })
    expect([first.isNew, again]).toEqual([true, { ...first, isNew: false }])
    expect(await ask(test.app, cancel, { run: first.run })).toEqual({ run: first.run, status: 'cancelled' })
    await expect(ask(test.app, cancel, { run: first.run })).rejects.toMatchObject({ code: 'conflict' })
    expect((await ask(test.app, resume, { run: first.run })).status).toBe('queued')
    await workOn(test.app, first, { signal: new AbortController().signal })
    expect((await ask(test.app, showRun, { run: first.run })).status).toBe('complete')
    await expect(ask(test.app, resume, { run: first.run })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('ING-9 says of everything that is not stored why', async () => {
    const [gone = ''] = test.simulator.world.cloudResources.ids()
    test.simulator.world.cloudResources.update(gone, { deletedAt: new Date().toISOString() })
    const resources = receiptOf(await sync(test.app, 'prod'), 'cloud-resource')
    expect(resources?.leftOut).toEqual({ deletedInWiz: expect.any(Number) })
    expect(resources?.stored).toBe(Number(resources?.fetched) - Number(resources?.leftOut.deletedInWiz))
  })

  it('ING-9 shows what failed and what was set aside', async () => {
    test.simulator.faults.add({ fault: 'record-without-id', root: 'issuesV2' })
    test.simulator.faults.add({ fault: 'scope-lost', root: 'controls' })
    const run = await sync(test.app, 'prod')
    expect(run.status).toBe('partial')
    expect(receiptOf(run, 'issue')).toMatchObject({ state: 'partial', errorCode: 'records-rejected' })
    expect(run.rejected).toMatchObject([{ kind: 'issue', code: 'no-id' }])
    expect(receiptOf(run, 'control')).toMatchObject({ state: 'failed', errorCode: 'missing-scope' })
    expect(run.failedParts).toMatchObject([{ kind: 'control', code: 'missing-scope' }])
    const limited = await ask(test.app, showRun, { run: run.id }, { ...OWNER, projectIds: ['p'] })
    expect(limited.rejected).toEqual([])
  })

  it('RUN-4 is not found by whoever may not see its connection', async () => {
    const { run } = await ask(test.app, startSyncing, { connection: 'prod' })
    for (const operation of [showRun, showProgress, cancel, resume, approve, refuse]) {
      const asked = ask(test.app, operation, { run }, { ...OWNER, connectionIds: [99] })
      await expect(asked).rejects.toMatchObject({ code: 'not-found' })
    }
    expect((await ask(test.app, listRuns, {}, { ...OWNER, connectionIds: [99] })).items).toEqual([])
  })

  it('ING-2 syncs only the kinds that were asked for, by name or plural', async () => {
    const run = await sync(test.app, 'prod', { kinds: ['projects', 'control'] })
    expect(run.receipts.map((each) => each.kind)).toEqual(['project', 'control'])
    const wrong = ask(test.app, startSyncing, { connection: 'prod', kinds: ['isues'] })
    await expect(wrong).rejects.toThrow(/there are the kinds project, .*issue/)
  })
})

describe('removals', () => {
  it('ING-9 holds back a large removal until a person decides, and restores what was removed', async () => {
    await sync(test.app, 'prod')
    const before = new Set(test.simulator.world.snapshot('issuesV2'))
    test.simulator.world.issues.shrink(0.5)
    const gone = [...before].filter((id) => !new Set(test.simulator.world.snapshot('issuesV2')).has(id))
    const run = await sync(test.app, 'prod', { full: true })
    expect(receiptOf(run, 'issue')).toMatchObject({
      errorCode: 'needs-approval',
      held: gone.length,
      heldState: 'waiting',
    })
    expect(run.held.length).toBeGreaterThan(0)
    for (const row of run.held.filter(({ kind }) => kind === 'issue')) {
      expect(gone).toContain(row.id)
      expect(row.title).toEqual(expect.any(String))
    }
    const count = async () => (await ask(test.app, listIssues, { total: true, limit: 1 })) as { total: number }
    expect((await count()).total).toBe(before.size)

    const waiting = async () => (await ask(test.app, listConnections)).items.map((each) => each.waitingRun)
    expect(await waiting()).toEqual([run.id])
    const decided = await ask(test.app, approve, { run: run.id, kind: 'issues' })
    expect(decided.removed).toBe(gone.length)
    expect((await count()).total).toBe(before.size - gone.length)
    await expect(ask(test.app, approve, { run: run.id, kind: 'issues' })).rejects.toMatchObject({ code: 'conflict' })

    const id = gone[0] ?? ''
    const graves = await ask(test.app, listTombstones, { filter: [`id=${id}`] })
    expect(graves.items).toMatchObject([{ kind: 'issue', id, connection: 'prod', reason: 'approved' }])
    const shown = (await ask(test.app, showIssue, { id })) as Record<string, unknown>
    expect(shown).toMatchObject({
      id,
      connection: 'prod',
      localStatus: expect.any(String),
      tombstone: { reason: 'approved', runId: run.id },
    })
    expect(shown.raw).toMatchObject({ id })
    expect(shown.history).toMatchObject([{ event: 'deleted', after: 'approved' }])

    await ask(test.app, restoreTombstone, { kind: 'issue', id })
    expect((await count()).total).toBe(before.size - gone.length + 1)
    const restored = (await ask(test.app, showIssue, { id })) as Record<string, unknown>
    expect(restored).toMatchObject({ id, tombstone: null, history: [{ event: 'restored', cause: 'cli:test' }, {}] })
    await expect(ask(test.app, restoreTombstone, { kind: 'issue', id })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('ING-9 keeps what a person refuses to remove', async () => {
    await sync(test.app, 'prod', { kinds: ['issue'] })
    test.simulator.world.issues.shrink(0.5)
    const run = await sync(test.app, 'prod', { kinds: ['issue'], full: true })
    expect(await ask(test.app, refuse, { run: run.id })).toMatchObject({ removed: 0 })
    expect((await ask(test.app, listConnections)).items).toMatchObject([{ waitingRun: null }])
    expect(receiptOf(await ask(test.app, showRun, { run: run.id }), 'issue')).toMatchObject({ heldState: 'refused' })
    const { items } = (await ask(test.app, listIssues, { filter: ['absentRun!=null'] })) as { items: unknown[] }
    expect(items).toEqual([])
  })

  it('RUN-4 shows a deleted object only to those who saw its projects', async () => {
    await sync(test.app, 'prod', { kinds: ['issue'] })
    const { items } = (await ask(test.app, listIssues, { filter: ['projectIds!=null'], limit: 1 })) as {
      items: { id: string; projectIds: string[] }[]
    }
    const [{ id, projectIds } = { id: '', projectIds: [] }] = items
    test.simulator.world.issues.remove(id)
    await sync(test.app, 'prod', { kinds: ['issue'], full: true })
    const shown = (projects: string[]) => ask(test.app, showIssue, { id }, { ...OWNER, projectIds: projects })
    expect(await shown(projectIds)).toMatchObject({ id, tombstone: { reason: 'gone-from-wiz' } })
    await expect(shown(['elsewhere'])).rejects.toMatchObject({ code: 'not-found' })
    const { items: graves } = await ask(test.app, listTombstones, {}, { ...OWNER, projectIds })
    expect(graves).toEqual([])
    const restore = ask(test.app, restoreTombstone, { kind: 'issue', id }, { ...OWNER, projectIds })
    await expect(restore).rejects.toMatchObject({ code: 'not-allowed' })
  })
})
