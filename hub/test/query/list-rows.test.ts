import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../../src/errors.ts'
import { cloudResource } from '../../src/kinds/cloud-resource.ts'
import type { Column } from '../../src/kinds/column.ts'
import { issue } from '../../src/kinds/issue.ts'
import type { Kind } from '../../src/kinds/kind.ts'
import { findingRelation } from '../../src/store/query/finding-relation.ts'
import { kindRelation } from '../../src/store/query/kind-relation.ts'
import { eachBatch, type ListQuery, listRows, type Row } from '../../src/store/query/list-rows.ts'
import { connectionRelation, runRelation, tombstoneRelation } from '../../src/store/query/own-relations.ts'
import type { Relation } from '../../src/store/query/relation.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { compareRows, type ModelFilter, type ModelRow, matches } from './model.ts'
import { addConnection, addRows, type Values } from './rows.ts'

const CONNECTIONS = ['one', 'two', 'three']
const WORDS = ["it's", '100%', 'a_b', 'back\\slash', '"quoted"', 'Zebra', 'zebra', 'é', '', '--', ';', '$1', 'null ']
const TIMES = ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000001Z', '2026-01-31T10:00:00.1Z', '2025-02-28T23:59:59Z']

let test: TestApp
const ids = new Map<string, number>()
const rows = new Map<Kind, ModelRow[]>()

beforeAll(async () => {
  test = await testApp()
  for (const name of CONNECTIONS) ids.set(name, await addConnection(test.app, name))
  for (const kind of [issue, cloudResource]) {
    const drawn = fc.sample(rowOf(kind), { numRuns: 90, seed: 7 })
    // Ids repeat across connections on purpose.
    const all = drawn.map((values, at) => ({
      connection: CONNECTIONS[at % 3] ?? '',
      values: { ...values, id: `id-${Math.floor(at / 2)}-${at % 3}-${'x'.repeat(at % 2)}`.slice(0, 6 + (at % 4)) },
    }))
    const unique = [...new Map(all.map((row) => [`${row.connection} ${row.values.id}`, row])).values()]
    rows.set(kind, unique)
    for (const name of CONNECTIONS) {
      const own = unique.filter((row) => row.connection === name).map((row) => row.values)
      await addRows(test.app, kind, ids.get(name) ?? 0, own)
    }
  }
})

afterAll(() => test.close())

function drawValue(column: Column): fc.Arbitrary<unknown> {
  const value = {
    text: fc.constantFrom(...(column.values ?? WORDS)),
    time: fc.constantFrom(...TIMES),
    number: fc.constantFrom(0, 1, 1.5, -3, 1e21, 0.1),
    boolean: fc.boolean(),
    texts: fc.uniqueArray(fc.constantFrom(...WORDS), { maxLength: 3 }),
    json: fc.constantFrom({ env: 'prod' }, { env: 'test' }),
  }[column.type]
  return fc.option<unknown>(value, { freq: 4, nil: null })
}

function rowOf(kind: Kind): fc.Arbitrary<Values> {
  const { id: _, ...columns } = kind.columns
  return fc
    .record(Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, drawValue(column)])))
    .map((values) => ({ ...values, id: '' }) as Values)
}

function filterOf(kind: Kind): fc.Arbitrary<ModelFilter> {
  const names = Object.keys(kind.columns).filter((name) => kind.columns[name]?.type !== 'json')
  return fc.constantFrom(...names).chain((name) => {
    const column = kind.columns[name] as Column
    const isOrdered = ['time', 'number'].includes(column.type) || column.isRanked
    const hasParts = ['text', 'texts'].includes(column.type)
    const operators: ModelFilter['operator'][] = ['=', '!=', ...(isOrdered ? (['>=', '<=', '>', '<'] as const) : [])]
    const exact = fc.record({
      name: fc.constant(name),
      operator: fc.constantFrom(...operators),
      text: drawValue({ ...column, type: column.type === 'texts' ? 'text' : column.type }).map(String),
    })
    const part = fc.record({
      name: fc.constant(name),
      operator: fc.constant('~' as const),
      text: fc.constantFrom(...WORDS, 'e', 'z', '%', '_', '\\'),
    })
    const usable = exact.filter(({ operator, text }) => text !== 'null' || operator === '=' || operator === '!=')
    return hasParts ? fc.oneof(usable, part) : usable
  })
}

function sortOf(kind: Kind): fc.Arbitrary<string[]> {
  const names = Object.keys(kind.columns).filter((name) => !['texts', 'json'].includes(kind.columns[name]?.type ?? ''))
  const term = fc.tuple(fc.constantFrom(...names, 'connection'), fc.constantFrom('', ':asc', ':desc'))
  return fc.uniqueArray(term, { maxLength: 3, selector: ([name]) => name }).map((terms) => terms.map((t) => t.join('')))
}

