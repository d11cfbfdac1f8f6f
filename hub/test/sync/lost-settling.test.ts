import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSync, workOnRun } from '../../src/ingest/sync.ts'
import { issue } from '../../src/kinds/issue.ts'
import { nodeReader } from '../../src/kinds/read-node.ts'
import { findAbsent, markAbsent } from '../../src/store/absences.ts'
import { type Claim, Claims } from '../../src/store/claims.ts'
import type { Store } from '../../src/store/open-store.ts'
import { keepWatermark, receiptFacts } from '../../src/store/receipts.ts'
import { cancelRun } from '../../src/store/runs.ts'
import { settle, walkAgain } from '../../src/store/steps.ts'
import { transaction } from '../../src/store/transaction.ts'
import { writeRows } from '../../src/store/write-page.ts'
import type { Wiz } from '../../src/wiz/client.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { usePagesOf } from './fixture.ts'
import { type ListedIssue, listedWiz } from './listed-wiz.ts'

let test: TestApp

beforeAll(async () => {
  usePagesOf(10)
  test = await testApp()
})
afterAll(() => test?.close())

const START = Date.parse('2026-01-01T00:00:00Z')
const DAY_MS = 86_400_000

function listed(number: number, updatedMs = START + number * DAY_MS): ListedIssue {
  const createdAt = new Date(START + number * DAY_MS).toISOString()
  const updatedAt = new Date(updatedMs).toISOString()
  const id = `issue-${String(number).padStart(3, '0')}`
  return { id, severity: 'LOW', status: 'OPEN', createdAt, updatedAt, statusChangedAt: createdAt, projects: [] }
}

const LISTED = Array.from({ length: 60 }, (_, at) => listed(at))

async function connection(name: string): Promise<number> {
  const row = await test.app.store.db
    .insertInto('connection')
    .values({ name, api_url: 'http://127.0.0.1/graphql', client_id: name, project_ids: [] })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

async function start(connectionId: number): Promise<number> {
  // A filter lets nobody tell by counting alone that every row was seen.
  const request = { connectionId, startedBy: 'test', kinds: [issue], full: true, scope: { severities: ['LOW'] } }
  return (await startSync(test.app.store, request)).runId
}

function work(runId: number, wiz: Wiz, store: Store = test.app.store): Promise<void> {
  const { schema, log } = test.app
  return workOnRun({ store, schema, log, signal: AbortSignal.timeout(20_000), wiz, width: 1 }, runId)
}

async function query<T>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await test.app.store.pool.query(sql, values)).rows as T[]
}

const absent = (connectionId: number) =>
  query('SELECT id FROM issue WHERE connection_id = $1 AND absent_run IS NOT NULL', [connectionId])

async function cancelledClaim(name: string): Promise<Claim> {
  const runId = await start(await connection(name))
  const claims = new Claims(test.app.store)
  const claim = await claims.next(runId, () => false)
  await claims.close()
  if (!claim) throw new Error('nothing to claim')
  await cancelRun(test.app.store, runId)
  return claim
}

describe('ING-9 settling a kind', () => {
  it('takes nothing for absent when somebody else has settled it meanwhile', async () => {
    const connectionId = await connection('settled-twice')
    const healthy = listedWiz(() => LISTED)
    await work(await start(connectionId), healthy)
    const runId = await start(connectionId)
    // The first count, beside the closing delta, fails, so that the settling asks again.
    let counts = 0
    await work(runId, {
      ...healthy,
      async ask(question) {
        if (!question.document.includes('_count(')) return healthy.ask(question)
        if (++counts === 1) throw new Error('no count')
        // Its session with the claim breaks, and somebody else brings the run to its end.
        await query('SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = $1 AND classid = 4681', [
          'advisory',
        ])
        await work(runId, healthy)
        return healthy.ask(question)
      },
    })
    expect(counts).toBe(2)
    expect(await query('SELECT state FROM receipt WHERE run_id = $1', [runId])).toEqual([{ state: 'complete' }])
    expect(await absent(connectionId)).toEqual([])
    expect(await query('SELECT id FROM held_row WHERE run_id = $1', [runId])).toEqual([])
  })

  it('is refused once the run has been cancelled', async () => {
    const { store } = test.app
    const claim = await cancelledClaim('settled-late')
    const result = { state: 'complete', expected: 0, fetched: 0, removed: 0, marked: 0, held: 0, notes: [] } as const
    await expect(settle(store, claim, result)).rejects.toMatchObject({ code: 'run-ended' })
    await expect(walkAgain(store, claim)).rejects.toMatchObject({ code: 'run-ended' })
    const facts = await receiptFacts(store, claim.runId, issue)
    await expect(keepWatermark(store, claim, issue, facts, null)).rejects.toMatchObject({ code: 'claim-lost' })
    expect(await query('SELECT state FROM receipt WHERE run_id = $1', [claim.runId])).toEqual([{ state: 'cancelled' }])
    expect(await query('SELECT 1 FROM watermark WHERE connection_id = $1', [claim.connectionId])).toEqual([])
  })

  it('takes no miss for a second one that is of the same walk', async () => {
    const connectionId = await connection('missed-once')
    await work(
      await start(connectionId),
      listedWiz(() => LISTED.slice(0, 1)),
    )
    const runId = await start(connectionId)
    const walk = { connectionId, runId, walkStartedAt: new Date(Date.now() + DAY_MS).toISOString() }
    await markAbsent(test.app.store, issue, connectionId, runId, ['issue-000'])
    expect(await findAbsent(test.app.store, issue, walk, {})).toEqual([{ id: 'issue-000', since: null }])
    const later = { ...walk, runId: runId + 1 }
    expect(await findAbsent(test.app.store, issue, later, {})).toEqual([{ id: 'issue-000', since: runId }])
  })

  it('counts a row as seen whose older copy came', async () => {
    const connectionId = await connection('older-copy')
    const { store } = test.app
    const write = (updatedMs: number) =>
      transaction(store.pool, (client) => {
        const row = nodeReader(issue)(listed(0, updatedMs))
        if ('rejected' in row) throw new Error(row.rejected.sentence)
        return writeRows(client, issue, [row], { connectionId, runId: null, cause: 'sync', observedAt: new Date() })
      })
    await write(START + DAY_MS)
    await markAbsent(store, issue, connectionId, 1, ['issue-000'])
    expect(await write(START)).toMatchObject({ stale: 1 })
    expect(await absent(connectionId)).toEqual([])
  })
})

it('ING-8 goes on after a statement that the database gave up because of another', async () => {
  const runId = await start(await connection('busy'))
  const { store } = test.app
  let failures = 0
  const pool = new Proxy(store.pool, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown
      if (name !== 'query') return typeof value === 'function' ? value.bind(target) : value
      return async (...given: [string, unknown[]]) => {
        const isFirst = given[0].includes('walk_started_at = now()') && failures++ === 0
        if (isFirst) throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
        return target.query(...given)
      }
    },
  })
  await work(
    runId,
    listedWiz(() => LISTED),
    { ...store, pool },
  )
  expect(failures).toBeGreaterThan(1)
  expect(await query('SELECT status FROM run WHERE id = $1', [runId])).toEqual([{ status: 'complete' }])
})
