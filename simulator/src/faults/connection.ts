/** A connection's value as the document selected it. */
interface Connection {
  nodes: unknown[]
  pageInfo?: { hasNextPage?: boolean; endCursor?: string | null }
  totalCount?: number
  maxCountReached?: boolean
}

/** A node under a fault's hands. */
export type Row = Record<string, unknown>

/** True for any object. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for a value with selected nodes. */
export function isConnection(value: unknown): value is Connection {
  return isRow(value) && Array.isArray(value.nodes)
}

/** True for a page whose position was selected. */
export function hasPageInfo(value: unknown): value is Connection & Required<Pick<Connection, 'pageInfo'>> {
  return isRow(value) && isRow(value.pageInfo)
}

/** True for a page whose total was selected. */
export function hasTotal(value: unknown): value is Connection & Required<Pick<Connection, 'totalCount'>> {
  return isRow(value) && typeof value.totalCount === 'number'
}

/** The rows of a connection that are there. */
export function rowsOf(value: unknown): Row[] {
  return isConnection(value) ? value.nodes.filter(isRow) : []
}
