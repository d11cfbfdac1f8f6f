import type { GraphQLSchema } from 'graphql'
import { codeOf, Skippable } from '../errors.ts'
import type { Answer, Wiz } from './client.ts'
import { shedAll } from './drift.ts'
import type { WizError } from './failure.ts'
import { countOf, type NodeTexts, nodesAt, splitPage, textOf } from './split-page.ts'

/** How to walk a connection: the document aliases it as `page` and takes `$first`, `$after` and `$count`. */
export interface WalkOptions {
  wiz: Wiz
  document: string
  variables?: Record<string, unknown>
  first: number
  /** No page is asked smaller than this, however heavy. */
  minFirst?: number
  /** The cursor to go on from. */
  after?: string | null
  /** Ask for the total with the first page; later pages never do, because counting is slow. */
  countFirstPage?: boolean
  signal?: AbortSignal | undefined
  /** Given, a field that Wiz removed costs that field and not the walk. */
  schema?: GraphQLSchema
}

/** One page as Wiz gave it, checked. */
export interface Page {
  nodes: NodeTexts
  /** How many of the nodes came as null. */
  nullNodes: number
  endCursor: string | null
  hasNextPage: boolean
  totalCount: number | null
  maxCountReached: boolean
  /** How many nodes were asked for. */
  first: number
  bytes: number
  startedAt: Date
  problems: WizError[]
  /** The fields shed so far because Wiz no longer has them. */
  dropped: string[]
  /** Asks for the next page already, while this one is worked on. */
  readAhead(): void
}

interface RawPage {
  page?: {
    nodes?: unknown
    pageInfo?: { hasNextPage?: unknown; endCursor?: unknown } | null
    totalCount?: unknown
    maxCountReached?: unknown
  } | null
}

/** Walks a connection to its end, one page after the other, and refuses answers that make no sense. */
export async function* walk(options: WalkOptions): AsyncGenerator<Page, void, void> {
  const { after = null } = options
  const abandon = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, abandon.signal]) : abandon.signal
  const read = pageReader({ ...options, signal })
  let cursor = after
  let ahead: ReturnType<typeof read> | null = null
  try {
    for (;;) {
      const page = await (ahead ?? read(cursor))
      cursor = page.endCursor
      ahead = null
      const readAhead = () => {
        if (page.hasNextPage) ahead ??= read(cursor)
        // Its failure is thrown when its turn comes, unless the consumer has left by then.
        ahead?.catch(() => {})
      }
      yield { ...page, readAhead }
      if (!page.hasNextPage) return
    }
  } finally {
    abandon.abort()
  }
}

function pageReader(options: WalkOptions): (cursor: string | null) => Promise<Omit<Page, 'readAhead'>> {
  const { wiz, variables, countFirstPage = true, signal, schema } = options
  const size = pageSize(options.first, options.minFirst ?? 10)
  const check = pageChecker(options.after ?? null)
  const dropped: string[] = []
  let document = options.document
  let count = countFirstPage

  function shed(error: unknown): boolean {
    if (!schema || codeOf(error) !== 'schema-drift' || !(error instanceof Skippable)) return false
    const less = shedAll(document, schema, error.details.wizMessages as string[])
    if (!less) return false
    document = less.document
    dropped.push(...less.fields)
    return true
  }

  return async (cursor) => {
    size.nextPage()
    for (;;) {
      const first = size.now()
      try {
        const answer = await wiz.ask<RawPage>({
          document,
          variables: { ...variables, first, after: cursor, count },
          canShrink: size.canShrink(),
          read: splitPage,
          signal,
        })
        size.succeeded()
        count = false
        return { ...check(answer), first, dropped: [...dropped] }
      } catch (error) {
        if (!shed(error) && !size.shrink(codeOf(error))) throw error
      }
    }
  }
}

// Curable by asking for less. Wiz also refuses heavy queries without a reason, but that is tried only once a page.
const tooMuch = new Set(['query-too-heavy', 'answer-too-large', 'timeout', 'wiz-internal'])

/** How many nodes to ask for: half of it after a page that was too heavy, back up after some that were not. */
function pageSize(most: number, least: number) {
  let first = most
  let patience = 4
  let calm = 0
  let blindly = false
  return {
    now: () => first,
    canShrink: () => first > least,
    nextPage() {
      blindly = false
    },
    succeeded() {
      calm += 1
      if (first === most || calm < patience) return
      first = Math.min(most, first * 2)
      calm = 0
      // The next failure at the larger size makes the walk wait longer before it tries again.
      patience = Math.min(64, patience * 2)
    },
    shrink(code: string): boolean {
      if (first <= least) return false
      if (code === 'query-refused' && !blindly) blindly = true
      else if (!tooMuch.has(code)) return false
      first = Math.max(least, Math.floor(first / 2))
      calm = 0
      return true
    },
  }
}

/** Refuses pages that would make a walk endless or incomplete without anybody noticing. */
function pageChecker(after: string | null) {
  const seen = new Set<string>(after ? [after] : [])
  let emptyBefore = false

  return ({ data, errors, bytes, startedAt }: Answer<RawPage>): Omit<Page, 'first' | 'dropped' | 'readAhead'> => {
    const raw = data?.page
    if (typeof raw !== 'object' || raw === null || !isNodeTexts(raw.nodes)) {
      throw nonsense('malformed-page', 'the nodes are not a list')
    }
    const info = raw.pageInfo
    if (typeof info !== 'object' || info === null || typeof info.hasNextPage !== 'boolean') {
      throw nonsense('missing-page-info', 'pageInfo is missing')
    }
    const { hasNextPage } = info
    const endCursor = typeof info.endCursor === 'string' && info.endCursor !== '' ? info.endCursor : null
    if (hasNextPage && endCursor === null)
      throw nonsense('missing-cursor', 'more pages are announced, but no cursor leads to them')
    if (hasNextPage && endCursor !== null && seen.has(endCursor))
      throw nonsense('repeated-cursor', 'a cursor came twice')
    if (endCursor !== null) seen.add(endCursor)
    const sent = countOf(raw.nodes)
    const nodes = withoutNulls(raw.nodes)
    const empty = sent === 0 && hasNextPage
    if (empty && emptyBefore) throw nonsense('empty-page', 'empty pages follow each other, and more are announced')
    emptyBefore = empty
    return {
      nodes,
      nullNodes: sent - countOf(nodes),
      endCursor,
      hasNextPage,
      totalCount: typeof raw.totalCount === 'number' ? raw.totalCount : null,
      maxCountReached: raw.maxCountReached === true,
      bytes,
      startedAt,
      problems: errors,
    }
  }
}

function isNodeTexts(nodes: unknown): nodes is NodeTexts {
  return typeof nodes === 'object' && nodes !== null && 'bounds' in nodes && nodes.bounds instanceof Uint32Array
}

function withoutNulls(nodes: NodeTexts): NodeTexts {
  const positions = Array.from({ length: countOf(nodes) }, (_, at) => at)
  const left = positions.filter((at) => !isNull(nodes, at))
  return left.length === positions.length ? nodes : nodesAt(nodes, left)
}

function isNull(nodes: NodeTexts, at: number): boolean {
  const { body, bounds } = nodes
  return body[bounds[2 * at] ?? 0] === 'n'.charCodeAt(0) && textOf(nodes, at) === 'null'
}

function nonsense(code: string, what: string): Skippable {
  return new Skippable(
    code,
    `Wiz sent a page that makes no sense: ${what}. The walk stops here, and what it read counts as partial.`,
  )
}
