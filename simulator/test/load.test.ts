import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bulkIds } from '../src/load/bulk-ids.ts'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { askIssues, ISSUES, type Page, pageOf, post, tokenOf, walkIssues } from './client.ts'

const ROWS = 3_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('bulk ids', () => {
  it('are UUIDs, lead back to their row, and no other id does', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 2 ** 31 - 1 }), (key, row) => {
        const ids = bulkIds(key)
        expect(ids.id(row)).toMatch(UUID)
        expect(ids.row(ids.id(row))).toBe(row)
        expect(ids.row(bulkIds(key + 7).id(row))).toBe(-1)
      }),
    )
  })
})

describe('load mode', () => {
  let simulator: Simulator
  let token: string
  beforeAll(async () => {
    const load = { rows: ROWS, bytes: 2_048, roots: ['issuesV2', 'vulnerabilityFindings'] as const }
    simulator = await startSimulator({ issues: 150, load, rate: { perSecond: null, concurrency: null } })
    token = await tokenOf(simulator)
  })
  afterAll(() => simulator.close())

  const page = async (variables: Record<string, unknown>): Promise<Page> =>
    pageOf(await askIssues(simulator, token, variables))
  const all = (filterBy?: object) => walkIssues(simulator, token, { first: 500, filterBy })

  it('ING-11 walks through every row once, whatever the page size, also many walks at once', async () => {
    const walks = await Promise.all([500, 333, 499].map((first) => walkIssues(simulator, token, { first })))
    for (const ids of walks) {
      expect(ids).toEqual(walks[0])
      expect(new Set(ids).size).toBe(ROWS)
      expect(ids[0]).toMatch(UUID)
    }
  })

  it('gives nodes of the asked-for shape and about the asked-for size, spread over two years', async () => {
    const { nodes, totalCount } = await page({ first: 500 })
    expect(totalCount).toBe(ROWS)
    const [node] = nodes ?? []
    const asked = 'id status severity description createdAt statusChangedAt notes projects serviceTickets'
    expect(Object.keys(node ?? {})).toEqual(asked.split(' '))
    const sizes = (nodes ?? []).map((each) => JSON.stringify(each).length)
    expect(Math.min(...sizes)).toBeGreaterThan(2_000)
    expect(new Set(nodes?.map((each) => each?.severity)).size).toBe(5)
    const times = nodes?.map((each) => Date.parse(String(each?.createdAt))) ?? []
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const years = (Date.now() - (times[0] ?? 0)) / (365 * 86_400_000)
    expect(years).toBeCloseTo(2, 1)
  })

  it('ING-11 cuts windows without a gap or an overlap, and counts them', async () => {
    const cuts = (await page({ first: 500 })).nodes?.filter((_, index) => index % 100 === 50) ?? []
    const bounds = cuts.map((node) => String(node?.createdAt))
    const windows = [undefined, ...bounds].map((after, index) => ({ createdAt: { after, before: bounds[index] } }))
    const parts = await Promise.all(windows.map((filterBy) => all(filterBy)))
    const totals = await Promise.all(windows.map(async (filterBy) => (await page({ first: 1, filterBy })).totalCount))
    expect(parts.map((ids) => ids.length)).toEqual(totals)
    // Both bounds are exclusive: the rows that lie on a bound belong to neither side.
    const inside = new Set(parts.flat())
    expect(inside.size + bounds.length).toBe(ROWS)
    expect(cuts.some((node) => inside.has(String(node?.id)))).toBe(false)
  })

  it('filters by words and by id', async () => {
    const words = { severity: ['CRITICAL', 'LOW'], status: ['OPEN'] }
    const ids = await all(words)
    expect((await page({ first: 1, filterBy: words })).totalCount).toBe(ids.length)
    const { nodes } = await page({ first: 500, filterBy: words })
    expect(nodes?.every((node) => words.severity.includes(String(node?.severity)) && node?.status === 'OPEN')).toBe(
      true,
    )
    const few = ids.slice(0, 3)
    expect((await all({ id: few })).toSorted()).toEqual(few.toSorted())
    expect(await all({ id: ['00000000-0000-4000-8000-000000000000'] })).toEqual([])
  })

  it('ING-8 answers a delta with exactly what has changed since, in order of change', async () => {
    const before = new Map(await Promise.all((await all()).map(async (id) => [id, id] as const)))
    const since = new Date(Date.now() - 3_600_000).toISOString()
    expect(await all({ statusChangedAt: { after: since } })).toEqual([])
    expect(simulator.load?.change(0.01)).toBe(2 * (ROWS / 100))
    const changed = await all({ statusChangedAt: { after: since } })
    expect(changed).toHaveLength(ROWS / 100)
    expect(changed.every((id) => before.has(id))).toBe(true)
    const { nodes } = await page({ first: 500, filterBy: { statusChangedAt: { after: since } } })
    const times = nodes?.map((node) => String(node?.statusChangedAt)) ?? []
    expect(times).toEqual(times.toSorted())
    expect(await all({ statusChangedAt: { after: times.at(-1) } })).toEqual([])
    expect(await all({ statusChangedAt: { before: since } })).toHaveLength(ROWS - ROWS / 100)
    const answer = await fetch(`${simulator.url}/_simulator/load`, { method: 'POST', body: '{"change": 0.5}' })
    expect(await answer.json()).toEqual({ changed: ROWS })
    expect(await all({ statusChangedAt: { after: times.at(-1) } })).toHaveLength(ROWS / 2)
    expect(await all()).toHaveLength(ROWS)
  })

  it('serves other roots too, in bulk where told to, else from the world', async () => {
    const bulk =
      'query($f: VulnerabilityFindingFilters) { vulnerabilityFindings(first: 500, filterBy: $f) { nodes { id firstDetectedAt } totalCount } }'
    const half = { firstSeenAt: { after: new Date(Date.now() - 366 * 86_400_000).toISOString() } }
    const { totalCount, nodes } = JSON.parse(
      (await post(simulator, token, { query: bulk, variables: { f: half } })).text,
    ).data.vulnerabilityFindings
    expect(totalCount / ROWS).toBeCloseTo(0.5, 1)
    expect(Date.parse(nodes[0].firstDetectedAt)).toBeGreaterThan(Date.parse(half.firstSeenAt.after))
    const query = '{ projects(first: 1) { totalCount } }'
    expect(JSON.parse((await post(simulator, token, { query })).text).data.projects.totalCount).toBe(
      simulator.world.snapshot('projects').length,
    )
  })

  it('says what is wrong: a missing first, a foreign cursor, an unknown filter', async () => {
    const { pageInfo } = await page({ first: 1 })
    for (const variables of [
      {},
      { first: 501 },
      { first: 1, after: 'nonsense' },
      { first: 1, after: pageInfo?.endCursor, filterBy: { status: ['OPEN'] } },
      { first: 1, filterBy: { search: 'x' } },
    ]) {
      const answer = await askIssues(simulator, token, variables)
      expect(answer.json().errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    }
    expect((await post(simulator, token, { query: '{ issuesV2(first: 1) { nodes { nonsense } } }' })).status).toBe(400)
  })

  it('still asks for scopes, and still goes wrong when told to', async () => {
    simulator.accounts.add({ clientId: 'blind', clientSecret: 'x', scopes: ['read:projects'] })
    const blind = await tokenOf(simulator, { client_id: 'blind', client_secret: 'x' })
    expect((await askIssues(simulator, blind, { first: 1 })).json().errors?.[0]?.extensions.code).toBe('UNAUTHORIZED')
    simulator.faults.add({ fault: 'null-items', page: 2 })
    const first = await page({ first: 10 })
    const second = await page({ first: 10, after: first.pageInfo?.endCursor })
    expect([first.nodes?.[0] === null, second.nodes?.[0]]).toEqual([false, null])
    simulator.faults.clear()
    const { calls } = simulator.journal
    expect(calls.at(-1)).toMatchObject({
      page: 2,
      first: 10,
      faults: ['null-items'],
      operation: ISSUES.match(/query (\w+)/)?.[1],
    })
  })
})
