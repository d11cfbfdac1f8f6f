import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventually, type Fleet, openFleet } from './fleet.ts'

const WRONG = { WIZBRIDGE_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') }
const SOME = { kinds: ['project', 'issue'] }

let fleet: Fleet

beforeAll(async () => {
  fleet = await openFleet({ issues: 60 })
})
afterAll(() => fleet?.stop())
beforeEach(() => fleet.empty())

it('CON-6 a worker that finds out only later that its master key is wrong leaves runs to others', async () => {
  const wrong = fleet.start('worker', WRONG)
  await wrong.logged('serving')
  const runId = await fleet.sync(await fleet.connect('sealed'), SOME)
  const refusal = await eventually('a run that is left to others', () =>
    wrong.log.find(({ msg }) => msg.startsWith('left to others')),
  )
  expect(refusal).toMatchObject({ level: 'error', code: 'secret-unknown-key', runId })
  expect(refusal.msg).toMatch(/sealed with master key [0-9a-f]{12}, which is not here\. Add that key/)
  const noted = await eventually('a run that says what it waits for', async () => {
    const { rows } = await fleet.app.store.pool.query('SELECT status, error_code AS code FROM run WHERE id = $1', [
      runId,
    ])
    return rows[0]?.code ? rows[0] : undefined
  })
  expect(noted).toEqual({ status: 'queued', code: 'secret-unknown-key' })
  const right = fleet.start('worker')
  expect(await fleet.ended(runId)).toBe('complete')
  await right.logged('left the run', { runId })
  expect(wrong.log.filter(({ msg }) => msg === 'joined the run')).toEqual([])
  expect(await wrong.end('SIGTERM')).toBe(0)
  expect(await right.end('SIGTERM')).toBe(0)
})

it('CON-6 a worker refuses to start with a master key that opens nothing', async () => {
  await fleet.connect('sealed')
  const wrong = fleet.start('worker', WRONG)
  await expect(wrong.logged('serving')).rejects.toThrow('opens none of the 1 secrets in the database')
  expect(await wrong.end('SIGTERM')).toBe(1)
})

it('RUN-5 an API with such a key starts, is not ready, and says why', async () => {
  await fleet.connect('sealed')
  const wrong = fleet.start('api', WRONG)
  const { url } = await wrong.logged('listening')
  const answer = await fetch(`${url}/readyz`)
  expect(answer.status).toBe(503)
  expect(await answer.json()).toEqual({
    status: 'not ready',
    database: 'ok',
    migrations: 'ok',
    key: 'failed',
    reason: expect.stringContaining('Give it the key of the other processes'),
  })
  expect(await wrong.end('SIGTERM')).toBe(0)
})
