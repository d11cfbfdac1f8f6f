import { hashText, mix } from '../chance/hash.ts'
import type { Node } from '../collection.ts'
import type { Micros } from '../time/timestamp.ts'
import type { SortKey } from './row-order.ts'
import { Table, type TableSpec } from './table.ts'

/** What makes a catalog: a short list of nodes kept whole. */
interface CatalogSpec {
  kind: string
  seed: number
  now(): Micros
  nodes: readonly Node[]
  /** The node of a row that is added later. */
  make(row: number): Node
  orders?: Record<string, (node: Node) => SortKey>
  changed?: TableSpec['changed']
}

/** A table for the short lists: projects, controls, rules and the like. */
export function catalog(spec: CatalogSpec): Table {
  const nodes = [...spec.nodes]
  const rows = new Map(nodes.map((node, row) => [node.id, row]))
  const orders = Object.entries(spec.orders ?? {}).map(
    ([name, key]) => [name, (row: number) => key(table.node(row))] as const,
  )
  const table: Table = new Table({
    kind: spec.kind,
    key: mix(spec.seed, hashText(spec.kind)),
    ids: { id: (row) => (nodes[row] as Node).id, row: (id) => rows.get(id) ?? -1 },
    now: spec.now,
    fields: {},
    fill: (row) => {
      const node = nodes[row] ?? spec.make(row)
      nodes[row] = node
      rows.set(node.id, row)
    },
    build: (row) => nodes[row] as Node,
    orders: Object.fromEntries(orders),
    changed: spec.changed,
  })
  return table.seed(nodes.length, () => spec.now())
}
