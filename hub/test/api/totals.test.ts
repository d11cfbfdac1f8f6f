import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { createApiKey } from '../../src/access/api-keys.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { createPlan } from '../../src/operations/plans/create.ts'
import { ask, sync } from '../operations/ask.ts'
import { connect, startTenant } from '../tenant.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

let test: TestServer
let simulator: Simulator
let limited: string
let run: number

beforeAll(async () => {
  test = await openTestServer({ operations: OPERATIONS, requestsPerMinute: 100_000 })
  simulator = await startTenant({ issues: 40 })
  await connect(test.app, simulator, 'prod')
  run = (await sync(test.app, 'prod')).id
  await ask(test.app, createPlan, { connection: 'prod', template: 'wiz-cspm', name: 'nightly', start: false })
  // Sentences may hold counts, too.
  await test.app.store.pool.query(`UPDATE run SET error = '4321 records could not be read'`)
  await test.app.store.pool.query(`UPDATE receipt SET error = '4321 came', notes = '["4321 odd"]' WHERE kind = 'issue'`)
  const [project = ''] = simulator.world.snapshotNodes('projects').map(({ id }) => String(id))
  limited = (await createApiKey(test.app.store, { name: 'limited', role: 'operator', projectIds: [project] }, 'test'))
    .key
})
afterAll(async () => {
  await test.close()
  await simulator.close()
})

const get = (key: string, url: string) =>
  test.server.inject({ url: `/api/v1${url}`, headers: { authorization: `Bearer ${key}` } })

/** Every number of an answer, with the way to it. */
function numbersIn(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) =>
    numbersIn(each, Array.isArray(value) ? path : [path, name].filter(Boolean).join('.')),
  )
}

/** What is asked, the numbers that stay for who sees certain projects only, and what else stays. */
const TABLE: [url: string, numbers: string[], stays: object][] = [
  [
    '/runs',
    ['items.id', 'items.durationSeconds'],
    { items: [{ connection: 'prod', status: 'complete', fetched: null, removed: null }] },
  ],
  [
    '/runs/RUN',
    ['id', 'durationSeconds'],
    {
      status: 'complete',
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      failedParts: [],
      rejected: [],
    },
  ],
  [
    '/runs/RUN/progress',
    ['run', 'kinds', 'kindsDone', 'kindsCounted'],
    { status: 'complete', kinds: 10, kindsDone: 10, fetched: null, expected: null },
  ],
  ['/plans/nightly/leaving', [], { plan: 'nightly', records: null }],
]

describe('RUN-4 who sees certain projects only', () => {
  it.each(TABLE)('gets no count over all projects from %s', async (url, numbers, stays) => {
    const address = url.replace('RUN', String(run))
    const whole = await get(test.key('operator'), address)
    const part = await get(limited, address)
    expect(part.statusCode, part.body).toBe(200)
    expect(numbersIn(whole.json()).length).toBeGreaterThan(numbers.length)
    expect([...new Set(numbersIn(part.json()))]).toEqual(numbers)
    expect(part.json()).toMatchObject(stays)
    expect(part.body).not.toContain('4321')
  })

  it('still hears of every kind how it ended and when', async () => {
    const { receipts } = (await get(limited, `/runs/${run}`)).json()
    const all = (await get(test.key('viewer'), `/runs/${run}`)).json().receipts
    const seen = ({ kind, mode, state, heldState, errorCode, finishedAt }: Record<string, unknown>) => {
      return { kind, mode, state, heldState, errorCode, finishedAt }
    }
    expect(receipts.map(seen)).toEqual(all.map(seen))
    expect(receipts[0]).toMatchObject({
      expected: null,
      fetched: null,
      stored: null,
      leftOut: {},
      notes: [],
      parts: null,
    })
  })

  it('hears no count over the events of a run', async () => {
    const { body } = await get(limited, `/runs/${run}/events`)
    const [, data = ''] = /^data: (\{.*\})$/m.exec(body) ?? []
    expect(JSON.parse(data)).toMatchObject({
      run,
      status: 'complete',
      fetched: null,
      calls: null,
      bytes: null,
      rate: null,
    })
  })

  it('learns nothing by filters, searches and orders either', async () => {
    for (const query of [
      'filter=fetched>=1',
      'filter=removed<1000',
      'search=4321',
      'filter=error=4321 records could not be read',
    ]) {
      const ids = async (key: string) => (await get(key, `/runs?${encodeURI(query)}`)).json().items.length
      expect(await ids(test.key('viewer')), query).toBe(1)
      expect(await ids(limited), query).toBe(0)
    }
    expect((await get(limited, '/runs?sort=fetched:desc')).json().items).toHaveLength(1)
  })
})
