import { buildSchema } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { codeOf } from '../../src/errors.ts'
import { type Page, type WalkOptions, walk } from '../../src/wiz/pages.ts'
import { type Call, nodesOf, openClient, type Reply, startFakeWiz } from './fake-wiz.ts'

const document = 'query ($first: Int!, $after: String, $count: Boolean!) { page: issuesV2 { nodes { id } } }'

interface RawPage {
  nodes?: unknown
  pageInfo?: unknown
  totalCount?: number
  maxCountReached?: boolean
}

const reply = (page: RawPage | null, errors?: unknown): Reply => ({
  json: { data: { page }, ...(errors !== undefined && { errors }) },
})
const more = (endCursor: unknown, nodes: unknown[] = [{}]): RawPage => ({
  nodes,
  pageInfo: { hasNextPage: true, endCursor },
})
const end = (nodes: unknown[] = [{}]): RawPage => ({ nodes, pageInfo: { hasNextPage: false, endCursor: null } })

/** Serves rows 0…count-1, as many at a time as were asked for. */
function rows(count: number) {
  return ({ variables }: Call): Reply => {
    const from = Number(variables.after ?? 0)
    const to = Math.min(count, from + Number(variables.first))
    const nodes = Array.from({ length: to - from }, (_, at) => ({ id: from + at }))
    const totalCount = variables.count === true ? { totalCount: count } : {}
    return reply({ nodes, pageInfo: { hasNextPage: to < count, endCursor: String(to) }, ...totalCount })
  }
}

async function collect(server: { url: string }, options: Partial<WalkOptions> = {}): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of walk({ wiz: openClient(server), document, first: 100, ...options })) pages.push(page)
  return pages
}

const ids = (pages: Page[]) => pages.flatMap((page) => nodesOf(page).map((node) => (node as { id: number }).id))
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

describe('a walk', () => {
  it('ING-8 reads every row once, asks for the total once, and goes on from a cursor', async () => {
    await using server = await startFakeWiz({ graphql: rows(250) })
    const pages = await collect(server)
    expect(ids(pages)).toEqual(upTo(250))
    expect(
      pages.map(({ totalCount, hasNextPage, endCursor, first }) => [totalCount, hasNextPage, endCursor, first]),
    ).toEqual([
      [250, true, '100', 100],
      [null, true, '200', 100],
      [null, false, '250', 100],
    ])
    expect(server.calls.map(({ variables }) => variables)).toEqual([
      { first: 100, after: null, count: true },
      { first: 100, after: '100', count: false },
      { first: 100, after: '200', count: false },
    ])
    const rest = await collect(server, {
      after: '200',
      countFirstPage: false,
      variables: { filterBy: { status: ['OPEN'] } },
    })
    expect(ids(rest)).toEqual(upTo(250).slice(200))
    expect(server.calls.at(-1)?.variables).toEqual({
      first: 100,
      after: '200',
      count: false,
      filterBy: { status: ['OPEN'] },
    })
  })

  it('ING-9 keeps the nodes of a partial page, counts null nodes and reports the problems', async () => {
    const errors = [{ message: 'oops! an internal error has occurred', path: ['page', 'nodes', 1] }]
    await using server = await startFakeWiz({
      graphql: () => reply({ ...end([{ id: 1 }, null, { id: 3 }]), maxCountReached: true, totalCount: 10 }, errors),
    })
    const [page] = (await collect(server)) as [Page]
    expect(nodesOf(page)).toEqual([{ id: 1 }, { id: 3 }])
    expect(page).toMatchObject({
      nullNodes: 1,
      maxCountReached: true,
      totalCount: 10,
      problems: [{ code: 'wiz-internal', path: ['page', 'nodes', 1] }],
    })
  })

  it.each<[string, Reply[], string]>([
    ['a repeated cursor', [reply(more('a')), reply(more('b')), reply(more('a'))], 'repeated-cursor'],
    ['a cursor that stands still', [reply(more('a')), reply(more('a'))], 'repeated-cursor'],
    ['no pageInfo', [reply({ nodes: [] })], 'missing-page-info'],
    ['pageInfo null', [reply({ nodes: [], pageInfo: null })], 'missing-page-info'],
    ['hasNextPage missing', [reply({ nodes: [], pageInfo: { endCursor: 'a' } })], 'missing-page-info'],
    ['more pages without a cursor', [reply(more(null))], 'missing-cursor'],
    ['more pages with an empty cursor', [reply(more(''))], 'missing-cursor'],
    ['two empty pages', [reply(more('a', [])), reply(more('b', []))], 'empty-page'],
    ['nodes null', [reply({ nodes: null, pageInfo: { hasNextPage: false } })], 'malformed-page'],
    ['nodes no list', [reply({ nodes: {}, pageInfo: { hasNextPage: false } })], 'malformed-page'],
    ['no connection', [reply(null)], 'malformed-page'],
    [
      'no connection for lack of a scope',
      [reply(null, [{ message: 'access denied', path: ['page'], extensions: { code: 'UNAUTHORIZED' } }])],
      'missing-scope',
    ],
  ])('ING-9 refuses %s instead of going round or ending early', async (_, replies, code) => {
    const left = [...replies]
    await using server = await startFakeWiz({ graphql: () => left.shift() ?? reply(end()) })
    await expect(collect(server)).rejects.toMatchObject({ code })
  })

  it('ING-9 refuses a cursor that leads back to where a resumed walk began', async () => {
    await using server = await startFakeWiz({ graphql: () => reply(more('start')) })
    await expect(collect(server, { after: 'start' })).rejects.toMatchObject({ code: 'repeated-cursor' })
  })

  it('ING-9 bears a single empty page', async () => {
    const left = [reply(more('a', [])), reply(more('b')), reply(more('c', [])), reply(end())]
    await using server = await startFakeWiz({ graphql: () => left.shift() ?? reply(null) })
    expect((await collect(server)).map((page) => nodesOf(page).length)).toEqual([0, 1, 0, 1])
  })
})

