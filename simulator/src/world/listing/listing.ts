import type { Account } from '../account.ts'
import type { Node } from '../collection.ts'
import type { Table } from '../table/table.ts'
import type { Filter, RowTest } from './row-test.ts'

/** What a walk is ordered by. */
export interface Ordering {
  /** Name of an order of the table. */
  by: string
  direction: 'ASC' | 'DESC'
}

/** How the rows of a table are listed by one root field. */
export interface Listing {
  table: Table
  /** The members `filterBy` may have; the schema declares the same. */
  filters: readonly string[]
  /** The rows a filter asks for, defaults of the API included; null asks for all. */
  select(filter: Filter | null): RowTest | null
  /** The rows an account may see; null when it sees all. */
  visible(account: Account): RowTest | null
  /** Order of a walk; `filter` can impose one. */
  ordering(filter: Filter | null): Ordering
  /** Orders by the names `orderBy.field` gives them. */
  orders: Record<string, string>
  /** Date filters by the order that lets a walk jump to where they begin. */
  ranges?: Record<string, string>
  node(row: number): Node
  /** totalCount stops here unless the client asks for exact numbers. */
  countCap?: number
}

/** Live rows that a filter asks for and an account may see. */
export function* listedRows(
  listing: Listing,
  filter: Filter | null,
  account: Account | null,
): IterableIterator<number> {
  const select = listing.select(filter)
  const visible = account ? listing.visible(account) : null
  for (const row of listing.table.liveRows()) {
    if ((!select || select(row)) && (!visible || visible(row))) yield row
  }
}
