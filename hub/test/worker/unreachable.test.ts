import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type Fleet, openFleet } from './fleet.ts'

let fleet: Fleet

beforeAll(async () => {
  fleet = await openFleet({ issues: 40 })
})
afterAll(() => fleet?.stop())

async function errorOf(runId: number): Promise<string | null> {
  const { rows } = await fleet.app.store.pool.query<{ error: string | null }>('SELECT error FROM run WHERE id = $1', [
    runId,
  ])
  return rows[0]?.error ?? null
}

it('RUN-1 a run that waits for the way to Wiz says so, and no longer once it goes on', async () => {
  fleet.simulator.faults.add({ fault: 'connection-reset', endpoint: 'token', keep: 0 })
  const runId = await fleet.sync(await fleet.connect('far'), { kinds: ['project', 'issue'] })
  const worker = fleet.start('worker')
  const said = await eventually('what the run waits for', async () => (await errorOf(runId)) ?? undefined)
  expect(said).toContain(new URL(fleet.simulator.url).host)
  fleet.simulator.faults.clear()
  expect(await fleet.ended(runId)).toBe('complete')
  expect(await errorOf(runId)).toBeNull()
  expect(await worker.end('SIGTERM')).toBe(0)
})
