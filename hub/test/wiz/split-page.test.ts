import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countOf, type NodeTexts, nodesAt, splitPage, textOf } from '../../src/wiz/split-page.ts'

interface Split {
  data: { page: { nodes: NodeTexts } & Record<string, unknown> } & Record<string, unknown>
}

const split = (text: string) => splitPage(Buffer.from(text)) as Split
const texts = (nodes: NodeTexts) => Array.from({ length: countOf(nodes) }, (_, at) => textOf(nodes, at))
const parsed = (nodes: NodeTexts) => texts(nodes).map((text) => JSON.parse(text) as unknown)

/** Any JSON, with names and marks among its strings that could lead astray. */
const anyJson = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.constantFrom('"', '\\"', '},{', ']', '{"nodes":[', '\\', '\\\\"'),
  fc.dictionary(fc.constantFrom('nodes', 'page', 'data', 'pageInfo'), fc.jsonValue()),
)

describe('ING-9 an answer taken apart', () => {
  it('is what JSON.parse makes of it, however it is laid out', () => {
    fc.assert(
      fc.property(
        fc.array(anyJson, { maxLength: 6 }),
        fc.dictionary(fc.string(), anyJson),
        fc.dictionary(fc.string(), anyJson),
        fc.constantFrom(undefined, 1, '\t'),
        fc.boolean(),
        (nodes, before, after, indent, isLast) => {
          const page = isLast ? { ...before, nodes } : { nodes, ...after }
          page.nodes = nodes
          const answer = { errors: [before], data: { ...before, page }, extensions: after }
          answer.data.page = page
          const text = JSON.stringify(answer, null, indent)
          const read = split(text)
          expect(parsed(read.data.page.nodes)).toEqual((JSON.parse(text) as typeof answer).data.page.nodes)
          Object.assign(read.data.page, { nodes: parsed(read.data.page.nodes) })
          expect(read).toEqual(JSON.parse(text))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('keeps the text of every node as it came', () => {
    const { data } = split('{"data":{"page":{"nodes":[ {"id":"a","n":1.0} , null,7 ,"x",\n[1,2]]}}}')
    expect(texts(data.page.nodes)).toEqual(['{"id":"a","n":1.0}', 'null', '7', '"x"', '[1,2]'])
    expect(texts(nodesAt(data.page.nodes, [4, 0]))).toEqual(['[1,2]', '{"id":"a","n":1.0}'])
  })

  it.each([
    'null',
    '{"data":null}',
    '{"data":{"page":null}}',
    '{"data":{"page":{"nodes":null}}}',
    '{"data":{"x":[1]}}',
    '[]',
  ])('leaves %s whole', (text) => expect(split(text)).toEqual(JSON.parse(text)))

  it('refuses an answer that ends anywhere before its end', () => {
    const text =
      '{"data":{"page":{"nodes":[{"id":"a"},{"id":"b\\"","l":[1,{}]}],"pageInfo":{"hasNextPage":true}}},"errors":[]}'
    for (let end = 0; end < text.length; end++) expect(() => split(text.slice(0, end)), text.slice(0, end)).toThrow()
  })

  it.each([
    '{"data":{"page":{"nodes":[{}{}]}}}',
    '{"data":{"page":{"nodes":[,]}}}',
    '{"data":{"page":{"nodes":[{}]}}}}',
    '{"data" {}}',
  ])('refuses %s', (text) => expect(() => split(text)).toThrow())
})
