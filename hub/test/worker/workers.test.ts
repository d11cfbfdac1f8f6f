import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cancelRun, resumeRun } from '../../src/store/runs.ts'
import { eventually, type Fleet, type Member, openFleet } from './fleet.ts'

// Long enough to be interrupted, and no longer.
const SOME = { kinds: ['project', 'issue', 'vulnerability-finding'] }

let fleet: Fleet
let workers: Member[] = []

beforeAll(async () => {
  // Slow enough to be interrupted in the middle.
  fleet = await openFleet({ issues: 2_100, latencyMs: 100, rate: { perSecond: 10 } })
})

afterAll(() => fleet?.stop())

// Whoever was killed by a test is replaced for the next one.
beforeEach(async () => {
  fleet.simulator.faults.clear()
  await fleet.empty()
  fleet.simulator.journal.clear()
  workers = workers.filter((worker) => worker.isAlive())
  while (workers.length < 3) workers.push(fleet.start('worker'))
  await Promise.all(workers.map((worker) => worker.logged('serving')))
})

/** Starts a run and waits until it is well under way. */
async function runUnderWay(name: string): Promise<number> {
  const runId = await fleet.sync(await fleet.connect(name), SOME)
  await eventually('some pages', async () => ((await count('sum(pages)', runId)) > 3 ? true : undefined))
  return runId
}

async function count(what: string, runId: number): Promise<number> {
  const { rows } = await fleet.app.store.pool.query<{ n: number }>(
    `SELECT coalesce(${what}, 0)::int AS n FROM run_partition WHERE run_id = $1`,
    [runId],
  )
  return rows[0]?.n ?? 0
}

/** Every kind is complete, and the store holds what Wiz has, each row written once. */
async function expectWhole(runId: number): Promise<void> {
  const { pool } = fleet.app.store
  const { rows: open } = await pool.query(
    `SELECT kind, state, error FROM receipt WHERE run_id = $1 AND state <> 'complete'`,
    [runId],
  )
  expect(open).toEqual([])
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM issue')
  expect(rows.map((row) => row.id).sort()).toEqual(fleet.simulator.world.snapshot('issuesV2').sort())
  const { rows: written } = await pool.query<{ n: number }>(
    `SELECT sum(inserted)::int AS n FROM run_partition WHERE run_id = $1 AND kind = 'issue'`,
    [runId],
  )
  expect(written[0]?.n).toBe(rows.length)
}

interface Walk {
  readonly partition: number
  readonly worker: Member
}

/** A part of a run that some worker is in the middle of, by the lock that this worker holds. */
function walkUnderWay(runId: number): Promise<Walk> {
  return eventually('a walk in its middle', async () => {
    const { rows } = await fleet.app.store.pool.query<{ id: number; holder: string }>(
      `SELECT p.id, application_name AS holder FROM run_partition p
       JOIN pg_locks ON locktype = 'advisory' AND classid = 4681 AND objid = p.id JOIN pg_stat_activity USING (pid)
       WHERE p.run_id = $1 AND p.state = 'running' AND p.pages > 0 AND p.expected - p.fetched > 1000`,
      [runId],
    )
    const [{ id, holder } = { id: 0, holder: '' }] = rows
    const worker = workers.find((each) => each.name === holder)
    return worker && { partition: id, worker }
  })
}

describe('several processes on one database', { timeout: 180_000 }, () => {
  it('RUN-3 share the work of a run and the rate of the account', async () => {
    // One worker alone would use the rate up, were the answers quick.
    fleet.simulator.faults.add({ fault: 'delay', ms: 500 })
    const runId = await fleet.sync(await fleet.connect('shared'))
    expect(await fleet.ended(runId)).toBe('complete')
    await expectWhole(runId)
    const left = await Promise.all(workers.map((worker) => worker.logged('left the run', { runId })))
    expect(left.filter((line) => Number(line.calls) > 0).length).toBeGreaterThan(1)
    const { calls, refusals } = fleet.simulator.journal.summary()
    expect(refusals / calls).toBeLessThan(0.06)
  })

  it('RUN-3 go on without a worker that was killed, and write nothing twice', async () => {
    const runId = await fleet.sync(await fleet.connect('killed'), SOME)
    const { worker, partition } = await walkUnderWay(runId)
    expect(await worker.end('SIGKILL')).toBe('SIGKILL')
    expect(await fleet.ended(runId)).toBe('complete')
    await expectWhole(runId)
    expect(await count(`max(epoch) FILTER (WHERE id = ${partition})`, runId)).toBe(2)
  })

  it('ING-8 go on with a run that was open when all of them were killed', async () => {
    const runId = await runUnderWay('crashed')
    await Promise.all(workers.map((worker) => worker.end('SIGKILL')))
    expect(await count('sum(pages)', runId)).toBeGreaterThan(0)
    workers = [fleet.start('worker')]
    expect(await fleet.ended(runId)).toBe('complete')
    await expectWhole(runId)
  })

  it('RUN-1 stop at the next page of a cancelled run, and go on when it is resumed', async () => {
    const runId = await runUnderWay('cancelled')
    await cancelRun(fleet.app.store, runId)
    await Promise.all(workers.map((worker) => worker.logged('left the run', { runId })))
    expect(await fleet.ended(runId)).toBe('cancelled')
    expect(await count("count(*) FILTER (WHERE state <> 'done')", runId)).toBeGreaterThan(0)
    await resumeRun(fleet.app.store, runId)
    expect(await fleet.ended(runId)).toBe('complete')
    await expectWhole(runId)
  })

  it('RUN-3 leave after their page when told to stop, and the others go on', async () => {
    const runId = await runUnderWay('left')
    const [first, second] = workers
    // What it logged before, it may have logged about the tables being emptied for this test.
    const leaving = [first, second].map((worker) => ({ worker, logged: worker?.log.length ?? 0 }))
    expect(await Promise.all([first?.end('SIGTERM'), second?.end('SIGINT')])).toEqual([0, 0])
    for (const { worker, logged } of leaving) {
      expect(worker?.log.slice(logged).filter((line) => line.level === 'warn' || line.level === 'error')).toEqual([])
    }
    expect(await fleet.ended(runId)).toBe('complete')
    await expectWhole(runId)
  })

  it('RUN-3 end at once at the second signal', async () => {
    fleet.simulator.faults.add({ fault: 'stall', ms: 60_000 })
    const [worker, ...others] = workers
    if (!worker) throw new Error('there is no worker')
    // The call that stalls has to be that worker's own.
    await Promise.all(others.map((other) => other.end('SIGKILL')))
    const runId = await fleet.sync(await fleet.connect('stalled'), SOME)
    await worker.logged('joined the run', { runId })
    await eventually('calls that stall', () => (fleet.simulator.journal.calls.length > 0 ? true : undefined))
    const end = worker.end('SIGTERM')
    await worker.logged('stopping')
    worker.child.kill('SIGTERM')
    expect(await end).toBe(130)
    await cancelRun(fleet.app.store, runId)
  })
})
