import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { issue } from '../../src/kinds/issue.ts'
import { createLog } from '../../src/log.ts'
import { indexNames } from '../../src/store/name-index.ts'
import { countValues } from '../../src/store/query/count-values.ts'
import { fieldNamed } from '../../src/store/query/filter.ts'
import { findingRelation } from '../../src/store/query/finding-relation.ts'
import { kindRelation } from '../../src/store/query/kind-relation.ts'
import { listRows } from '../../src/store/query/list-rows.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { addConnection, addRows, type Values } from './rows.ts'

let test: TestApp
let one = 0
let two = 0
beforeAll(async () => {
  test = await testApp()
})
beforeEach(async () => {
  await test.empty()
  one = await addConnection(test.app, 'one')
  two = await addConnection(test.app, 'two')
})
afterAll(() => test.close())

const query = (text: string, values: unknown[] = []) => test.app.store.pool.query<Record<string, unknown>>(text, values)

/** The rows that the tally and the table do not agree on. */
async function differences(): Promise<unknown[]> {
  const columns = 'connection_id, status, severity, severity_rank, platform, project_ids'
  const { rows } = await query(
    `SELECT ${columns}, sum(n) AS n FROM (
       SELECT ${columns}, n FROM issue_tally UNION ALL SELECT ${columns}, -1 FROM issue) both_sides
     GROUP BY ${columns} HAVING sum(n) <> 0`,
  )
  return rows
}

const rowOf = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  status: fc.constantFrom('OPEN', 'RESOLVED', null),
  severity: fc.constantFrom('LOW', 'CRITICAL', null),
  projectIds: fc.constantFrom(null, [], ['p1'], ['p1', 'p2']),
  assetId: fc.constantFrom(null, 'x1', 'x2'),
  assetName: fc.constantFrom(null, 'Zebra', 'lion king'),
  ruleName: fc.constantFrom(null, 'zebra crossing', 'lion'),
})
const steps = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('write' as const), rows: fc.array(rowOf, { maxLength: 4 }) }),
    fc.record({ what: fc.constant('delete' as const), id: fc.constantFrom('a', 'b') }),
    fc.record({ what: fc.constant('change' as const), status: fc.constantFrom('OPEN', 'IN_PROGRESS') }),
    fc.record({ what: fc.constant('undo' as const), id: fc.constantFrom('c', 'd') }),
  ),
  { maxLength: 8 },
)

async function take(step: (typeof steps extends fc.Arbitrary<infer T> ? T : never)[number]): Promise<void> {
  if (step.what === 'write') await addRows(test.app, issue, one, step.rows as Values[])
  if (step.what === 'delete') await query('DELETE FROM issue WHERE id = $1', [step.id])
  if (step.what === 'change') await query('UPDATE issue SET status = $1, absent_run = 1', [step.status])
  if (step.what === 'undo') await query(`BEGIN; DELETE FROM issue WHERE id = '${step.id}'; ROLLBACK`)
}

describe('what is kept beside the rows', () => {
  it('VIEW-1 counts exactly what is stored, whatever is written, and finds every row by its names', async () => {
    const law = fc.asyncProperty(
      steps,
      fc.constantFrom('zebra', 'lion', 'king', 'x1', 'a', 'nothing'),
      async (all, word) => {
        await query('TRUNCATE issue')
        for (const step of all) await take(step)
        expect(await differences()).toEqual([])
        const { rows: stored } = await query('SELECT id, asset_id, asset_name, rule_name FROM issue')
        const expected = stored.filter(
          ({ id, ...names }) =>
            id === word ||
            Object.values(names).some((name) =>
              String(name ?? '')
                .toLowerCase()
                .includes(word),
            ),
        )
        const found = await listRows(test.app.store, kindRelation(issue), { search: word, limit: 10, total: true })
        expect(found.rows.map((row) => row.id).sort()).toEqual(expected.map((row) => row.id).sort())
        expect(found.total).toBe(expected.length)
      },
    )
    await fc.assert(law, { numRuns: 60 })
  })

  it('VIEW-1 stays exact while several write, and is put together now and then', async () => {
    const write = (name: string) => async () => {
      for (let at = 0; at < 150; at++) {
        await addRows(test.app, issue, one, [{ id: `${name}${at}`, severity: 'LOW', status: 'OPEN' }])
      }
    }
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => write(name)()))
    expect(await differences()).toEqual([])
    const { rows } = await query('SELECT count(*) AS parts, sum(n) AS n FROM issue_tally')
    expect(rows[0]?.n).toBe(900)
    expect(rows[0]?.parts).toBeLessThan(900)
  })

  it('VIEW-1 is put together by who asks, where writers left many parts', async () => {
    await query(
      `INSERT INTO issue_tally (connection_id, status, n) SELECT $1, 'OPEN', (-1) ^ n FROM generate_series(1, 20000) n`,
      [one],
    )
    await addRows(test.app, issue, one, [{ id: 'a', status: 'OPEN' }])
    const selection = {
      relation: kindRelation(issue),
      conditions: [],
      search: { text: '', words: [] },
      restriction: {},
    }
    const status = fieldNamed(kindRelation(issue), 'status')
    const counted = await countValues(test.app.store, selection, [status], 9)
    expect(counted.get(status)?.values).toEqual([{ value: 'OPEN', count: 1 }])
    await vi.waitFor(async () => {
      expect((await query('SELECT n FROM issue_tally')).rows).toEqual([{ n: 1 }])
    })
    expect(await differences()).toEqual([])
  })

  it('CON-5 forgets a connection with its rows', async () => {
    await addRows(test.app, issue, one, [{ id: 'a', status: 'OPEN', assetName: 'secret name' }])
    await addRows(test.app, issue, two, [{ id: 'a', status: 'OPEN', assetName: 'other name' }])
    await query('DELETE FROM issue WHERE connection_id = $1', [one])
    await query('DELETE FROM connection WHERE id = $1', [one])
    expect((await query('SELECT names FROM issue_name')).rows).toEqual([{ names: 'other name' }])
    expect((await query('SELECT connection_id, n FROM issue_tally')).rows).toEqual([{ connection_id: two, n: 1 }])
  })
})

