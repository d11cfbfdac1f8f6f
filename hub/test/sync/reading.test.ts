import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageReader } from '../../src/ingest/reading/read-page.ts'
import { ReaderThreads } from '../../src/ingest/reading/reader-threads.ts'
import { pageSorter, type SortedPage } from '../../src/ingest/reading/sort-page.ts'
import { issue } from '../../src/kinds/issue.ts'
import { nodeReader } from '../../src/kinds/read-node.ts'
import type { PageRows } from '../../src/store/commit-page.ts'
import { copyOf } from '../../src/store/copy-rows.ts'
import { type NodeTexts, nodesAt, splitPage } from '../../src/wiz/split-page.ts'
import { type TestApp, testApp } from '../fixture.ts'

const ORIGIN = { connectionId: 1, runId: 2, cause: 'sync', observedAt: new Date(0) }
const OPTIONS = { kind: 'issue', scope: {}, kinds: ['issue'] }

function textsOf(nodes: readonly unknown[]): NodeTexts {
  const body = Buffer.from(JSON.stringify({ data: { page: { nodes } } }))
  return (splitPage(body) as { data: { page: { nodes: NodeTexts } } }).data.page.nodes
}

const plain = ({ kind, rows, ...rest }: PageRows) => ({
  kind: kind.name,
  ...rest,
  ids: rows.ids,
  hashes: rows.hashes,
  copy: copyOf(rows, [...rows.ids.keys()], ORIGIN).toString('latin1'),
})
const plainPage = ({ own, inside, earliest }: SortedPage) => ({ own: plain(own), inside: inside.map(plain), earliest })

const anyNode = fc.oneof(
  fc.record(
    {
      id: fc.oneof(fc.uuid(), fc.string({ unit: 'binary' })),
      severity: fc.constantFrom('HIGH', 'LOW', 'NEW', null, 3),
      createdAt: fc.constantFrom('2026-01-02T03:04:05Z', '2025-01-02T03:04:05.123456Z', 'then'),
      description: fc.string({ unit: 'binary', maxLength: 300 }),
    },
    { requiredKeys: ['id'] },
  ),
  fc.jsonValue(),
)

describe('ING-9 reading a page', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await testApp()
  })
  afterAll(() => test?.close())

  it('comes to the same in a thread, many pages at once', async () => {
    const threads = new ReaderThreads()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyNode, { minLength: 1, maxLength: 20 }), { maxLength: 8 }),
        async (pages) => {
          const texts = pages.map(textsOf)
          const read = await Promise.all(texts.map((nodes) => threads.read(OPTIONS, nodes)))
          expect(read.map(plainPage)).toEqual(texts.map((nodes) => plainPage(pageSorter(OPTIONS).sort(nodes))))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads in a thread any of the nodes, in any order', async () => {
    const nodes = textsOf([{ id: 'a' }, { id: 'b', description: 'ü' }, { id: 'c' }])
    const { own } = await new ReaderThreads().read(OPTIONS, nodesAt(nodes, [2, 0]))
    expect(own.rows.ids).toEqual(['c', 'a'])
    expect(own.rejected).toEqual([])
  })

  it('leaves a large page to a thread, and the answer is the same', async () => {
    const nodes = textsOf(Array.from({ length: 300 }, (_, at) => ({ id: `a${at}`, description: 'ü\n"\\'.repeat(300) })))
    const page = await pageReader(test.app.store, 1, OPTIONS)(nodes, { whole: true })
    expect(plainPage(page as SortedPage)).toEqual(plainPage(pageSorter(OPTIONS).sort(nodes)))
  })

  it('tells by id and hash what nobody has to read, as reading it would', async () => {
    const nodes = [
      { id: 'a-1', severity: 'HIGH' },
      { id: 'b:2', description: 'ü' },
    ]
    const { own } = await pageReader(test.app.store, 1, OPTIONS)(textsOf(nodes), { whole: false })
    if (!('read' in own)) throw new Error('the page was read')
    const read = nodes.map((node) => nodeReader(issue)(node))
    expect(own.ids).toEqual(nodes.map(({ id }) => id))
    expect(own.hashes).toEqual(read.map((row) => 'hash' in row && row.hash))
    expect(plain(await own.read([1])).ids).toEqual(['b:2'])
  })

  it.each<[string, unknown]>([
    ['an id with an escape', { id: 'a"b' }],
    ['an id that comes later', { severity: 'LOW', id: 'a' }],
    ['no id', { severity: 'LOW' }],
    ['no object', 7],
  ])('reads the page where it has %s', async (_, node) => {
    const { own } = await pageReader(test.app.store, 1, OPTIONS)(textsOf([{ id: 'z' }, node]), { whole: false })
    expect('rows' in own && own.rows.ids[0]).toBe('z')
  })

  it('sets aside a node that is not JSON, and keeps the others', () => {
    const body = Buffer.from('{"id":"a"},{"id":nul},{"id":"c"}')
    const bounds = Uint32Array.from([0, 10, 11, 21, 22, body.length])
    const { own } = pageSorter(OPTIONS).sort({ body, bounds })
    expect(own.rows.ids).toEqual(['a', 'c'])
    expect(own.rejected).toMatchObject([{ rejected: { code: 'not-json' }, raw: JSON.stringify('{"id":nul}') }])
  })
})
