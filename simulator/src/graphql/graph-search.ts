import type { Account } from '../world/account.ts'
import { graphEntityNode } from '../world/estate/resource-node.ts'
import type { Listing } from '../world/listing/listing.ts'
import { inProjects } from '../world/listing/project-visibility.ts'
import { allOf, found, oneOf, type RowTest } from '../world/listing/row-test.ts'
import type { World } from '../world/world.ts'
import { checkFirst } from './connection.ts'
import { decodeCursor, encodeCursor, walkFingerprint } from './cursor.ts'
import { badInput, notFound } from './user-error.ts'

interface SearchArgs {
  query: { type: string[]; select?: boolean | null; where?: unknown; relationships?: unknown[] | null }
  projectId?: string | null
  controlId?: string | null
  first?: number | null
  after?: string | null
  quick?: boolean | null
}

// In quick mode, the default, neither the count nor the pages go further than this.
const QUICK_CAP = 1000
const MAX_FIRST = 500

/** Resolvers of the security graph: search by type and identifying property, and single nodes. */
export function makeGraphSearch(world: World) {
  const { estate, resources } = world.tenant
  const { table } = resources
  const listing = world.listings.cloudResourcesV2 as Listing

  const properties: Record<string, (row: number) => unknown> = {
    name: (row) => resources.name(row),
    providerUniqueId: (row) => resources.providerId(row),
    externalId: (row) => resources.facts(row).externalId,
    _vertexID: (row) => table.id(row),
    nativeType: (row) => resources.nativeType(row),
    region: (row) => resources.region(row),
    cloudPlatform: (row) => resources.platformOf(row),
  }

  const condition = (name: string, operators: unknown): RowTest | null => {
    const read = properties[name]
    if (!read) throw badInput(`query.where.${name} is not supported`)
    if (typeof operators !== 'object' || operators === null) throw badInput(`query.where.${name} must be an operator`)
    return allOf(
      Object.entries(operators).map(([operator, value]) => {
        const values: unknown[] = Array.isArray(value) ? value : [value]
        if (operator === 'EQUALS') return oneOf(read, values)
        if (operator !== 'CONTAINS') throw badInput(`query.where.${name}.${operator} is not supported`)
        const tests = values.map((text) => found((row) => [read(row)], String(text)))
        return (row: number) => tests.some((test) => test?.(row))
      }),
    )
  }

  const graphSearch = (args: SearchArgs, account: Account) => {
    const first = checkFirst(args.first, MAX_FIRST)
    const { query } = args
    if (query.relationships?.length) throw badInput('query.relationships is not supported')
    if (args.controlId) throw badInput('controlId is not supported')
    const where = typeof query.where === 'object' && query.where !== null ? query.where : {}
    const types = query.type.includes('ANY') ? [] : query.type
    const wanted = allOf([
      (row) => !resources.isGone(row),
      oneOf((row) => resources.typeOf(row), types),
      args.projectId && args.projectId !== '*' ? inProjects(estate, resources, (row) => row, [args.projectId]) : null,
      listing.visible(account),
      ...Object.entries(where).map(([name, operators]) => condition(name, operators)),
    ])
    const ordering = { by: 'ROW', direction: 'ASC' } as const
    const walk = walkFingerprint(['graphSearch', query, args.projectId, args.quick, account.clientId])
    const after = args.after ? decodeCursor(table, args.after, walk) : undefined
    const quick = args.quick !== false
    const order = table.order('ROW')
    const matches: number[] = []
    const nextOfAll = order.walk('ASC')
    for (let row = nextOfAll(); row >= 0 && (!quick || matches.length <= QUICK_CAP); row = nextOfAll()) {
      if (!wanted || wanted(row)) matches.push(row)
    }
    const reachable = quick ? matches.slice(0, QUICK_CAP) : matches
    const start = after ? reachable.findIndex((row) => row > after.row) : 0
    const page = start < 0 ? [] : reachable.slice(start, start + first)
    const hasNextPage = start >= 0 && reachable.length > start + first
    const last = page.at(-1)
    return {
      nodes: page.map((row) => ({
        entities: [query.select === false ? null : graphEntityNode(estate, resources, row)],
        aggregateCount: null,
      })),
      pageInfo: {
        hasNextPage,
        endCursor: hasNextPage && last !== undefined ? encodeCursor(table, ordering, last, last, walk) : null,
      },
      totalCount: reachable.length,
      maxCountReached: matches.length > reachable.length,
    }
  }

  const graphEntity = ({ id }: { id: string }, account: Account) => {
    const row = table.row(id)
    const visible = listing.visible(account)
    if (row < 0 || resources.isGone(row) || (visible && !visible(row))) throw notFound()
    return graphEntityNode(estate, resources, row)
  }

  return { graphSearch, graphEntity }
}
