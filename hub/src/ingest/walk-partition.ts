import type { GraphQLSchema } from 'graphql'
import { codeOf } from '../errors.ts'
import { connectionOf, orderVariables, pageDocument } from '../kinds/document.ts'
import { kindNamed } from '../kinds/kinds.ts'
import type { Claim } from '../store/claims.ts'
import { commitPage } from '../store/commit-page.ts'
import { freeMemory } from '../store/free-memory.ts'
import type { Store } from '../store/open-store.ts'
import type { Scope } from '../store/scope.ts'
import { type SpanAttributes, traceStep } from '../telemetry.ts'
import type { Wiz } from '../wiz/client.ts'
import { type Page, walk } from '../wiz/pages.ts'
import { countOf } from '../wiz/split-page.ts'
import { atMost } from './at-most.ts'
import { cut, isWorthCutting } from './cut.ts'
import { droppedNote } from './dropped-fields.ts'
import { pageReader } from './reading/read-page.ts'
import { filterFor, type Slice } from './scope.ts'

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

// Pages that wait hold memory, and PostgreSQL does not get faster by more of them at once.
const storing = atMost(5)
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
  const { store, wiz, schema, scope, kinds, signal } = context
  const kind = kindNamed(claim.kind)
  const read = pageReader(store, claim.connectionId, { kind: kind.name, scope, kinds })
  const pages = walk({
    wiz,
    document: pageDocument(kind),
    variables: {
      filterBy: filterFor(kind, scope, slice),
      // A delta comes in the order in which things changed, by itself.
      ...(slice.since ? {} : orderVariables(kind)),
    },
    first: connectionOf(kind).pageSize,
    after,
    countFirstPage: after === null,
    signal,
    schema,
  })
  // What is whole may still be cut after its first page.
  const isPart = slice.window !== undefined || slice.value !== undefined
  let isFirst = after === null && claim.pages === 0
  /** Reads a page and keeps it; answers whether there is another one to be read here. */
  async function takePage(note: (more: SpanAttributes) => void): Promise<boolean> {
    const { value: page } = await pages.next()
    if (!page) return false
    note({ 'wizbridge.rows': countOf(page.nodes), 'wizbridge.bytes': page.bytes })
    const isCut = await storing(async () => {
      if (isPart) page.readAhead()
      const total = page.totalCount ?? 0
      const isLarge = isFirst && page.hasNextPage && isWorthCutting(kind, slice, total)
      const { own, inside, earliest } = await read(page.nodes, { whole: isLarge })
      const parts = isLarge ? await cut(store, kind, claim.connectionId, slice, total, earliest) : []
      isFirst = false
      await traceStep('database commit', {}, () =>
        commitPage(store, claim, {
          own,
          inside,
          nullNodes: page.nullNodes,
          cursor: page.endCursor,
          end: parts.length > 0 ? 'split' : page.hasNextPage ? 'more' : 'done',
          parts,
          expected: page.totalCount,
          observedAt: page.startedAt,
          calls: 1,
          bytes: page.bytes,
          cause: 'sync',
          incomplete: page.problems.filter((problem) => problem.code !== 'missing-scope').length,
          notes: notesOf(page),
        }),
      )
      freeMemory(page.nodes.body)
      if ('rows' in own) freeMemory(own.rows.bytes)
      return parts.length > 0
    })
    reached(page.endCursor)
    return page.hasNextPage && !isCut && !context.leaving?.aborted
  }
  const attributes = { 'wizbridge.kind': kind.name, 'wizbridge.part': claim.label }
  try {
    while (await traceStep('page', attributes, takePage));
  } finally {
    await pages.return()
  }
}

function notesOf(page: Page): string[] {
  return [
    ...page.dropped.map(droppedNote),
    ...page.problems.slice(0, 5).map((problem) => `Wiz could not read everything: ${problem.message.slice(0, 200)}`),
  ]
}
