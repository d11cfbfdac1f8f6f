import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSync, workOnRun } from '../../src/ingest/sync.ts'
import { issue } from '../../src/kinds/issue.ts'
import { nodeReader, type ReadNode } from '../../src/kinds/read-node.ts'
import { SEVERITIES, STATUSES } from '../../src/kinds/vocabulary.ts'
import type { Scope } from '../../src/store/scope.ts'
import { transaction } from '../../src/store/transaction.ts'
import { writeRows } from '../../src/store/write-page.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { usePagesOf } from './fixture.ts'
import { type ListedIssue, listedWiz, micros } from './listed-wiz.ts'
import { type StoredRow, storedRows } from './world-check.ts'

let test: TestApp
let connections = 0

beforeAll(async () => {
  usePagesOf(5)
  test = await testApp()
})
afterAll(() => test?.close())

async function connection(): Promise<number> {
  const row = await test.app.store.db
    .insertInto('connection')
    .values({ name: `law-${++connections}`, api_url: 'http://127.0.0.1/graphql', client_id: 'law', project_ids: [] })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

const stored = (connectionId: number) => storedRows(test.app, issue, connectionId)

async function historySize(connectionId: number): Promise<number> {
  const { rows } = await test.app.store.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM history WHERE connection_id = $1',
    [connectionId],
  )
  return rows[0]?.n ?? 0
}

function read(node: unknown): ReadNode {
  const row = nodeReader(issue)(node)
  if ('rejected' in row) throw new Error(row.rejected.sentence)
  return row
}

const write = (connectionId: number, rows: readonly ReadNode[], cause: string, observedAt: Date) =>
  transaction(test.app.store.pool, (client) =>
    writeRows(client, issue, rows, { connectionId, runId: null, cause, observedAt }),
  )

const START = Date.parse('2026-03-01T00:00:00Z')
/** A moment so many microseconds after the start. */
const moment = (us: number) =>
  micros(new Date(START + Math.floor(us / 1000)).toISOString()).replace(
    /\d{3}Z$/,
    `${String(us % 1000).padStart(3, '0')}Z`,
  )

const anyIssue = fc.record({
  id: fc.uuid(),
  severity: fc.constantFrom(...SEVERITIES),
  status: fc.constantFrom(...STATUSES),
  description: fc.string({ unit: 'binary', maxLength: 40 }),
  createdAt: fc.nat(10_000_000).map(moment),
  updatedAt: fc.nat(10_000_000).map(moment),
  statusChangedAt: fc.option(fc.nat(10_000_000).map(moment)),
  entitySnapshot: fc.option(
    fc.record({ name: fc.string({ unit: 'binary' }), tags: fc.dictionary(fc.string(), fc.string()) }),
  ),
  projects: fc.array(fc.record({ id: fc.uuid() }), { maxLength: 3 }),
})

describe('ING-8 writing', () => {
  it('the same page twice changes nothing: neither a row, nor the history', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyIssue, { selector: (node) => node.id, minLength: 1, maxLength: 12 }),
        async (nodes) => {
          const connectionId = await connection()
          const rows = nodes.map(read)
          await write(connectionId, rows, 'sync', new Date(START))
          const before = await stored(connectionId)
          expect(before.size).toBe(nodes.length)
          const outcome = await write(connectionId, rows, 'sync', new Date(START + 60_000))
          expect(outcome).toEqual({ inserted: 0, updated: 0, unchanged: nodes.length, stale: 0 })
          expect(await stored(connectionId)).toEqual(before)
          expect(await historySize(connectionId)).toBe(0)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('any order of observations ends with the newest, by its version and then by when it was asked for', async () => {
    const observation = fc.record({ version: fc.nat(4), cause: fc.constantFrom('sync', 'look-up', 'webhook') })
    const inAnyOrder = fc
      .array(observation, { minLength: 2, maxLength: 8 })
      .map((list) => list.map((each, index) => ({ ...each, observed: index })))
      .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }))
    await fc.assert(
      fc.asyncProperty(inAnyOrder, async (observations) => {
        const connectionId = await connection()
        for (const { version, cause, observed } of observations) {
          const node = { id: 'one', status: 'OPEN', updatedAt: moment(version), description: `${version}/${observed}` }
          await write(connectionId, [read(node)], cause, new Date(START + observed))
        }
        const newest = observations.toSorted((a, b) => a.version - b.version || a.observed - b.observed).at(-1)
        expect((await stored(connectionId)).get('one')?.raw.description).toBe(`${newest?.version}/${newest?.observed}`)
      }),
      { numRuns: 40 },
    )
  })
})

