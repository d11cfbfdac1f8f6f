import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { Fatal } from '../../src/errors.ts'
import { newMasterKey } from '../../src/store/secrets/key-ring.ts'
import { createSecrets } from '../../src/store/secrets/secrets.ts'
import { openTelemetry } from '../../src/telemetry.ts'
import { joinRuns, type RunJoiner } from '../../src/worker/join-runs.ts'
import { eventually, type Fleet, openFleet } from './fleet.ts'

const SOME = { kinds: ['project', 'issue'] }

let fleet: Fleet
const joiners: RunJoiner[] = []

beforeAll(async () => {
  fleet = await openFleet({ issues: 40 })
})
afterAll(() => fleet?.stop())
beforeEach(() => fleet.empty())
afterEach(() => Promise.all(joiners.splice(0).map((joiner) => joiner.stop())))

type Closed = 'all of Wiz' | 'the API only'

/** A worker whose way out of its own network is closed. */
function startCutOff(closed: Closed = 'all of Wiz'): { tried: () => number } {
  let tried = 0
  const { app } = fleet
  const cutOff: App = {
    ...app,
    governorFor: app.governorFor,
    transport: {
      ...app.transport,
      async send(request) {
        if (closed === 'the API only' && request.url.href === fleet.simulator.tokenUrl)
          return app.transport.send(request)
        tried += 1
        throw new Fatal('tls', 'The certificate is not trusted.')
      },
    },
  }
  joiners.push(joinRuns(cutOff, openTelemetry(undefined, app.log, 'test')))
  return { tried: () => tried }
}

async function errorOf(runId: number): Promise<string | null> {
  const { rows } = await fleet.app.store.pool.query('SELECT error_code AS code FROM run WHERE id = $1', [runId])
  return rows[0]?.code ?? null
}

async function workersThere(n: number): Promise<void> {
  await eventually(`${n} workers`, async () => {
    const { rowCount } = await fleet.app.store.pool.query('SELECT FROM worker')
    return rowCount === n ? true : undefined
  })
}

async function notedByOne(): Promise<void> {
  await eventually('a worker to note that it does not get through', async () => {
    const { rowCount } = await fleet.app.store.pool.query('SELECT FROM worker WHERE cardinality(cannot_reach) > 0')
    return rowCount === 1 ? true : undefined
  })
}

it('RUN-1 a worker whose own network is at fault leaves a run to one that gets through', async () => {
  const right = fleet.start('worker')
  await right.logged('serving')
  const cutOff = startCutOff()
  await workersThere(2)
  // The other one has no hand free until this one has tried.
  right.child.kill('SIGSTOP')
  const runId = await fleet.sync(await fleet.connect('far'), SOME)
  await eventually('a run that says what it waits for', async () => (await errorOf(runId)) ?? undefined)
  expect(await errorOf(runId)).toBe('tls')
  expect(cutOff.tried()).toBe(1)
  right.child.kill('SIGCONT')
  expect(await fleet.ended(runId)).toBe('complete')
  expect(await errorOf(runId)).toBeNull()
  expect(await right.end('SIGTERM')).toBe(0)
})

it('RUN-1 a worker that can sign in but not reach the API leaves a run to others before any part of it fails', async () => {
  const right = fleet.start('worker')
  await right.logged('serving')
  const cutOff = startCutOff('the API only')
  await workersThere(2)
  right.child.kill('SIGSTOP')
  const runId = await fleet.sync(await fleet.connect('far'), SOME)
  await notedByOne()
  right.child.kill('SIGCONT')
  expect(await fleet.ended(runId)).toBe('complete')
  const { rows } = await fleet.app.store.pool.query("SELECT FROM run_partition WHERE state = 'failed'")
  expect(rows).toEqual([])
  expect(cutOff.tried()).toBeGreaterThan(0)
  expect(await right.end('SIGTERM')).toBe(0)
})

it.each<Closed>([
  'all of Wiz',
  'the API only',
])('RUN-1 a run fails with the reason where no worker gets through to %s, be it one or several', async (closed) => {
  for (const n of [1, 2]) {
    startCutOff(closed)
    await workersThere(n)
    const runId = await fleet.sync(await fleet.connect(`far-${n}`), SOME)
    expect(await fleet.ended(runId)).toBe('failed')
    expect(await errorOf(runId)).toBe('tls')
  }
})

it('RUN-1 a worker that does not get through leaves no run to one whose master key is wrong', async () => {
  const { app } = fleet
  const foreign: App = { ...app, governorFor: app.governorFor, secrets: createSecrets([newMasterKey()]) }
  joiners.push(joinRuns(foreign, openTelemetry(undefined, app.log, 'test')))
  const runId = await fleet.sync(await fleet.connect('far'), SOME)
  await notedByOne()
  startCutOff('the API only')
  expect(await fleet.ended(runId)).toBe('failed')
  expect(await errorOf(runId)).toBe('tls')
})
