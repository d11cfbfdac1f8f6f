import type { Account } from '../world/account.ts'
import type { Node } from '../world/collection.ts'
import type { Listing, Ordering } from '../world/listing/listing.ts'
import { walkForCount, walkInRange } from '../world/listing/range-walk.ts'
import { allOf, type Filter, FilterRefused } from '../world/listing/row-test.ts'
import type { Micros } from '../world/time/timestamp.ts'
import { decodeCursor, encodeCursor, walkFingerprint } from './cursor.ts'
import { badInput } from './user-error.ts'

/** Arguments every connection has. */
export interface ConnectionArgs {
  first?: number | null
  after?: string | null
  filterBy?: Filter | null
  orderBy?: { direction: 'ASC' | 'DESC'; field?: string | null } | null
  quick?: boolean | null
}

/** One page. */
export interface Connection {
  nodes: Node[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount: () => number
  maxCountReached: () => boolean
  [extra: string]: unknown
}

/** Counts that hold as long as nothing in the tenant changes. */
export class CountCache {
  private readonly revision: () => number
  private at = -1
  private readonly counts = new Map<string, number>()

  constructor(revision: () => number) {
    this.revision = revision
  }

  get(key: string, compute: () => number): number {
    if (this.at !== this.revision()) {
      this.counts.clear()
      this.at = this.revision()
    }
    let count = this.counts.get(key)
    if (count === undefined) {
      count = compute()
      this.counts.set(key, count)
    }
    return count
  }
}

/** Checks `first`, which the API demands although the schema does not. */
export function checkFirst(first: number | null | undefined, max: number): number {
  if (first === null || first === undefined) throw badInput('first must be provided')
  if (first < 1) throw badInput('first must be greater than 0')
  if (first > max) throw badInput(`first must not be greater than ${max}`)
  return first
}

/** Turns refusals of filters into answers to the client. */
export function refusable<T>(compute: () => T): T {
  try {
    return compute()
  } catch (error) {
    if (error instanceof FilterRefused) throw badInput(error.message)
    throw error
  }
}

function orderingOf(listing: Listing, { orderBy, filterBy }: ConnectionArgs): Ordering {
  const ordering = listing.ordering(filterBy ?? null)
  if (!orderBy) return ordering
  if (!orderBy.field) return { ...ordering, direction: orderBy.direction }
  const by = listing.orders[orderBy.field]
  if (!by) throw badInput(`orderBy.field "${orderBy.field}" is not supported`)
  return { by, direction: orderBy.direction }
}

/** Reads one page of a listing: keyset paging, so rows whose key moves can be missed or seen twice. */
export function readPage(
  root: string,
  listing: Listing,
  args: ConnectionArgs,
  { account, max, counts, now }: { account: Account; max: number; counts: CountCache; now: Micros },
): Connection {
  const first = checkFirst(args.first, max)
  const filter = args.filterBy ?? null
  const ordering = orderingOf(listing, args)
  const { table } = listing
  const walk = walkFingerprint([root, filter, ordering, account.clientId, account.projectIds])
  const after = args.after ? decodeCursor(table, args.after, walk) : undefined
  const wanted = refusable(() => allOf([listing.select(filter), listing.visible(account)]))
  const order = table.order(ordering.by)
  const next = walkInRange(listing, filter, ordering, after, now)
  const nodes: Node[] = []
  let last = -1
  let hasNextPage = false
  for (let row = next(); row >= 0; row = next()) {
    if (wanted && !wanted(row)) continue
    if (nodes.length === first) {
      hasNextPage = true
      break
    }
    nodes.push(listing.node(row))
    last = row
  }
  const exact = () =>
    wanted === null
      ? table.count()
      : counts.get(`${root} ${walk}`, () => {
          const candidates = walkForCount(listing, filter, now)
          let count = 0
          for (let row = candidates(); row >= 0; row = candidates()) if (wanted(row)) count++
          return count
        })
  const cap = args.quick === false ? undefined : listing.countCap
  return {
    nodes,
    pageInfo: {
      hasNextPage,
      endCursor: hasNextPage ? encodeCursor(table, ordering, last, order.key(last), walk) : null,
    },
    totalCount: () => (cap === undefined ? exact() : Math.min(exact(), cap)),
    maxCountReached: () => cap !== undefined && exact() > cap,
  }
}