describe('ING-8 writing side by side', () => {
  it('several writers of the same new rows end as one would: each row once, and the newest', async () => {
    const page = fc.record({ version: fc.nat(3), ids: fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 1 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(page, { minLength: 2, maxLength: 8 }), async (pages) => {
        const connectionId = await connection()
        const outcomes = await Promise.all(
          pages.map(({ version, ids }, observed) => {
            const nodes = ids.map((id) => ({ id, updatedAt: moment(version), description: `${version}/${observed}` }))
            return write(connectionId, nodes.map(read), 'sync', new Date(START + observed))
          }),
        )
        const rows = await stored(connectionId)
        expect(outcomes.reduce((total, { inserted }) => total + inserted, 0)).toBe(rows.size)
        for (const [id, row] of rows) {
          const versions = pages.map((each, observed) => ({ ...each, observed })).filter(({ ids }) => ids.includes(id))
          const newest = versions.toSorted((a, b) => a.version - b.version || a.observed - b.observed).at(-1)
          expect(row.raw.description).toBe(`${newest?.version}/${newest?.observed}`)
        }
      }),
      { numRuns: 40 },
    )
  })
})

const anyListed = (createdAt: fc.Arbitrary<string | null>): fc.Arbitrary<ListedIssue> =>
  fc.record({
    id: fc.uuid(),
    severity: fc.constantFrom(...SEVERITIES),
    status: fc.constantFrom(...STATUSES),
    createdAt,
    updatedAt: fc.constant(moment(1)),
    statusChangedAt: fc.constant(moment(1)),
    projects: fc.constant([]),
  })

const listOf = (row: fc.Arbitrary<ListedIssue>, minLength: number, maxLength: number) =>
  fc.uniqueArray(row, { selector: (each) => each.id, minLength, maxLength })

async function sync(
  connectionId: number,
  issues: () => readonly ListedIssue[],
  options: { full?: boolean; scope?: Scope; inclusive?: boolean } = {},
) {
  const { full = true, scope = {}, inclusive = false } = options
  const { store, schema, log } = test.app
  const { runId } = await startSync(store, { connectionId, startedBy: 'law', kinds: [issue], full, scope })
  const { signal } = new AbortController()
  await workOnRun({ store, schema, log, signal, wiz: listedWiz(issues, { inclusive }), width: 1 }, runId)
  return store.db.selectFrom('receipt').selectAll().where('run_id', '=', runId).executeTakeFirstOrThrow()
}

/** Microseconds in which rows gather: one moment, a few close ones, milliseconds on which cuts can fall, and far ones. */
const anyMoment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 999, 1000, 1001, 5_000_000, 10_000_000) },
  { weight: 2, arbitrary: fc.nat(10_000).map((ms) => ms * 1000) },
  { weight: 1, arbitrary: fc.nat(2_000_000_000_000) },
)

describe('ING-11 parts', () => {
  it('of any distribution in time miss nothing, whether bounds belong to a window or not', async () => {
    const created = fc.oneof(
      { weight: 8, arbitrary: anyMoment.map(moment) },
      { weight: 1, arbitrary: fc.constant(null) },
    )
    await fc.assert(
      fc.asyncProperty(listOf(anyListed(created), 41, 90), fc.boolean(), async (issues, inclusive) => {
        const connectionId = await connection()
        // Cut evenly at first, then at the quantiles of what is stored.
        for (const _round of ['evenly', 'by what is stored']) {
          const receipt = await sync(connectionId, () => issues, { inclusive })
          expect(receipt).toMatchObject({ state: 'complete', expected: issues.length, fetched: issues.length })
          expect([...(await stored(connectionId)).keys()].sort()).toEqual(issues.map(({ id }) => id).sort())
        }
      }),
      { numRuns: 12 },
    )
  })

  it('of rows that all share one moment are complete too', async () => {
    await fc.assert(
      fc.asyncProperty(
        listOf(anyListed(fc.constant(moment(123_456))), 60, 60),
        fc.boolean(),
        async (issues, inclusive) => {
          const connectionId = await connection()
          for (const _round of [1, 2]) {
            expect(await sync(connectionId, () => issues, { inclusive })).toMatchObject({
              state: 'complete',
              fetched: 60,
            })
          }
          expect((await stored(connectionId)).size).toBe(60)
        },
      ),
      { numRuns: 3 },
    )
  })
})

describe('ING-11 walks that are divided while they go on', () => {
  /** Waits before each answer, longer in the middle of a walk than at its start, and then lists by time as Wiz does. */
  function slowWiz(issues: readonly ListedIssue[], inclusive: boolean, delays: Iterator<number>) {
    const sorted = issues.toSorted((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : 1))
    const wiz = listedWiz(() => sorted, { inclusive })
    const ask: typeof wiz.ask = async (question) => {
      await new Promise((resolve) => setTimeout(resolve, delays.next().value + (question.variables?.after ? 80 : 0)))
      return wiz.ask(question)
    }
    return { ...wiz, ask }
  }

  it('miss nothing, wherever they are when that happens, and are not walked once more', async () => {
    const crowded = fc.oneof(
      { weight: 1, arbitrary: anyMoment },
      { weight: 4, arbitrary: fc.nat(40).map((ms) => 7_000_000_000 + ms * 1000) },
    )
    let divided = 0
    await fc.assert(
      fc.asyncProperty(
        listOf(anyListed(crowded.map(moment)), 60, 110),
        fc.boolean(),
        fc.infiniteStream(fc.nat(12)),
        async (issues, inclusive, delays) => {
          const connectionId = await connection()
          const { store, schema, log } = test.app
          const { runId } = await startSync(store, {
            connectionId,
            startedBy: 'law',
            kinds: [issue],
            full: true,
            scope: {},
          })
          const { signal } = new AbortController()
          const wiz = () => slowWiz(issues, inclusive, delays)
          await Promise.all([1, 2].map(() => workOnRun({ store, schema, log, signal, wiz: wiz(), width: 5 }, runId)))
          const receipt = await store.db
            .selectFrom('receipt')
            .selectAll()
            .where('run_id', '=', runId)
            .executeTakeFirst()
          expect(receipt).toMatchObject({ state: 'complete', expected: issues.length, fetched: issues.length })
          expect([...(await stored(connectionId)).keys()].sort()).toEqual(issues.map(({ id }) => id).sort())
          const parts = await store.db
            .selectFrom('run_partition')
            .select(['label', 'epoch'])
            .where('run_id', '=', runId)
            .execute()
          expect(parts.filter(({ label }) => label === 'once more')).toEqual([])
          divided += parts.filter(({ epoch }) => epoch > 1).length
        },
      ),
      { numRuns: 5 },
    )
    expect(divided).toBeGreaterThan(0)
  })
})

