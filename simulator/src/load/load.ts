import { setImmediate as letOthersIn } from 'node:timers/promises'
import { bytesOf, errorAnswer } from '../answer.ts'
import type { Executor, GraphQLRequest } from '../graphql/execute.ts'
import { type Operation, parseDocument, type RootField } from '../operation.ts'
import type { Account } from '../world/account.ts'
import { fingerprintOf, readCursor, writeCursor } from './cursor.ts'
import { readFilter } from './filter.ts'
import { isLoadRoot, LOAD_ROOTS, type LoadRoot, type LoadRootName } from './load-root.ts'
import { createMemory } from './memory.ts'
import { createTemplate, type NodeTemplate } from './node-template.ts'
import { createRows, type Rows } from './rows.ts'
import { sampleQuery } from './sample-query.ts'
import { createWalk, type Walk } from './walk.ts'
import { type Page, type Shape, writePages } from './write-pages.ts'

/** What is served in bulk. */
export interface LoadOptions {
  /** Rows of each root field. */
  rows: number
  /** About how many bytes of JSON a node has, where its selection holds prose to lengthen. */
  bytes: number
  /** Root fields to serve in bulk; the others come from the world. Default: `issuesV2`. */
  roots?: readonly LoadRootName[]
}

/** A whole body, and where its cursors lead. */
export interface LoadAnswer {
  body: Buffer
  /** Says that the body has been sent and its memory may be used again. */
  done(): void
  cursors: { root: RootField; cursor: string }[]
}

/** The bulk server. */
export interface Load {
  /** Null for what is not served in bulk, or is wrong in a way the world has words for. */
  answer(operation: Operation, graphql: GraphQLRequest, account: Account): Promise<LoadAnswer | null>
  /** Changes a share of the rows of each root; returns how many rows in all. */
  change(fraction: number): number
  describe(): { rows: number; bytes: number; roots: readonly string[] }
}

/** A walk once planned, good until rows change. */
interface PlannedWalk {
  version: number
  walk: Walk
  total?: number
}

interface Served {
  root: LoadRoot
  rows: Rows
  walks: Map<string, PlannedWalk>
}

const MAX_FIRST = 500

/** More than the partitions of a sync. */
const REMEMBERED_WALKS = 2_000

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Takes its time: calls that arrive meanwhile must be counted when they do. */
async function shapesOf(data: unknown, operation: Operation, bytes: number): Promise<Map<string, Shape> | null> {
  const shapes = new Map<string, Shape>()
  for (const { key, field } of operation.roots) {
    const value = isObject(data) ? data[key] : null
    if (!isObject(value) || !isLoadRoot(field)) return null
    const samples = Array.isArray(value.nodes) ? value.nodes.filter(isObject) : []
    const templates: NodeTemplate[] = []
    for (const node of samples) {
      templates.push(createTemplate(node, LOAD_ROOTS[field], bytes))
      await letOthersIn()
    }
    const longEnough = templates.filter((template) => template.bytes.length >= bytes)
    shapes.set(key, { value, templates: longEnough.length > 0 ? longEnough : templates })
  }
  return shapes
}

function walkOf(served: Served, filterBy: unknown, fingerprint: string): PlannedWalk {
  const version = served.rows.version()
  const known = served.walks.get(fingerprint)
  if (known?.version === version) return known
  const planned: PlannedWalk = { version, walk: createWalk(served.rows, readFilter(served.root, filterBy)) }
  if (served.walks.size >= REMEMBERED_WALKS) served.walks.clear()
  served.walks.set(fingerprint, planned)
  return planned
}

function pageOf(served: Served, field: RootField, shape: Shape): Page | null {
  const { first, after, filterBy } = field.args
  const fingerprint = fingerprintOf(filterBy)
  const position = after == null ? -1 : readCursor(after, fingerprint)
  if (typeof first !== 'number' || first < 1 || first > MAX_FIRST || position === undefined) return null
  const planned = walkOf(served, filterBy, fingerprint)
  const { walk } = planned
  if ('totalCount' in shape.value) planned.total ??= walk.total()
  const rows: number[] = []
  let last = position
  let next = walk.next(position + 1)
  for (; next >= 0 && rows.length < first; next = walk.next(next + 1)) {
    rows.push(walk.rowAt(next))
    last = next
  }
  const endCursor = next < 0 ? null : writeCursor(last, fingerprint)
  return { key: field.key, shape, served: served.rows, rows, totalCount: planned.total ?? 0, endCursor }
}

/** Starts the bulk server; samples of nodes, from which all others are made, come from the world's executor. */
export function createLoad(
  options: LoadOptions,
  { seed, now, execute }: { seed: number; now: () => Date; execute: Executor },
): Load {
  const { rows, bytes, roots = ['issuesV2'] } = options
  const micros = () => now().getTime() * 1000
  const served = new Map<string, Served>(
    roots.map((name) => {
      const root: LoadRoot = LOAD_ROOTS[name]
      return [name, { root, rows: createRows(name, root, rows, seed, micros()), walks: new Map() }]
    }),
  )
  const memory = createMemory()
  const samples = new Map<string, Promise<Map<string, Shape> | null>>()

  const sample = (operation: Operation, graphql: GraphQLRequest, account: Account) => {
    const document = parseDocument(graphql.query)
    if (!document) return null
    const { query, variables: kept } = sampleQuery(document)
    const variables = Object.fromEntries(Object.entries(graphql.variables ?? {}).filter(([name]) => kept.has(name)))
    const { operationName } = graphql
    const scopes = [...account.scopes].join()
    const key = JSON.stringify([query, operationName, variables, account.clientId, account.projectIds, scopes])
    const known = samples.get(key)
    if (known) return known
    const fresh = execute({ query, variables, operationName }, { account }).then((result) =>
      result.errors ? null : shapesOf(result.data, operation, bytes),
    )
    samples.set(key, fresh)
    return fresh
  }

  return {
    async answer(operation, graphql, account) {
      if (operation.roots.length === 0 || !operation.roots.every(({ field }) => served.has(field))) return null
      const shapes = await sample(operation, graphql, account)
      if (!shapes) return null
      const pages: Page[] = []
      const cursors: LoadAnswer['cursors'] = []
      try {
        for (const root of operation.roots) {
          const shape = shapes.get(root.key)
          const of = served.get(root.field)
          const page = shape && of && pageOf(of, root, shape)
          if (!page) return null
          pages.push(page)
          if (page.endCursor) cursors.push({ root, cursor: page.endCursor })
        }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        return { body: bytesOf(errorAnswer('BAD_USER_INPUT', message)), cursors: [], done: () => undefined }
      }
      const body = writePages(pages, memory)
      return { body, cursors, done: () => memory.give(body) }
    },
    change(fraction) {
      return [...served.values()].reduce((sum, { rows: all }) => sum + all.change(fraction, micros()), 0)
    },
    describe: () => ({ rows, bytes, roots }),
  }
}
