import { isUtf8 } from 'node:buffer'
import { deletedTest } from '../../kinds/deleted-test.ts'
import type { Kind } from '../../kinds/kind.ts'
import { kindNamed, kindsInside } from '../../kinds/kinds.ts'
import { nodeReader, type ReadNode, type RejectedNode } from '../../kinds/read-node.ts'
import type { PageRows } from '../../store/commit-page.ts'
import { CopyRowsWriter } from '../../store/copy-rows.ts'
import type { Scope } from '../../store/scope.ts'
import { bytesOf, countOf, type NodeTexts } from '../../wiz/split-page.ts'
import type { Known } from '../plans/rules.ts'
import { keepTest, letsAllThrough, scopeTest } from '../scope.ts'

/** What decides how the nodes of a page are told apart. */
export interface SortOptions {
  readonly kind: string
  readonly scope: Scope
  /** The kinds the run is to bring in; what lives inside a node is kept only where its kind is among them. */
  readonly kinds: readonly string[]
}

/** The nodes of a page told apart, and those of the kinds inside them. */
export interface SortedPage {
  readonly own: PageRows
  readonly inside: readonly PageRows[]
  /** The earliest moment on the page by which its kind can be cut. */
  readonly earliest: string | null
}

/** Reads the nodes of pages and tells them apart. */
export interface PageSorter {
  /** Every node is to be stored as it comes, and nothing lives inside. */
  readonly keepsAll: boolean
  /** The nodes that can be read, for a look at what is known of them. */
  rows(nodes: NodeTexts): ReadNode[]
  /** One node after the other, so that none of them has to be remembered: that made most of the garbage of a sync. */
  sort(nodes: NodeTexts, known?: Known): SortedPage
}

/** Makes the sorter of a kind within a scope. */
export function pageSorter({ kind: name, scope, kinds }: SortOptions): PageSorter {
  const kind = kindNamed(name)
  const read = nodeReader(kind)
  const limits = { outside: scopeTest(kind, scope), keeps: keepTest(kind, scope) }
  const parts = kindsInside(kind)
    .filter((part) => kinds.includes(part.name))
    .map((part) => ({ part, read: nodeReader(part), path: 'inside' in part.source ? part.source.path : '' }))
  const dimension = 'partitions' in kind.source ? kind.source.partitions.find((each) => each.by === 'time') : undefined
  const timeAt = dimension ? Object.keys(kind.columns).indexOf(dimension.column) : -1

  return {
    keepsAll: parts.length === 0 && letsAllThrough(kind, scope),
    rows: (nodes) =>
      Array.from({ length: countOf(nodes) }, (_, at) => parse(read, bytesOf(nodes, at)).row).flatMap((row) =>
        'rejected' in row ? [] : [row],
      ),
    sort(nodes, known) {
      const own = rowTeller(kind, limits, nodes.body.length + 1000 * countOf(nodes))
      const inside = parts.map((each) => ({ ...each, teller: rowTeller(each.part, NO_LIMITS) }))
      let earliest: string | null = null
      for (let at = 0; at < countOf(nodes); at++) {
        const { node, row } = parse(read, bytesOf(nodes, at))
        const isLeftOut = own.tell(row, known) === 'left-out'
        const time = 'rejected' in row ? null : row.values[timeAt]
        if (typeof time === 'string' && (earliest === null || time < earliest)) earliest = time
        // What lives inside a node that is left out is left out with it.
        for (const each of isLeftOut ? [] : inside)
          for (const item of itemsAt(node, each.path)) each.teller.tell(each.read(item))
      }
      return { own: own.finish(), inside: inside.map(({ teller }) => teller.finish()), earliest }
    },
  }
}

function parse(read: ReturnType<typeof nodeReader>, bytes: Buffer): { node: unknown; row: ReadNode | RejectedNode } {
  const text = bytes.toString()
  try {
    const node: unknown = JSON.parse(text)
    // What is no UTF-8 has become the character that says so.
    return { node, row: read(node, isUtf8(bytes) ? bytes : text) }
  } catch {
    const sentence = 'A node is not JSON.'
    return { node: null, row: { rejected: { code: 'not-json', column: 'id', sentence }, raw: JSON.stringify(text) } }
  }
}

function itemsAt(node: unknown, path: string): readonly unknown[] {
  const list = (node as Record<string, unknown> | null)?.[path]
  return Array.isArray(list) ? list : []
}

interface Limits {
  outside(row: ReadNode, known?: Known): string | undefined
  keeps(row: ReadNode, known?: Known): boolean
}

const NO_LIMITS: Limits = { outside: () => undefined, keeps: () => false }
// What Wiz sends is no reason to write a book into a receipt.
const ODDITIES_NOTED = 5

/** Tells the rows of a page apart: to write, to leave as stored, deleted, outside the scope, and unreadable. */
function rowTeller(kind: Kind, { outside, keeps }: Limits, bytes?: number) {
  const isDeleted = deletedTest(kind)
  const writer = new CopyRowsWriter(kind, bytes)
  const rejected: RejectedNode[] = []
  const deletedIds: string[] = []
  const keptIds: string[] = []
  const dropped: Record<string, string[]> = {}
  const oddities = new Set<string>()

  function note({ problems }: ReadNode): void {
    for (const { sentence } of problems) if (oddities.size < ODDITIES_NOTED) oddities.add(sentence)
  }

  return {
    tell(row: ReadNode | RejectedNode, known?: Known): 'left-out' | undefined {
      if ('rejected' in row) {
        rejected.push(row)
        return
      }
      const reason = outside(row, known)
      if (isDeleted(row)) deletedIds.push(row.id)
      else if (reason !== undefined) {
        dropped[reason] ??= []
        dropped[reason].push(row.id)
        return 'left-out'
      } else if (keeps(row, known)) keptIds.push(row.id)
      else {
        note(row)
        writer.add(row)
      }
    },
    finish: (): PageRows => ({
      kind,
      rows: writer.finish(),
      rejected,
      deletedIds,
      keptIds,
      dropped,
      oddities: [...oddities],
    }),
  }
}
