import type { Memory } from './memory.ts'
import type { NodeTemplate } from './node-template.ts'
import type { Rows } from './rows.ts'

/** The shape of one root's answer: what was selected, and templates for its nodes. */
export interface Shape {
  value: Record<string, unknown>
  templates: NodeTemplate[]
}

/** One root's page, ready to be written. */
export interface Page {
  key: string
  shape: Shape
  served: Rows
  rows: readonly number[]
  totalCount: number
  endCursor: string | null
}

/** A page as text before and after its nodes, with the nodes as templates and row numbers. */
interface Layout {
  before: Buffer
  after: Buffer
  page: Page
}

const COMMA = 44

function templateOf({ shape }: Page, row: number): NodeTemplate | undefined {
  return shape.templates[row % shape.templates.length]
}

/** Everything of a root's answer but its nodes, in the order it was selected. */
function layOut(page: Page, first: boolean, last: boolean): Layout {
  const { value } = page.shape
  const { totalCount, endCursor } = page
  const position = { hasNextPage: endCursor !== null, endCursor }
  const selected = typeof value.pageInfo === 'object' && value.pageInfo !== null ? Object.keys(value.pageInfo) : []
  const pageInfo = Object.fromEntries(Object.entries(position).filter(([name]) => selected.includes(name)))
  const known: Record<string, unknown> = { totalCount, pageInfo }
  const members = Object.entries(value)
    .filter(([name]) => name !== 'nodes')
    .map(([name, sample]) => `${JSON.stringify(name)}:${JSON.stringify(known[name] ?? sample)}`)
  const opening = `${first ? '{"data":{' : ','}${JSON.stringify(page.key)}:{`
  const closing = `}${last ? '}}' : ''}`
  if (!('nodes' in value))
    return { before: Buffer.from(opening + members.join() + closing), after: Buffer.alloc(0), page }
  return {
    before: Buffer.from(`${opening}"nodes":[`),
    after: Buffer.from(`]${members.map((member) => `,${member}`).join('')}${closing}`),
    page,
  }
}

function sizeOf({ before, after, page }: Layout): number {
  let size = before.length + after.length
  for (const row of page.rows) size += (templateOf(page, row)?.bytes.length ?? -1) + 1
  return size
}

/** Writes a GraphQL answer into one buffer: templates are copied, and what differs from row to row is written over them. */
export function writePages(pages: readonly Page[], memory: Memory): Buffer {
  const layouts = pages.map((page, index) => layOut(page, index === 0, index === pages.length - 1))
  const target = memory.take(layouts.reduce((sum, layout) => sum + sizeOf(layout), 0))
  let at = 0
  for (const { before, after, page } of layouts) {
    target.set(before, at)
    at += before.length
    const start = at
    for (const row of page.rows) {
      const template = templateOf(page, row)
      if (!template) break
      if (at > start) target[at++] = COMMA
      target.set(template.bytes, at)
      template.fill(target, at, page.served, row)
      at += template.bytes.length
    }
    target.set(after, at)
    at += after.length
  }
  return target.subarray(0, at)
}
