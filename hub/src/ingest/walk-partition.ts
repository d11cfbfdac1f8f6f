import type { GraphQLSchema } from 'graphql'
import { codeOf } from '../errors.ts'
import { connectionOf, orderVariables, pageDocument } from '../kinds/document.ts'
import type { Kind } from '../kinds/kind.ts'
import { kindNamed, kindsInside } from '../kinds/kinds.ts'
import { nodeReader, type ReadNode, type RejectedNode } from '../kinds/read-node.ts'
import type { Scope } from '../store/absences.ts'
import type { Claim } from '../store/claims.ts'
import { commitPage, type PageRows } from '../store/commit-page.ts'
import type { Store } from '../store/open-store.ts'
import type { Wiz } from '../wiz/client.ts'
import { type Page, walk } from '../wiz/pages.ts'
import { cut, isWorthCutting } from './cut.ts'
import { lookUpKnown } from './plans/known.ts'
import type { Known } from './plans/rules.ts'
import { filterFor, keepTest, type Slice, scopeTest } from './scope.ts'

/** What a walk needs besides its claim. */
export interface WalkContext {
  readonly store: Store
  readonly wiz: Wiz
  readonly schema: GraphQLSchema
  readonly scope: Scope
  /** The kinds the run is to bring in; what lives inside a node is kept only where its kind is among them. */
  readonly kinds: readonly string[]
  readonly signal: AbortSignal
  /** Once aborted, no further page is begun here. */
  readonly leaving?: AbortSignal
}

// Nobody knows whether cursors expire; one that Wiz no longer takes costs the pages of its partition, twice at most.
const RESTARTS = 2

/** Walks one partition to its end, page by page, from wherever it was left; large ones are cut instead. */
export async function walkPartition(context: WalkContext, claim: Claim, slice: Slice): Promise<void> {
  let cursor = claim.cursor
  const reached = (next: string | null) => {
    cursor = next
  }
  for (let restarts = 0, after = cursor; ; restarts++, after = null) {
    try {
      return await walkFrom(context, claim, slice, after, reached)
    } catch (error) {
      const refused = codeOf(error) === 'bad-input' || codeOf(error) === 'repeated-cursor'
      if (cursor === null || !refused || restarts === RESTARTS) throw error
      cursor = null
    }
  }
}

async function walkFrom(
  context: WalkContext,
  claim: Claim,
  slice: Slice,
  after: string | null,
  reached: (cursor: string | null) => void,
): Promise<void> {
  const { store, wiz, schema, scope, signal } = context
  const kind = kindNamed(claim.kind)
  const readPage = pageReader(context, claim.connectionId, kind)
  const pages = walk({
    wiz,
    document: pageDocument(kind),
    variables: {
      filterBy: filterFor(kind, scope, slice),
      // A delta comes in the order in which things changed, by itself (wiz-api.md §3.1).
      ...(slice.since ? {} : orderVariables(kind)),
    },
    first: connectionOf(kind).pageSize,
    after,
    countFirstPage: after === null,
    // Partitions side by side hide the latency; reading ahead in each would only hold twice the pages in memory.
    prefetch: false,
    signal,
    schema,
  })
  let isFirst = after === null && claim.pages === 0
  for await (const page of pages) {
    const { own, inside, earliest } = await readPage(page)
    const total = page.totalCount ?? 0
    const parts =
      isFirst && page.hasNextPage && isWorthCutting(kind, slice, total)
        ? await cut(store, kind, claim.connectionId, slice, total, earliest)
        : []
    isFirst = false
    await commitPage(store, claim, {
      own,
      inside,
      cursor: page.endCursor,
      end: parts.length > 0 ? 'split' : page.hasNextPage ? 'more' : 'done',
      parts: parts.map(({ label, slice }) => ({ label, slice: { ...slice } })),
      expected: page.totalCount,
      observedAt: page.startedAt,
      calls: 1,
      bytes: page.bytes,
      cause: 'sync',
      incomplete: page.problems.filter((problem) => problem.code !== 'missing-scope').length,
      notes: [...notesOf(page), ...oddities(own)],
    })
    reached(page.endCursor)
    if (parts.length > 0 || context.leaving?.aborted) return
  }
}

