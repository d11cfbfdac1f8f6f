import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type Fleet, openFleet } from './fleet.ts'

let fleet: Fleet

beforeAll(async () => {
  fleet = await openFleet({ issues: 50 })
})

afterAll(() => fleet?.stop())

it('ING-2 a plan that is due runs once, however many processes look', { timeout: 120_000 }, async () => {
  const { pool } = fleet.app.store
  const connection = await fleet.connect('planned')
  const { rows: plans } = await pool.query<{ id: number }>(
    `INSERT INTO plan (connection_id, name, template, kinds, schedule, next_run_at, created_by)
     VALUES ($1, 'hourly', 'wiz-cspm', '{project}', 'every 1 hour', now(), 'test') RETURNING id`,
    [connection],
  )
  const workers = [fleet.start('worker'), fleet.start('worker'), fleet.start('all')]
  await Promise.all(workers.map((worker) => worker.logged('serving')))
  const run = await eventually('the run of the plan', async () => {
    const { rows } = await pool.query<{ id: number }>('SELECT id FROM run WHERE plan_id = $1', [plans[0]?.id])
    return rows[0]?.id
  })
  expect(await fleet.ended(run)).toBe('complete')
  // Every tick is one job, whoever did it, and the plan is due again only in an hour.
  const { rows: ticks } = await pool.query<{ jobs: number }>(
    `SELECT count(*)::int AS jobs FROM jobs.job WHERE name = 'start-due-plans' GROUP BY date_trunc('minute', created_on)`,
  )
  expect(ticks.map((tick) => tick.jobs)).toEqual(ticks.map(() => 1))
  const { rows } = await pool.query<{ runs: number; waits: boolean }>(
    `SELECT (SELECT count(*)::int FROM run) AS runs, next_run_at > now() + interval '50 minutes' AS waits FROM plan`,
  )
  expect(rows).toEqual([{ runs: 1, waits: true }])
})