async function walk(relation: Relation<Row>, query: ListQuery): Promise<Row[]> {
  const found: Row[] = []
  let cursor: string | undefined
  do {
    const page = await listRows(test.app.store, relation, { ...query, cursor })
    expect(page.rows.length).toBeLessThanOrEqual(query.limit)
    found.push(...page.rows)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

const nameOf = (row: Row) => `${String(row.connection)} ${String(row.id)}`
const nameOfModel = ({ connection, values }: ModelRow) => `${connection} ${values.id}`

describe('filters', () => {
  for (const kind of [issue, cloudResource]) {
    it(`VIEW-1 lets through what the language promises, for ${kind.plural}`, async () => {
      const law = fc.asyncProperty(fc.array(filterOf(kind), { maxLength: 4 }), async (filters) => {
        const filter = filters.map(({ name, operator, text }) => `${name}${operator}${text}`)
        const { rows: found, total } = await listRows(test.app.store, kindRelation(kind), {
          filter,
          limit: 1000,
          total: true,
        })
        const expected = (rows.get(kind) ?? []).filter((row) => matches(kind, row, filters))
        expect(found.map(nameOf).sort()).toEqual(expected.map(nameOfModel).sort())
        expect(total).toBe(expected.length)
      })
      await fc.assert(law, { numRuns: 250 })
    })
  }

  it('VIEW-1 takes known words in any case and refuses unknown ones by name', async () => {
    const ask = (filter: string[]) => listRows(test.app.store, kindRelation(issue), { filter, limit: 1000 })
    expect((await ask(['severity=critical'])).rows).toEqual((await ask(['severity=CRITICAL'])).rows)
    await expect(ask(['severity=CRITICL'])).rejects.toThrow(/INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL/)
    await expect(ask(['severty=LOW'])).rejects.toThrow(/no field "severty" here.*severity/)
  })

  it.each([
    'severity',
    'severity>',
    '=x',
    'createdAt=yesterday',
    'createdAt=2026-02-30',
    'createdAt>=null',
    'createdAt~2026',
    'projectIds>=a',
    'tags=x',
    'ruleName>a',
    'id=\0',
    'constructor=x',
    '__proto__=x',
  ])('VIEW-1 refuses %j with a sentence', async (expression) => {
    const asked = listRows(test.app.store, kindRelation(issue), { filter: [expression], limit: 1 })
    const error = await asked.then(
      () => undefined,
      (caught: unknown) => caught,
    )
    expect(['bad-filter', 'unknown-field']).toContain(codeOf(error))
  })

  it('VIEW-1 takes whatever else is written in values, sorts and searches as data', async () => {
    const hostile = ["'; DROP TABLE issue; --", '$1', '\\', "' OR 1=1 --", '%', '\u202e', '🙂', '{a,b}', '"', "\\';"]
    for (const text of hostile) {
      for (const name of ['ruleName', 'projectIds', 'connection', 'id']) {
        for (const operator of ['=', '!=', '~']) {
          await listRows(test.app.store, kindRelation(issue), { filter: [`${name}${operator}${text}`], limit: 5 })
        }
      }
      await listRows(test.app.store, kindRelation(issue), { search: text, limit: 5 })
      const sorted = listRows(test.app.store, kindRelation(issue), { sort: [`id${text}`], limit: 5 })
      await expect(sorted).rejects.toMatchObject({ code: 'bad-sort' })
    }
    expect((await listRows(test.app.store, kindRelation(issue), { limit: 1, total: true })).total).toBe(
      rows.get(issue)?.length,
    )
  })

  it('VIEW-1 searches for every word in any of the names', async () => {
    const { rows: found } = await listRows(test.app.store, kindRelation(issue), { search: 'ZEBRA 100%', limit: 1000 })
    const searched = [
      'id',
      'ruleName',
      'ruleId',
      'assetId',
      'assetName',
      'subscriptionId',
      'subscriptionName',
      'providerId',
    ]
    const expected = (rows.get(issue) ?? []).filter(({ values }) =>
      ['zebra', '100%'].every((word) =>
        searched.some((name) =>
          String(values[name] ?? '')
            .toLowerCase()
            .includes(word),
        ),
      ),
    )
    expect(expected.length).toBeGreaterThan(0)
    expect(found.map(nameOf).sort()).toEqual(expected.map(nameOfModel).sort())
  })
})

describe('order and cursors', () => {
  for (const kind of [issue, cloudResource]) {
    it(`VIEW-1 walks every row exactly once in any order, for ${kind.plural}`, async () => {
      const law = fc.asyncProperty(sortOf(kind), fc.integer({ min: 1, max: 40 }), async (sort, limit) => {
        const found = await walk(kindRelation(kind), { sort, limit })
        const expected = (rows.get(kind) ?? []).toSorted(compareRows(kind, sort, CONNECTIONS))
        expect(found.map(nameOf)).toEqual(expected.map(nameOfModel))
      })
      await fc.assert(law, { numRuns: 100 })
    })
  }

  it('VIEW-1 shows findings worst and newest first, each of all kinds once', async () => {
    const found = await walk(findingRelation, { limit: 7 })
    expect(found.map(nameOf).sort()).toEqual((rows.get(issue) ?? []).map(nameOfModel).sort())
    const expected = (rows.get(issue) ?? []).toSorted(
      compareRows(issue, ['severity:desc', 'createdAt:desc'], CONNECTIONS),
    )
    expect(found.map(nameOf)).toEqual(expected.map(nameOfModel))
    expect(new Set(found.map((row) => row.kind))).toEqual(new Set(['issue']))
  })

  it('VIEW-5 gives all rows in batches, with the whole node', async () => {
    const found: Row[] = []
    for await (const batch of eachBatch(test.app.store, kindRelation(issue), { raw: true })) found.push(...batch)
    expect(found).toHaveLength(rows.get(issue)?.length ?? 0)
    expect(found.every((row) => (row.raw as Values).id === row.id)).toBe(true)
  })

  it('VIEW-1 refuses a cursor that was changed or belongs to another list', async () => {
    const { nextCursor } = await listRows(test.app.store, kindRelation(issue), { limit: 3, filter: ['status=OPEN'] })
    const cursor = nextCursor ?? ''
    const forged = Buffer.from(`0123456789abcdef${JSON.stringify([1, 2])}`).toString('base64url')
    const wrong: Partial<ListQuery>[] = [
      { cursor, filter: ['status=RESOLVED'] },
      { cursor },
      { cursor, filter: ['status=OPEN'], sort: ['id'] },
      { cursor: `${cursor}x`, filter: ['status=OPEN'] },
      { cursor: cursor.slice(0, -3), filter: ['status=OPEN'] },
      { cursor: forged, filter: ['status=OPEN'] },
      { cursor: '' },
      { cursor: "'; --" },
    ]
    for (const query of wrong) {
      const asked = listRows(test.app.store, kindRelation(issue), { limit: 3, ...query })
      await expect(asked).rejects.toMatchObject({ code: 'bad-cursor' })
    }
    const other = listRows(test.app.store, kindRelation(cloudResource), { limit: 3, cursor, filter: ['status=Active'] })
    await expect(other).rejects.toMatchObject({ code: 'bad-cursor' })
  })
})

describe('restrictions', () => {
  it('RUN-4 shows only the connections and projects of the caller, whatever is asked', async () => {
    const restriction = { connectionIds: [ids.get('one') ?? 0], projectIds: ['Zebra'] }
    for (const relation of [kindRelation(issue), findingRelation]) {
      const { rows: found, total } = await listRows(test.app.store, relation, { restriction, limit: 1000, total: true })
      const expected = (rows.get(issue) ?? []).filter(
        ({ connection, values }) => connection === 'one' && ((values.projectIds ?? []) as string[]).includes('Zebra'),
      )
      expect(expected.length).toBeGreaterThan(0)
      expect(found.map(nameOf).sort()).toEqual(expected.map(nameOfModel).sort())
      expect(total).toBe(expected.length)
      const elsewhere = await listRows(test.app.store, relation, { restriction, filter: ['connection=two'], limit: 10 })
      expect(elsewhere.rows).toEqual([])
    }
    const names = await listRows(test.app.store, connectionRelation, { restriction, limit: 10 })
    expect(names.rows.map((row) => row.name)).toEqual(['one'])
    expect((await listRows(test.app.store, tombstoneRelation, { restriction, limit: 10 })).rows).toEqual([])
    expect((await listRows(test.app.store, runRelation, { restriction, limit: 10 })).rows).toEqual([])
  })

  it('RUN-4 shows nobody anything by an empty list of connections or projects', async () => {
    for (const restriction of [{ connectionIds: [] }, { projectIds: [] }]) {
      const found = await listRows(test.app.store, kindRelation(issue), { restriction, limit: 10, total: true })
      expect(found).toMatchObject({ rows: [], total: 0 })
    }
  })
})