it('RUN-4 counts and searches exactly the part that somebody may see', async () => {
  const rows = Array.from({ length: 40 }, (_, at) => ({
    id: `i${at}`,
    severity: ['LOW', 'HIGH', 'CRITICAL'][at % 3] ?? null,
    status: ['OPEN', 'RESOLVED'][at % 2] ?? null,
    assetId: `x${at % 5}`,
    assetName: `server ${at % 5}`,
    projectIds: [`p${at % 4}`, `p${at % 3}`],
  }))
  await addRows(test.app, issue, one, rows)
  await addRows(test.app, issue, two, rows)
  for (const restriction of [
    { projectIds: ['p3'] },
    { connectionIds: [two] },
    { projectIds: ['p1'], connectionIds: [one] },
  ]) {
    const seen = await listRows(test.app.store, findingRelation, { restriction, limit: 1000 })
    const page = await listRows(test.app.store, findingRelation, { restriction, limit: 1, total: true })
    expect(page.total).toBe(seen.rows.length)
    const searched = await listRows(test.app.store, findingRelation, {
      restriction,
      limit: 1000,
      search: 'server 3',
      total: true,
    })
    const named = seen.rows.filter((row) => row.assetName === 'server 3' || row.assetId === 'x3')
    expect(searched.rows.map((row) => row.id).sort()).toEqual(named.map((row) => row.id).sort())
    expect(searched.total).toBe(named.length)
    const fields = ['severity', 'projectIds', 'assetId'].map((name) => fieldNamed(findingRelation, name))
    const selection = { relation: findingRelation, conditions: [], search: { text: '', words: [] }, restriction }
    for (const [field, { values, isAtLeast }] of await countValues(test.app.store, selection, fields, 99)) {
      const expected = new Map<unknown, number>()
      for (const row of seen.rows) {
        for (const value of [row[field.name]].flat()) expected.set(value, (expected.get(value) ?? 0) + 1)
      }
      expect(new Map(values.map(({ value, count }) => [value, count]))).toEqual(expected)
      expect(isAtLeast).toBe(false)
    }
  }
})

it('RUN-3 goes on without an index for names where the database has no such extension', async () => {
  const { pool } = test.app.store
  const log = createLog({ level: 'silent' })
  const warn = vi.spyOn(log, 'warn')
  vi.spyOn(pool, 'query').mockRejectedValueOnce(new Error('extension "pg_trgm" is not available'))
  await indexNames(pool, log)
  expect(warn.mock.calls).toEqual([[expect.anything(), expect.stringMatching(/CREATE EXTENSION pg_trgm/)]])
  await query('DROP EXTENSION pg_trgm CASCADE')
  await addRows(test.app, issue, one, [{ id: 'a', assetId: 'x', assetName: 'server 4711' }])
  expect((await listRows(test.app.store, findingRelation, { search: '4711', limit: 10 })).rows).toHaveLength(1)
  await indexNames(pool, log)
  expect((await query("SELECT FROM pg_indexes WHERE indexname = 'issue_name_by_part'")).rowCount).toBe(1)
})
