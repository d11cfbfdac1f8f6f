import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSync, workOnRun } from '../../src/ingest/sync.ts'
import { issue } from '../../src/kinds/issue.ts'
import { nodeReader } from '../../src/kinds/read-node.ts'
import { deleteConnection } from '../../src/operations/connections/delete.ts'
import { Claims } from '../../src/store/claims.ts'
import { commitPage, type PageRows } from '../../src/store/commit-page.ts'
import { CopyRowsWriter } from '../../src/store/copy-rows.ts'
import { decideRemoval } from '../../src/store/decide-removal.ts'
import { cancelRun, resumeRun } from '../../src/store/runs.ts'
import type { Wiz } from '../../src/wiz/client.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask } from '../operations/ask.ts'
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

/** So many issues, one a day. */
function issues(count: number): ListedIssue[] {
  return Array.from({ length: count }, (_, at) => {
    const createdAt = new Date(START + at * DAY_MS).toISOString()
    const id = `issue-${String(at).padStart(3, '0')}`
    const moments = { createdAt, updatedAt: createdAt, statusChangedAt: createdAt }
    return { id, severity: 'LOW', status: 'OPEN', projects: [], ...moments }
  })
}

async function connection(name: string): Promise<number> {
  const row = await test.app.store.db
    .insertInto('connection')
    .values({ name, api_url: 'http://127.0.0.1/graphql', client_id: name, project_ids: [] })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

async function start(connectionId: number): Promise<number> {
  const request = { connectionId, startedBy: 'test', kinds: [issue], full: true, scope: {} }
  return (await startSync(test.app.store, request)).runId
}

function work(runId: number, wiz: Wiz, signal: AbortSignal = AbortSignal.timeout(15_000)): Promise<void> {
  const { store, schema, log } = test.app
  return workOnRun({ store, schema, log, signal, wiz, width: 1 }, runId)
}

async function sync(connectionId: number, wiz: Wiz): Promise<number> {
  const runId = await start(connectionId)
  await work(runId, wiz)
  return runId
}

/** The same Wiz, where something happens as soon as it is asked for rows by their ids. */
function whenLookedUp(wiz: Wiz, happens: () => Promise<unknown>): Wiz {
  return {
    ...wiz,
    async ask(question) {
      const answer = await wiz.ask(question)
      if (question.document.startsWith('query LookUp')) await happens()
      return answer as never
    },
  }
}

async function one<T>(sql: string, values: unknown[]): Promise<T> {
  const { rows } = await test.app.store.pool.query(sql, values)
  return rows[0] as T
}

const statusOf = async (runId: number) =>
  (await one<{ status: string }>('SELECT status FROM run WHERE id = $1', [runId])).status
const countOf = async (connectionId: number) =>
  (await one<{ n: number }>('SELECT count(*)::int AS n FROM issue WHERE connection_id = $1', [connectionId])).n

describe('decisions beside a run', () => {
  it('ING-9 a removal can be approved while another sync of the connection is under way', async () => {
    const connectionId = await connection('approved-beside')
    await sync(
      connectionId,
      listedWiz(() => issues(60)),
    )
    const held = await sync(
      connectionId,
      listedWiz(() => issues(30)),
    )
    expect(await statusOf(held)).toBe('partial')
    const other = await start(connectionId)
    expect(await decideRemoval(test.app.store, held, { approve: true, by: 'ada' })).toBe(30)
    expect(await statusOf(held)).toBe('complete')
    expect(await statusOf(other)).toBe('queued')
  })

  it('ING-8 a run that was cancelled while its last kind was settled can be resumed to its end', async () => {
    const connectionId = await connection('cancelled-settling')
    await sync(
      connectionId,
      listedWiz(() => issues(60)),
    )
    const wiz = listedWiz(() => issues(60))
    const runId = await start(connectionId)
    // When a kind is complete it is noted for whom.
    let signIns = 0
    await work(runId, {
      ...wiz,
      async authenticate(signal) {
        if (++signIns === 2) await cancelRun(test.app.store, runId)
        return wiz.authenticate(signal)
      },
    })
    expect(await statusOf(runId)).toBe('cancelled')
    await resumeRun(test.app.store, runId)
    await work(runId, wiz)
    expect(await statusOf(runId)).toBe('complete')
  })

  it('ING-8 a run that never began reads everything once when it is resumed', async () => {
    const connectionId = await connection('never-began')
    const runId = await start(connectionId)
    await cancelRun(test.app.store, runId)
    await resumeRun(test.app.store, runId)
    await work(
      runId,
      listedWiz(() => issues(20)),
    )
    expect(await statusOf(runId)).toBe('complete')
    const { n } = await one<{ n: number }>('SELECT sum(fetched)::int AS n FROM run_partition WHERE run_id = $1', [
      runId,
    ])
    expect(n).toBe(20)
  })
})

describe('a purge beside a run', () => {
  it('CON-5 waits for a page that is being kept', async () => {
    const name = 'purged-page'
    const connectionId = await connection(name)
    const runId = await start(connectionId)
    const claims = new Claims(test.app.store)
    const claim = await claims.next(runId, () => false)
    if (!claim) throw new Error('nothing to claim')
    const isKept = Promise.withResolvers<void>()
    const isPurging = Promise.withResolvers<void>()
    const page = commitPage(test.app.store, claim, {
      own: {
        kind: issue,
        ids: ['issue-000'],
        hashes: ['00000000-0000-0000-0000-000000000000'],
        async read() {
          isKept.resolve()
          await isPurging.promise
          return page0()
        },
      },
      nullNodes: 0,
      inside: [],
      cursor: null,
      end: 'done',
      observedAt: new Date(),
      calls: 1,
      bytes: 1,
      cause: 'sync',
      incomplete: 0,
      notes: [],
    })
    await isKept.promise
    const purge = ask(test.app, deleteConnection, { connection: name, purge: true })
    await waitsForLock()
    isPurging.resolve()
    const [purged] = await Promise.allSettled([purge, page])
    await claims.close()
    expect(purged).toMatchObject({ status: 'fulfilled', value: { purged: true } })
    expect(await countOf(connectionId)).toBe(0)
  })

  it('CON-5 is followed by nothing that was being looked up', async () => {
    const name = 'purged-look-up'
    const connectionId = await connection(name)
    const all = issues(60)
    await sync(
      connectionId,
      listedWiz(() => all),
    )
    // One is missing from the list, and found by its id.
    let isListed = true
    const wiz = listedWiz(() => (isListed ? all.slice(1) : all))
    const runId = await start(connectionId)
    const found = whenLookedUp(
      {
        ...wiz,
        ask(question) {
          isListed = !question.document.startsWith('query LookUp')
          return wiz.ask(question)
        },
      },
      () => ask(test.app, deleteConnection, { connection: name, purge: true }),
    )
    await work(runId, found)
    expect(await countOf(connectionId)).toBe(0)
  })
})

function page0(): PageRows {
  const writer = new CopyRowsWriter(issue)
  const row = nodeReader(issue)(issues(1)[0])
  if ('rejected' in row) throw new Error(row.rejected.sentence)
  writer.add(row)
  return { kind: issue, rows: writer.finish(), rejected: [], deletedIds: [], dropped: {}, oddities: [] }
}

async function waitsForLock(): Promise<void> {
  for (let isWaiting = false; !isWaiting; ) {
    const sql = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock') AS "isWaiting"`
    isWaiting = (await one<{ isWaiting: boolean }>(sql, [])).isWaiting
  }
}