function notesOf(page: Page): string[] {
  return [
    ...page.dropped.map((field) => `Wiz no longer has ${field}: it was left out.`),
    ...page.problems.slice(0, 5).map((problem) => `Wiz could not read everything: ${problem.message.slice(0, 200)}`),
  ]
}

// What Wiz sends is no reason to write a book into a receipt.
const ODDITIES_NOTED = 5

/** What of the rows could not be read as declared, each oddity once. */
function oddities({ rows }: PageRows): string[] {
  const sentences = rows.flatMap((row) => row.problems.map((problem) => problem.sentence))
  return [...new Set(sentences)].slice(0, ODDITIES_NOTED)
}

/** Makes the reader of a kind's pages: its own rows, and those of the kinds inside its nodes. */
function pageReader({ store, scope, kinds }: WalkContext, connectionId: number, kind: Kind) {
  const read = nodeReader(kind)
  const tests = { outside: scopeTest(kind, scope), keeps: keepTest(kind, scope) }
  const parts = kindsInside(kind)
    .filter((part) => kinds.includes(part.name))
    .map((part) => ({ part, read: nodeReader(part), path: 'inside' in part.source ? part.source.path : '' }))
  const dimension = 'partitions' in kind.source ? kind.source.partitions.find((each) => each.by === 'time') : undefined
  const timeAt = dimension ? Object.keys(kind.columns).indexOf(dimension.column) : -1

  return async (page: Page): Promise<{ own: PageRows; inside: PageRows[]; earliest: string | null }> => {
    const nodes = page.nodes.map(read)
    const readable = nodes.flatMap((node) => ('rejected' in node ? [] : [node]))
    const own = sort(kind, nodes, tests, await lookUpKnown(store, connectionId, kind, scope, readable))
    // What lives inside a node that is left out is left out with it.
    const leftOut = new Set(Object.values(own.dropped).flat())
    const kept = page.nodes.filter((_, index) => !leftOut.has(idOf(nodes[index])))
    const inside = parts.map(({ part, read, path }) => sort(part, nodesAt(kept, path).map(read), NO_LIMITS))
    const times = own.rows.map((row) => row.values[timeAt]).filter((value) => typeof value === 'string')
    const nulls = Array.from({ length: page.nullNodes }, () => NULL_NODE)
    return {
      own: { ...own, rejected: [...own.rejected, ...nulls] },
      inside,
      earliest: times.reduce<string | null>((least, each) => (least === null || each < least ? each : least), null),
    }
  }
}

const NULL_NODE: RejectedNode = {
  rejected: { code: 'not-an-object', column: 'id', sentence: 'Wiz sent null in place of a node.' },
  raw: 'null',
}

function idOf(node: ReadNode | RejectedNode | undefined): string {
  return node && 'id' in node ? node.id : ''
}

function nodesAt(nodes: readonly unknown[], path: string): readonly unknown[] {
  return nodes.flatMap((node) => {
    const list = (node as Record<string, unknown> | null)?.[path]
    return Array.isArray(list) ? list : []
  })
}

interface Tests {
  outside(row: ReadNode, known?: Known): string | undefined
  keeps(row: ReadNode, known?: Known): boolean
}

const NO_LIMITS: Tests = { outside: () => undefined, keeps: () => false }

/** Tells the rows of a page apart: to write, to leave as stored, deleted, outside the scope, and unreadable. */
function sort(
  kind: Kind,
  nodes: readonly (ReadNode | RejectedNode)[],
  { outside, keeps }: Tests,
  known?: Known,
): PageRows {
  const deletedAt = kind.deletedWhen ? Object.keys(kind.columns).indexOf(kind.deletedWhen.column) : -1
  const rows: ReadNode[] = []
  const rejected: RejectedNode[] = []
  const deletedIds: string[] = []
  const keptIds: string[] = []
  const dropped: Record<string, string[]> = {}
  for (const node of nodes) {
    if ('rejected' in node) {
      rejected.push(node)
      continue
    }
    const mark = node.values[deletedAt] ?? null
    const reason = outside(node, known)
    if (kind.deletedWhen?.is === 'true' ? mark === true : mark !== null) deletedIds.push(node.id)
    else if (reason !== undefined) dropped[reason] = [...(dropped[reason] ?? []), node.id]
    else if (keeps(node, known)) keptIds.push(node.id)
    else rows.push(node)
  }
  return { kind, rows, rejected, deletedIds, keptIds, dropped }
}
