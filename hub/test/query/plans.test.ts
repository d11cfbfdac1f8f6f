import { afterAll, beforeAll, expect, it } from 'vitest'
import { issue } from '../../src/kinds/issue.ts'
import type { Store } from '../../src/store/open-store.ts'
import { findingRelation } from '../../src/store/query/finding-relation.ts'
import { kindRelation } from '../../src/store/query/kind-relation.ts'
import { type ListQuery, listRows } from '../../src/store/query/list-rows.ts'
import type { Relation } from '../../src/store/query/relation.ts'
import { type TestApp, testApp } from '../fixture.ts'
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
      `INSERT INTO issue (connection_id, id, status, severity, rule_name, created_at, updated_at, due_at, raw, hash, observed_at)
       SELECT $1, 'i' || n, (ARRAY['OPEN', 'RESOLVED'])[1 + n % 2],
         (ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])[1 + n % 4], 'rule ' || n % 50,
         now() - n * interval '7 minutes', now() - (n * 7919 % 20000) * interval '3 minutes',
         CASE WHEN n % 3 > 0 THEN now() + (n * 31 % 20000) * interval '1 minute' END, '{}', gen_random_uuid(), now()
       FROM generate_series(1, 12000) n`,
      [id],
    )
  }
  await pool.query('VACUUM ANALYZE issue')
})

afterAll(() => test.close())

/** The plans of the statements that a question leads to. */
async function plansOf(relation: Relation, query: Omit<ListQuery, 'limit'>): Promise<Plan[]> {
  const plans: Plan[] = []
  const { pool } = test.app.store
  const explaining = {
    async query(text: string, values: unknown[]) {
      const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ${text}`,
        values,
      )
      for (const row of rows) plans.push(...nodesOf(row['QUERY PLAN'][0].Plan))
      return pool.query(text, values)
    },
  }
  await listRows({ ...test.app.store, pool: explaining } as unknown as Store, relation, { ...query, limit: 50 })
  return plans
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/** The indexes that were used on the issues, and the most rows that any step had in hand. */
function summary(plans: readonly Plan[]) {
  const indexes = plans.flatMap((plan) =>
    plan['Relation Name'] === 'issue' ? [plan['Index Name'] ?? 'whole table'] : [],
  )
  const most = Math.max(...plans.map((plan) => (plan['Actual Rows'] ?? 0) * (plan['Actual Loops'] ?? 1)))
  return { indexes: [...new Set(indexes)], most }
}

const cases: [string[], string][] = [
  [['updatedAt:desc'], 'issue_by_updated_at'],
  [['updatedAt'], 'issue_by_updated_at'],
  [['createdAt:desc'], 'issue_by_created_at'],
  [['dueAt:desc'], 'issue_by_due_at'],
  [['dueAt'], 'issue_by_due_at'],
  [['severity:desc'], 'issue_by_severity'],
  [['severity'], 'issue_by_severity'],
  [['id'], 'issue_pkey'],
]

it.each(cases)('VIEW-1 reads a page by %j from the index alone, from any cursor on', async (sort, index) => {
  const first = await listRows(test.app.store, kindRelation(issue), { sort, limit: 5000 })
  for (const cursor of [undefined, first.nextCursor ?? '']) {
    const { indexes, most } = summary(await plansOf(kindRelation(issue), { sort, cursor }))
    expect(indexes).toEqual([index])
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