describe('ING-8 a delta', () => {
  it('loses nothing where changes share a microsecond with the last one seen', async () => {
    const step = fc.record({ rows: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 6 }), later: fc.nat(2) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
        const connectionId = await connection()
        const rows: ListedIssue[] = Array.from({ length: 12 }, (_, index) => ({
          id: `row-${index}`,
          severity: 'LOW',
          status: 'OPEN',
          createdAt: moment(index),
          updatedAt: moment(0),
          statusChangedAt: moment(0),
          projects: [],
        }))
        await sync(connectionId, () => rows)
        let now = 0
        for (const { rows: changed, later } of steps) {
          now += later
          for (const index of changed) {
            const row = rows[index] as ListedIssue
            const status = row.status === 'OPEN' ? 'IN_PROGRESS' : 'OPEN'
            rows[index] = { ...row, status, updatedAt: moment(now), statusChangedAt: moment(now) }
          }
          expect(await sync(connectionId, () => rows, { full: false })).toMatchObject({
            mode: 'delta',
            state: 'complete',
          })
          expect(statuses(await stored(connectionId))).toEqual(
            Object.fromEntries(rows.map(({ id, status }) => [id, status])),
          )
        }
      }),
      { numRuns: 10 },
    )
  })
})

function statuses(rows: ReadonlyMap<string, StoredRow>): Record<string, unknown> {
  return Object.fromEntries([...rows].map(([id, row]) => [id, row.columns.status]))
}

describe('ING-9 nothing is removed', () => {
  it('outside of the scope of a sync, whatever has vanished', async () => {
    const rows = listOf(anyListed(fc.constant(moment(5))), 5, 30)
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.subarray([...SEVERITIES], { minLength: 1 }),
        fc.infiniteStream(fc.boolean()),
        async (issues, severities, coin) => {
          const connectionId = await connection()
          await sync(connectionId, () => issues)
          const left = issues.filter(() => coin.next().value)
          await sync(connectionId, () => left, { scope: { severities } })
          const still = await stored(connectionId)
          const outside = issues.filter((each) => !severities.includes(each.severity as (typeof SEVERITIES)[number]))
          expect(outside.filter(({ id }) => !still.has(id))).toEqual([])
          expect(left.filter(({ id }) => !still.has(id))).toEqual([])
        },
      ),
      { numRuns: 10 },
    )
  })

  it('by a list that ends too early, wherever it does', async () => {
    const rows = listOf(anyListed(fc.constant(moment(5))), 8, 30)
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(29), async (issues, cutAt) => {
        const connectionId = await connection()
        await sync(connectionId, () => issues)
        const before = await stored(connectionId)
        const whole = listedWiz(() => issues)
        const short = listedWiz(() => issues.slice(0, cutAt % issues.length))
        const { store, schema, log } = test.app
        const { runId } = await startSync(store, {
          connectionId,
          startedBy: 'law',
          kinds: [issue],
          full: true,
          scope: {},
        })
        // Pages come from the short list; totals, and whoever asks by id, hear of the whole one.
        const wiz: typeof whole = {
          ...whole,
          async ask<T>(question: Parameters<typeof whole.ask>[0]) {
            const told = await whole.ask<{ page?: { totalCount: number } }>(question)
            if (!question.document.includes('hasNextPage')) return told as Awaited<ReturnType<typeof whole.ask<T>>>
            const shown = await short.ask<{ page: object }>(question)
            const page = { ...shown.data?.page, totalCount: told.data?.page?.totalCount }
            return { ...shown, data: { page } as T }
          },
        }
        await workOnRun({ store, schema, log, signal: new AbortController().signal, wiz, width: 1 }, runId)
        const receipt = await store.db
          .selectFrom('receipt')
          .select('state')
          .where('run_id', '=', runId)
          .executeTakeFirst()
        expect(receipt?.state).toBe('partial')
        expect(await stored(connectionId)).toEqual(before)
      }),
      { numRuns: 8 },
    )
  })
})
