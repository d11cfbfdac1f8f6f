import { afterAll, beforeAll, expect, it } from 'vitest'
import { issue } from '../../src/kinds/issue.ts'
import { visibleTo } from '../../src/operations/dashboard/findings-view.ts'
import { readDashboard } from '../../src/operations/dashboard/show.ts'
import type { Store } from '../../src/store/open-store.ts'
import { seesMuch } from '../../src/store/query/breadth.ts'
import { countValues } from '../../src/store/query/count-values.ts'
import { fieldNamed, parseFilter } from '../../src/store/query/filter.ts'
import { findingRelation } from '../../src/store/query/finding-relation.ts'
import { kindRelation } from '../../src/store/query/kind-relation.ts'
import { eachBatch, type ListQuery, listRows } from '../../src/store/query/list-rows.ts'
import type { Relation } from '../../src/store/query/relation.ts'
import type { Restriction } from '../../src/store/query/restriction.ts'
import { readSearch } from '../../src/store/query/search.ts'
import { MANY } from '../../src/store/query/selection.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { listeningStore } from './listening-store.ts'
import { addConnection } from './rows.ts'

interface Plan {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  Plans?: Plan[]
}

let test: TestApp

beforeAll(async () => {
  test = await testApp()
  const ids = [await addConnection(test.app, 'one'), await addConnection(test.app, 'two')]
  const { pool } = test.app.store
  for (const id of ids) {
    await pool.query(
      `INSERT INTO issue (connection_id, id, status, severity, rule_id, rule_name, asset_id, asset_name, platform,
         project_ids, frameworks, created_at, updated_at, due_at, raw, hash, observed_at)
       SELECT $1, 'i' || n, (ARRAY['OPEN', 'RESOLVED'])[1 + n % 2],
         (ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])[1 + n % 4], 'r' || n % 50, 'rule ' || n % 50 || ' of storage',
         'a' || n % 997, 'server-' || n % 997, (ARRAY['AWS', 'GCP'])[1 + n % 2], ARRAY['p' || n % 200],
         ARRAY['framework ' || n % 7],
         now() - n * interval '7 minutes', now() - (n * 7919 % 20000) * interval '3 minutes',
         CASE WHEN n % 3 > 0 THEN now() + (n * 31 % 20000) * interval '1 minute' END, '{}', gen_random_uuid(), now()
       FROM generate_series(1, 12000) n`,
      [id],
    )
  }
  await pool.query('VACUUM ANALYZE')
})

afterAll(() => test.close())

/** The plans of the statements that a question leads to. */
function plansOf(relation: Relation, query: Omit<ListQuery, 'limit'>): Promise<Plan[]> {
  return plansWhile((store) => listRows(store, relation, { ...query, limit: 50 }))
}

