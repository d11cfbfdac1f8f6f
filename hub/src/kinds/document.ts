import { type ConnectionSource, hasConnection, type Kind } from './kind.ts'

/** The GraphQL document that reads a page of a kind; the connection is aliased `page`, the count is asked for on demand. */
export function pageDocument(kind: Kind): string {
  const source = connectionOf(kind)
  const { connection, filterType, order, isCountCapped } = source
  const further = source.arguments ? `, ${source.arguments}` : ''
  const capped = isCountCapped ? ' maxCountReached' : ''
  const orderVariable = order?.type ? `, $orderBy: ${order.type}` : ''
  const ordered = order?.type ? '$orderBy' : order && `{ field: ${order.field}, direction: ${order.direction} }`
  const orderArgument = ordered ? `, orderBy: ${ordered}` : ''
  return `query Wizbridge_${kind.table}($first: Int!, $after: String, $filterBy: ${filterType}${orderVariable}, $count: Boolean!) {
  page: ${connection}(first: $first, after: $after, filterBy: $filterBy${orderArgument}${further}) {
    nodes { ${kind.select} }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $count)${capped}
  }
}`
}

/** The cheapest question about a kind: may we read it, and, where its list can be counted, how many are there? */
export function countDocument(kind: Kind, { isCountable = true } = {}): string {
  const source = connectionOf(kind)
  const { connection, filterType, isCountCapped } = source
  const further = source.arguments ? `, ${source.arguments}` : ''
  const totals = isCountable ? `totalCount ${isCountCapped ? 'maxCountReached ' : ''}` : ''
  return `query Wizbridge_${kind.table}_count($filterBy: ${filterType}) {
  page: ${connection}(first: 1, filterBy: $filterBy${further}) { ${totals}nodes { __typename } }
}`
}

/** The order a walk asks for, as variables, where it is not in the document; an unmoving key keeps rows from hopping between pages. */
export function orderVariables(kind: Kind): Record<string, unknown> {
  const { order } = connectionOf(kind)
  return order?.type ? { orderBy: { field: order.field, direction: order.direction } } : {}
}

/** The connection a kind is read through; asking it of an embedded kind is a mistake of ours. */
export function connectionOf(kind: Kind): ConnectionSource {
  if (!hasConnection(kind)) throw new Error(`kind ${kind.name} is read inside another kind`)
  return kind.source
}
