import { afterAll, beforeAll, expect, it } from 'vitest'
import { clearOut } from '../../src/worker/clear-out.ts'
import { type Fleet, type Member, openFleet } from './fleet.ts'

const DAYS = process.env.WIZBRIDGE_SOAK ? 120 : 4
// What is still being warmed up is no growth.
const WARM = Math.max(2, DAYS / 10)
const DAY_MS = 86_400_000
const MOST_CONNECTIONS = 16

let fleet: Fleet
let worker: Member

beforeAll(async () => {
  fleet = await openFleet({ issues: 300, rate: { perSecond: null, concurrency: null } })
  worker = fleet.start('worker', { WIZBRIDGE_WORKER_PORT: '0', WIZBRIDGE_LOG_LEVEL: 'info' })
  await worker.logged('serving')
})

afterAll(() => fleet?.stop())

interface Use {
  readonly connections: number
  readonly pages: number
  readonly jobs: number
  readonly runs: number
}

async function use(): Promise<Use> {
  const { rows } = await fleet.app.store.pool.query<Use>(
    `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE application_name = $1) AS connections,
       (SELECT count(*)::int FROM run_page) AS pages, (SELECT count(*)::int FROM jobs.job) AS jobs,
       (SELECT count(*)::int FROM run) AS runs`,
    [worker.name],
  )
  if (!rows[0]) throw new Error('the database counts nothing')
  return rows[0]
}

async function memory(): Promise<number> {
  const { url } = await worker.logged('listening for health checks')
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1])
}

it('RUN-3 nothing grows from day to day but what is known', { timeout: 3_600_000 }, async () => {
  const connection = await fleet.connect('daily')
  const used: number[] = []
  for (let day = 1; day <= DAYS; day++) {
    fleet.simulator.advance(DAY_MS)
    const runId = await fleet.sync(connection, { full: day % 7 === 1 })
    expect(await fleet.ended(runId)).not.toBe('failed')
    await fleet.app.store.pool.query(`UPDATE run SET finished_at = finished_at - interval '1 day'`)
    await clearOut(fleet.app, new AbortController().signal)
    if (day > WARM) used.push(await memory())
    const { connections, jobs, runs } = await use()
    expect(connections).toBeLessThanOrEqual(MOST_CONNECTIONS)
    expect(jobs).toBeLessThan(500)
    expect(runs).toBeLessThan(100)
  }
  const [first = 0] = used
  expect(first).toBeGreaterThan(0)
  expect(used.at(-1)).toBeLessThan(first * 1.5 + 50e6)
  expect(worker.log.filter((line) => line.level === 'error')).toEqual([])
})