async function plansWhile(ask: (store: Store) => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = []
  const { store } = test.app
  const explaining = listeningStore(store, async (text, values) => {
    const { rows } = await store.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ${text}`,
      values,
    )
    for (const row of rows) plans.push(...nodesOf(row['QUERY PLAN'][0].Plan))
  })
  await ask(explaining)
  return plans
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/** The indexes that were used on the issues, and the most rows that any step had in hand. */
function summary(plans: readonly Plan[]) {
  const indexes = plans.flatMap((plan) => {
    if (plan['Node Type'] === 'Seq Scan') return plan['Relation Name'] === 'issue' ? ['whole table'] : []
    const index = plan['Index Name'] ?? ''
    return index.startsWith('issue_') && !index.startsWith('issue_name') ? [index] : []
  })
  const most = Math.max(...plans.map((plan) => (plan['Actual Rows'] ?? 0) * (plan['Actual Loops'] ?? 1)))
  return { indexes: [...new Set(indexes)], most }
}

const cases: [string[], string][] = [
  [['updatedAt:desc'], 'issue_by_updated_at'],
  [['updatedAt'], 'issue_by_updated_at'],
  [['createdAt:desc'], 'issue_by_created_at'],
  [['dueAt:desc'], 'issue_by_due_at'],
  [['dueAt'], 'issue_by_due_at'],
  [['severity:desc'], 'issue_by_order'],
  [['severity'], 'issue_by_order'],
  [['id'], 'issue_pkey'],
]

it.each(cases)('VIEW-1 reads a page by %j from its index, from any cursor on', async (sort, index) => {
  const first = await listRows(test.app.store, kindRelation(issue), { sort, limit: 5000 })
  for (const cursor of [undefined, first.nextCursor ?? '']) {
    const { indexes, most } = summary(await plansOf(kindRelation(issue), { sort, cursor }))
    expect(indexes).toContain(index)
    expect(indexes).not.toContain('whole table')
    // A page of each connection and their merger: no step reads on into the list.
    expect(most).toBeLessThanOrEqual(2 * 51)
  }
})

it('VIEW-1 reads an unsorted page of all findings without reading all of them', async () => {
  const { indexes } = summary(await plansOf(findingRelation, { sort: ['detectedAt:desc'] }))
  expect(indexes).toEqual(['issue_by_created_at'])
  const worst = summary(await plansOf(findingRelation, {}))
  expect(worst.indexes).not.toContain('whole table')
})

it('VIEW-1 finds one object by its primary key', async () => {
  const { indexes, most } = summary(await plansOf(kindRelation(issue), { filter: ['id=i77'], sort: [] }))
  expect(indexes).toEqual(['issue_pkey'])
  expect(most).toBeLessThanOrEqual(4)
})

const SCREEN = ['severity', 'status', 'kind', 'platform', 'projectIds', 'assetType', 'connection']

const questions: [string, Omit<ListQuery, 'limit'>][] = [
  ['all', {}],
  ['one severity', { filter: ['severity=LOW'] }],
  ['one status', { filter: ['status=OPEN'] }],
  ['one project', { filter: ['projectIds=p7'] }],
  ['project, status and severity', { filter: ['projectIds=p7', 'status=RESOLVED', 'severity=CRITICAL'] }],
  ['a part of a name', { filter: ['assetName~server-99'] }],
  ['a rare word', { search: 'server-991' }],
  ['two words', { search: 'storage server-991' }],
  ['a word that does not exist', { search: 'xyzzy' }],
  ['a rare word in one project', { search: 'server-7', filter: ['projectIds=p7'] }],
]

it.each(questions)('VIEW-1 lists %s without reading a whole table', async (_name, query) => {
  expect(summary(await plansOf(findingRelation, query)).indexes).not.toContain('whole table')
})

it('VIEW-1 reads only the stretches of a list that a filter leaves', async () => {
  const { indexes, most } = summary(await plansOf(findingRelation, { filter: ['severity=LOW'] }))
  expect(indexes).toEqual(['issue_by_order'])
  expect(most).toBeLessThanOrEqual(2 * 51)
})

it.each(questions)('VIEW-1 counts %s and its facets without reading a whole table', async (_name, {
  filter,
  search,
}) => {
  const counting = (store: Store) =>
    listRows(store, findingRelation, { filter, search, sort: ['id'], limit: 1, total: true })
  expect(summary(await plansWhile(counting)).indexes).not.toContain('whole table')
  const faceting = async (store: Store) => {
    const conditions = parseFilter(findingRelation, filter ?? [])
    const words = await readSearch(store, findingRelation, search ?? '', conditions, {})
    const fields = SCREEN.map((name) => fieldNamed(findingRelation, name))
    const selection = { relation: findingRelation, conditions, search: words, restriction: {} }
    return countValues(store, selection, fields, 13)
  }
  expect(summary(await plansWhile(faceting)).indexes).not.toContain('whole table')
})

it('VIEW-1 counts by the tallies alone where they know, also for who may see a part', async () => {
  const restriction = { projectIds: ['p7', 'p8'] }
  const query = { filter: ['severity=LOW', 'status=OPEN'], sort: ['id'], limit: 1, total: true, restriction }
  const { pool } = test.app.store
  const { rows } = await pool.query(
    `SELECT count(*) AS n FROM issue WHERE severity = 'LOW' AND status = 'OPEN' AND project_ids && '{p7,p8}'`,
  )
  const plans = await plansWhile(async (store) =>
    expect((await listRows(store, findingRelation, query)).total).toBe(rows[0]?.n),
  )
  expect(plans.some((plan) => plan['Relation Name'] === 'issue_tally')).toBe(true)
})

it('VIEW-1 follows the order of a list for a word that is common, and stops counting it', async () => {
  const { indexes, most } = summary(await plansOf(findingRelation, { search: 'storage', sort: ['detectedAt:desc'] }))
  expect(indexes).toContain('issue_by_created_at')
  expect(most).toBeLessThanOrEqual(MANY + 1)
  const page = await listRows(test.app.store, findingRelation, { search: 'storage', limit: 1, total: true })
  expect(page).toMatchObject({ total: MANY, totalIsAtLeast: true })
  const exact = await listRows(test.app.store, findingRelation, { search: 'storage', limit: 1, total: 'exact' })
  expect(exact).toMatchObject({ total: 24_000, totalIsAtLeast: false })
})

/** The statements that a question leads to. */
async function statementsOf(query: Omit<ListQuery, 'limit'>): Promise<string[]> {
  const asked: string[] = []
  const store = listeningStore(test.app.store, (text) => asked.push(text))
  await listRows(store, findingRelation, { ...query, limit: 50 })
  return asked
}

it('VIEW-1 keeps a search off the index of projects for who sees many of the rows, and finds the same', async () => {
  const search = 'storage server-99'
  for (const [projects, isBroad] of [
    [120, true],
    [2, false],
  ] as const) {
    const projectIds = Array.from({ length: projects }, (_, n) => `p${n}`)
    const query = { search, restriction: { projectIds }, total: true }
    expect(await seesMuch(test.app.store, findingRelation, { projectIds })).toBe(isBroad)
    const reading = (await statementsOf(query)).filter((text) => text.includes('FROM "issue" t'))
    expect(reading.every((text) => text.includes('IS TRUE') === isBroad)).toBe(true)
    const { rows } = await test.app.store.pool.query(
      "SELECT count(*) AS n FROM issue WHERE asset_name LIKE '%server-99%' AND project_ids && $1",
      [projectIds],
    )
    expect((await listRows(test.app.store, findingRelation, { ...query, limit: 1 })).total).toBe(rows[0]?.n)
  }
  expect(await seesMuch(test.app.store, findingRelation, {})).toBe(false)
})

it('VIEW-1 counts what a search finds once for its page and its total', async () => {
  const asked = await statementsOf({ search: 'storage server-99', total: true })
  expect(asked.filter((text) => text.startsWith('SELECT count'))).toHaveLength(1)
})

it('VIEW-1 finds a part of a name by an index', async () => {
  const pattern = await plansWhile((store) => readSearch(store, findingRelation, 'server-991', [], {}))
  expect(pattern.map((plan) => plan['Index Name'])).toContain('issue_name_by_part')
})

const visibilities: [string, Restriction][] = [
  ['whole connections', {}],
  ['many projects', { projectIds: Array.from({ length: 150 }, (_, n) => `p${n}`) }],
]

it.each(visibilities)('VIEW-5 counts the dashboard by indexes alone where %s are seen', async (_name, restriction) => {
  const reading = async (store: Store) => readDashboard(store, await visibleTo(store, restriction), 90)
  const plans = await plansWhile(reading)
  const { indexes } = summary(plans)
  expect(indexes).not.toContain('whole table')
  expect(indexes).toEqual(expect.arrayContaining(['issue_by_order', 'issue_by_closing']))
  const read = (type: string) => plans.filter((plan) => plan['Node Type'] === type && plan['Relation Name'] === 'issue')
  expect(read('Index Only Scan').length).toBeGreaterThan(4)
  // Beside them only the names of the first few, and what the findings of those are.
  expect(Math.max(...read('Index Scan').map((plan) => plan['Actual Rows'] ?? 0))).toBeLessThan(24_000 / 2)
})

it('VIEW-1 begins an export with an index', async () => {
  const begin = (store: Store) => eachBatch(store, findingRelation, {}).next()
  expect(summary(await plansWhile(begin)).indexes).toEqual(['issue_pkey'])
})
