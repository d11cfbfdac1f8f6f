import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSync, workOnRun } from '../../src/ingest/sync.ts'
import { issue } from '../../src/kinds/issue.ts'
import { serviceTicket } from '../../src/kinds/service-ticket.ts'
import { readReceipts } from '../../src/operations/runs/receipt.ts'
import { buryRows } from '../../src/store/bury-rows.ts'
import { transaction } from '../../src/store/transaction.ts'
import type { Wiz } from '../../src/wiz/client.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { connectTo, startTenant, usePagesOf } from './fixture.ts'
import { type ListedIssue, listedWiz } from './listed-wiz.ts'
import { storedRows } from './world-check.ts'

let test: TestApp

beforeAll(async () => {
  usePagesOf(10)
  test = await testApp()
})
afterAll(() => test?.close())

const DAY_MS = 86_400_000
const START = Date.parse('2026-01-01T00:00:00Z')

function listed(number: number, createdMs: number): ListedIssue {
  const createdAt = new Date(createdMs).toISOString()
  const id = `issue-${String(number).padStart(3, '0')}`
  return {
    id,
    severity: 'LOW',
    status: 'OPEN',
    createdAt,
    updatedAt: createdAt,
    statusChangedAt: createdAt,
    projects: [],
  }
}

async function connection(name: string): Promise<number> {
  const row = await test.app.store.db
    .insertInto('connection')
    .values({ name, api_url: 'http://127.0.0.1/graphql', client_id: 'settling', project_ids: [] })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

async function sync(connectionId: number, wiz: Wiz, full = true): Promise<number> {
  const { store, schema, log } = test.app
  const { runId } = await startSync(store, { connectionId, startedBy: 'test', kinds: [issue], full, scope: {} })
  await workOnRun({ store, schema, log, signal: new AbortController().signal, wiz, width: 1 }, runId)
  return runId
}

async function largestPart(runId: number): Promise<number> {
  const { rows } = await test.app.store.pool.query<{ n: number }>(
    `SELECT max(fetched)::int AS n FROM run_partition WHERE run_id = $1 AND role = 'walk' AND label <> 'all'`,
    [runId],
  )
  return rows[0]?.n ?? 0
}

it('ING-11 cuts at the quantiles of what is stored, so that no part is much larger than the others', async () => {
  const connectionId = await connection('quantiles')
  // Nine in ten came within a day of two years.
  const issues = Array.from({ length: 400 }, (_, at) =>
    listed(at, at % 10 === 0 ? START - at * DAY_MS : START + at * 60_000),
  )
  const evenly = await sync(
    connectionId,
    listedWiz(() => issues),
  )
  expect(await largestPart(evenly)).toBeGreaterThan(50)
  const again = await sync(
    connectionId,
    listedWiz(() => issues),
  )
  expect(await largestPart(again)).toBeLessThanOrEqual(30)
})

it('ING-9 finds what is gone also where as many rows were removed by somebody else meanwhile', async () => {
  const connectionId = await connection('counted')
  const issues = Array.from({ length: 60 }, (_, at) => listed(at, START + at * DAY_MS))
  await sync(
    connectionId,
    listedWiz(() => issues),
  )
  const gone = 'issue-050'
  const wiz = listedWiz(() => issues.filter(({ id }) => id !== gone))
  let calls = 0
  const runId = await sync(connectionId, {
    ...wiz,
    async ask(question) {
      // By now the first page is kept: it has this one on it, so that the walk has seen as many rows as are stored in the end.
      if (++calls === 4) {
        const burial = { connectionId, runId: null, cause: 'webhook', reason: 'deleted-in-wiz' }
        await transaction(test.app.store.pool, (client) => buryRows(client, issue, ['issue-000'], burial))
      }
      return wiz.ask(question)
    },
  })
  const receipt = await test.app.store.db
    .selectFrom('receipt')
    .select(['state', 'removed'])
    .where('run_id', '=', runId)
    .executeTakeFirst()
  expect(receipt).toEqual({ state: 'complete', removed: 1 })
  expect([...(await storedRows(test.app, issue, connectionId)).keys()]).not.toContain(gone)
})

it('ING-9 reads once more where what it had seen left with a plan that was deleted meanwhile', async () => {
  const connectionId = await connection('taken-away')
  const wiz = listedWiz(() => Array.from({ length: 60 }, (_, at) => listed(at, START + at * DAY_MS)))
  await sync(connectionId, wiz)
  let calls = 0
  await sync(connectionId, {
    ...wiz,
    async ask(question) {
      if (++calls === 4) {
        const burial = { connectionId, runId: null, cause: 'ada', reason: 'left-scope' }
        await transaction(test.app.store.pool, (client) => buryRows(client, issue, ['issue-000', 'issue-001'], burial))
      }
      return wiz.ask(question)
    },
  })
  expect((await storedRows(test.app, issue, connectionId)).size).toBe(60)
})

it('ING-8 a delta goes on from the last change it knows of, also where nothing came', async () => {
  const connectionId = await connection('watermark')
  const issues = Array.from({ length: 20 }, (_, at) => listed(at, START + at * DAY_MS))
  const wiz = listedWiz(() => issues)
  const reached = async () => {
    const mark = await test.app.store.db
      .selectFrom('watermark')
      .select('reached')
      .where('connection_id', '=', connectionId)
      .executeTakeFirst()
    return Date.parse(mark?.reached ?? '')
  }
  await sync(connectionId, wiz)
  expect(await reached()).toBe(START + 19 * DAY_MS)
  await sync(
    connectionId,
    listedWiz(() => []),
    false,
  )
  expect(await reached()).toBe(START + 19 * DAY_MS)
  const changed = { ...listed(3, START), statusChangedAt: new Date(START + 25 * DAY_MS).toISOString() }
  issues[3] = { ...changed, updatedAt: changed.statusChangedAt }
  await sync(connectionId, wiz, false)
  expect(await reached()).toBe(START + 25 * DAY_MS)
})

it('ING-9 counts what was read inside another kind, and nothing twice', async () => {
  const simulator = await startTenant({ issues: 60 })
  try {
    const tenant = await connectTo(test.app, simulator)
    const counts = async (runId: number) =>
      Object.fromEntries(
        (await readReceipts(test.app.store, runId)).map(({ kind, inserted, updated, unchanged, fetched }) => [
          kind,
          { inserted, updated, unchanged, fetched },
        ]),
      )
    const first = await counts((await tenant.sync({ kinds: [issue, serviceTicket] })).runId)
    const tickets = (await tenant.stored(serviceTicket)).size
    expect(tickets).toBeGreaterThan(0)
    expect(first).toEqual({
      issue: { inserted: 60, updated: 0, unchanged: 0, fetched: 60 },
      'service-ticket': { inserted: tickets, updated: 0, unchanged: 0, fetched: tickets },
    })
    const again = await counts((await tenant.sync({ kinds: [issue, serviceTicket] })).runId)
    expect(again['service-ticket']).toEqual({ inserted: 0, updated: 0, unchanged: tickets, fetched: tickets })
  } finally {
    await simulator.close()
  }
})