describe('a page that is too heavy', () => {
  const refusals: [string, Reply][] = [
    ['too complex', { json: { data: null, errors: [{ message: 'query is too complex' }] } }],
    ['an internal error', { json: { data: null, errors: [{ message: 'x', extensions: { code: 'INTERNAL' } }] } }],
    ['504', { status: 504, text: '<html>' }],
    ['413', { status: 413, text: '' }],
  ]

  it.each(refusals)('ING-8 is asked for again in halves after %s, without losing a row', async (_, refusal) => {
    const serve = rows(500)
    await using server = await startFakeWiz({
      graphql: (call) => (Number(call.variables.first) > 60 ? refusal : serve(call)),
    })
    const pages = await collect(server, { first: 400 })
    expect(ids(pages)).toEqual(upTo(500))
    expect(Math.max(...pages.map(({ first }) => first))).toBe(50)
    expect(pages[0]?.totalCount).toBe(500)
  })

  it('ING-8 does not keep the walk small once it is past', async () => {
    const serve = rows(5000)
    const heavy = (call: Call) => Number(call.variables.after) === 1000 && Number(call.variables.first) > 100
    await using server = await startFakeWiz({
      graphql: (call) => (heavy(call) ? { status: 413, text: '' } : serve(call)),
    })
    const pages = await collect(server, { first: 400 })
    expect(ids(pages)).toEqual(upTo(5000))
    expect(pages.at(-2)?.first).toBe(400)
  })

  it('ING-8 fails when even the smallest page is too heavy', async () => {
    await using server = await startFakeWiz({ graphql: () => ({ status: 413, text: '' }) })
    await expect(collect(server, { first: 100, minFirst: 20 })).rejects.toMatchObject({ code: 'query-too-heavy' })
    expect(server.calls.map(({ variables }) => variables.first)).toEqual([100, 50, 25, 20])
  })

  it('ING-8 is halved once when Wiz refuses it without a reason', async () => {
    await using server = await startFakeWiz({ graphql: () => ({ status: 422, text: '' }) })
    await expect(collect(server)).rejects.toMatchObject({ code: 'query-refused' })
    expect(server.calls.map(({ variables }) => variables.first)).toEqual([100, 50])
  })
})

