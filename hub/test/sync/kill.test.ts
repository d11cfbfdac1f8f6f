import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { configurationFinding } from '../../src/kinds/configuration-finding.ts'
import { issue } from '../../src/kinds/issue.ts'
import { serviceTicket } from '../../src/kinds/service-ticket.ts'
import { technology } from '../../src/kinds/technology.ts'
import { vulnerabilityFinding } from '../../src/kinds/vulnerability-finding.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { connectTo, startTenant, type Tenant, usePagesOf } from './fixture.ts'
import { pagesOf, startWorker, untilPages } from './worker-process.ts'

const KILLS = process.env.WIZBRIDGE_SOAK ? 200 : 5
const PAGE = 20
const KINDS = [technology, issue, serviceTicket, vulnerabilityFinding, configurationFinding]

let test: TestApp
let simulator: Simulator
let tenant: Tenant

beforeAll(async () => {
  usePagesOf(PAGE)
  test = await testApp()
  simulator = await startTenant({ issues: 140, latencyMs: 20 })
  tenant = await connectTo(test.app, simulator)
})
afterAll(async () => {
  await simulator?.close()
  await test?.close()
})

/** Lets processes work on a run until it has ended, each but the last one killed at some page; answers how many were. */
async function killedToTheEnd(runId: number, most: number): Promise<number> {
  for (let kills = 0; ; kills++) {
    const worker = startWorker(test, tenant, runId, PAGE)
    const at = (await pagesOf(test, runId)) + 1 + Math.floor(Math.random() * 4)
    if (kills < most && (await untilPages(test, runId, at))) {
      worker.child.kill('SIGKILL')
      await worker.ended
      continue
    }
    expect(await worker.ended).toMatchObject({ exitCode: 0, errors: '' })
    return kills
  }
}

/** Each change in the history of a run, and how often it is there. */
async function eventsOf(runId: number): Promise<Map<string, number>> {
  const { rows } = await test.app.store.pool.query<{ key: string; n: number }>(
    `SELECT concat_ws(' ', kind, id, event, field) AS key, count(*)::int AS n FROM history WHERE run_id = $1 GROUP BY 1`,
    [runId],
  )
  return new Map(rows.map(({ key, n }) => [key, n]))
}

async function insertedBy(runId: number): Promise<number> {
  const { rows } = await test.app.store.pool.query<{ n: number }>(
    `SELECT sum(inserted)::int AS n FROM run_partition WHERE run_id = $1`,
    [runId],
  )
  return rows[0]?.n ?? 0
}

it('ING-8 goes on from the last page after kill -9, as often as it takes, and keeps nothing twice', async () => {
  let kills = 0
  let changed: string[] = []
  for (let round = 0; kills < KILLS; round++) {
    const runId = await tenant.start({ kinds: KINDS })
    kills += await killedToTheEnd(runId, round === 0 ? Math.min(KILLS, 4) : KILLS - kills)
    const outcome = await tenant.outcome(runId)
    expect(outcome, JSON.stringify(outcome.receipts)).toMatchObject({ status: 'complete', code: null })
    for (const kind of KINDS) expect(await tenant.unlikeWorld(kind), kind.name).toEqual([])
    const events = await eventsOf(runId)
    expect(
      [...events.values()].every((n) => n === 1),
      'a change is in the history twice',
    ).toBe(true)
    expect([...events.keys()].sort()).toEqual(changed)
    if (round === 0) {
      const rows = await Promise.all(KINDS.map(async (kind) => (await tenant.stored(kind)).size))
      expect(await insertedBy(runId)).toBe(rows.reduce((sum, size) => sum + size, 0))
    }
    changed = change()
  }
}, 1_200_000)

/** Changes the status of some issues; answers what the history has to say of it. */
function change(): string[] {
  const { issues } = simulator.world
  const ids = [...issues.ids()].filter(() => Math.random() < 0.3)
  return ids
    .flatMap((id) => {
      const status = issues.get(id)?.status === 'OPEN' ? 'IN_PROGRESS' : 'OPEN'
      const before = issues.get(id)
      const after = issues.update(id, { status })
      const fields = ['status', ...(before?.resolvedAt === after.resolvedAt ? [] : ['resolvedAt'])]
      return fields.map((field) => `issue ${id} changed ${field}`)
    })
    .sort()
}

it('ING-8 two processes share one run, and nothing is kept twice', async () => {
  const other = await connectTo(test.app, simulator)
  const runId = await other.start({ kinds: KINDS })
  const workers = [startWorker(test, other, runId, PAGE, 2), startWorker(test, other, runId, PAGE, 2)]
  const ends = await Promise.all(workers.map((worker) => worker.ended))
  expect(ends).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }])
  expect(
    ends.every(({ calls }) => calls > 2),
    `calls: ${ends.map(({ calls }) => calls)}`,
  ).toBe(true)
  expect(await other.outcome(runId)).toMatchObject({ status: 'complete' })
  const rows = await Promise.all(KINDS.map(async (kind) => (await other.stored(kind)).size))
  expect(await insertedBy(runId)).toBe(rows.reduce((sum, size) => sum + size, 0))
  for (const kind of KINDS) expect(await other.unlikeWorld(kind), kind.name).toEqual([])
})

it('ING-8 one of two processes dies in the middle, and the other one finishes', async () => {
  const other = await connectTo(test.app, simulator)
  const runId = await other.start({ kinds: KINDS })
  const [doomed, survivor] = [startWorker(test, other, runId, PAGE, 2), startWorker(test, other, runId, PAGE, 2)]
  expect(await untilPages(test, runId, 6)).toBe(true)
  doomed.child.kill('SIGKILL')
  await doomed.ended
  expect(await survivor.ended).toMatchObject({ exitCode: 0, errors: '' })
  expect(await other.outcome(runId)).toMatchObject({ status: 'complete' })
  for (const kind of KINDS) expect(await other.unlikeWorld(kind), kind.name).toEqual([])
})