describe('reading ahead', () => {
  it('ING-8 is at most one page ahead of the consumer', async () => {
    await using server = await startFakeWiz({ graphql: rows(1000) })
    const pages = walk({ wiz: openClient(server), document, first: 100 })
    const { value: page } = await pages.next()
    page?.readAhead()
    page?.readAhead()
    await vi.waitFor(() => expect(server.calls).toHaveLength(2))
    await openClient(server).ask({ document: 'query { unrelated }' })
    expect(server.calls.filter(({ query }) => query === document)).toHaveLength(2)
    await pages.return()
  })

  it('ING-8 stops with the consumer, and its late failure bothers nobody', async () => {
    let calls = 0
    const asked = Promise.withResolvers<void>()
    await using server = await startFakeWiz({
      graphql: async () => {
        calls += 1
        if (calls === 1) return reply(more('a'))
        asked.resolve()
        return new Promise<Reply>(() => {})
      },
    })
    const wiz = openClient(server)
    for await (const page of walk({ wiz, document, first: 100 })) {
      expect(nodesOf(page)).toHaveLength(1)
      page.readAhead()
      await asked.promise
      break
    }
    await vi.waitFor(() => expect(wiz.numbers().inFlight).toBe(0))
  })

  it('ING-8 hands over the page it has before the failure of the next', async () => {
    await using server = await startFakeWiz({
      graphql: ({ variables }) => (variables.after ? { status: 403, text: '' } : reply(more('a'))),
    })
    const pages = walk({ wiz: openClient(server), document, first: 100 })
    const first = await pages.next()
    first.value?.readAhead()
    expect(first.done).toBe(false)
    expect(await pages.next().catch(codeOf)).toBe('forbidden')
  })

  it('ING-8 does not happen when it is not wanted, and stops when the caller does', async () => {
    await using server = await startFakeWiz({ graphql: rows(1000) })
    const stop = new AbortController()
    const pages = walk({ wiz: openClient(server), document, first: 100, signal: stop.signal })
    await pages.next()
    expect(server.calls).toHaveLength(1)
    stop.abort(new Error('enough'))
    await expect(pages.next()).rejects.toThrow('enough')
  })
})

describe('a field that Wiz removed', () => {
  const schema = buildSchema(`
    type Query { issuesV2(first: Int, after: String): Page }
    type Page { nodes: [Issue] pageInfo: Info totalCount: Int }
    type Info { hasNextPage: Boolean endCursor: String }
    type Issue { id: ID note: String tickets: [Ticket] }
    type Ticket { id: ID action: String }
  `)
  const full = `query ($first: Int!, $after: String, $count: Boolean!) {
    page: issuesV2(first: $first, after: $after) {
      nodes { id note tickets { id action } } pageInfo { hasNextPage endCursor } totalCount @include(if: $count) } }`
  const gone = (query: string) =>
    [
      /\bnote\b/.test(query) && 'Cannot query field "note" on type "Issue".',
      query.includes('action') && 'Cannot query field "action" on type "Ticket". Did you mean "id"?',
    ]
      .filter(Boolean)
      .map((message) => ({ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }))

  it('ING-9 costs that field and not the walk', async () => {
    await using server = await startFakeWiz({
      graphql: (call) => {
        const errors = gone(call.query)
        return errors.length > 0 ? { status: 400, json: { errors } } : rows(250)(call)
      },
    })
    const pages = await collect(server, { document: full, schema })
    expect(ids(pages)).toEqual(upTo(250))
    expect(pages.map(({ dropped }) => dropped)).toEqual(Array(3).fill(['Issue.note', 'Ticket.action']))
    expect(server.calls).toHaveLength(4)
    await expect(collect(server, { document: full })).rejects.toMatchObject({ code: 'schema-drift' })
  })

  it('ING-9 ends the walk where nothing can be taken out', async () => {
    const errors = [{ message: 'Cannot query field "nodes" on type "Page".' }]
    await using server = await startFakeWiz({ graphql: () => ({ status: 400, json: { errors } }) })
    await expect(collect(server, { document: full, schema })).rejects.toMatchObject({ code: 'schema-drift' })
    expect(server.calls).toHaveLength(1)
  })
})
