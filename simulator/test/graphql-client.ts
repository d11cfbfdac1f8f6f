import {
  type ExecutionResult,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { createExecutor } from '../src/graphql/execute.ts'
import { maxFirstOf, schema } from '../src/graphql/schema.ts'
import type { Account } from '../src/world/account.ts'
import { createWorld } from '../src/world/world.ts'

/** A service account that sees and may do everything. */
export const admin: Account = { clientId: 'admin', scopes: new Set(['admin:all']), projectIds: null }

/** An account with some scopes only. */
export const accountWith = (scopes: readonly string[], projectIds: readonly string[] | null = null): Account => ({
  clientId: `with ${scopes.join(' ')} ${projectIds?.join(' ') ?? ''}`,
  scopes: new Set(scopes),
  projectIds,
})

/** The time all test worlds start at. */
export const start = new Date('2026-06-01T12:00:00.000Z')

/** A world and someone to ask it. */
export function startWorld(issues = 300, seed = 1) {
  const world = createWorld({ seed, issues, now: start })
  const execute = createExecutor(world)
  const ask = (query: string, variables: Record<string, unknown> = {}, account: Account = admin) =>
    execute({ query, variables }, { account })
  return { world, ask }
}

/** The data of an answer that must not have errors. */
export function dataOf<T = Record<string, unknown>>(result: ExecutionResult): T {
  if (result.errors) throw new Error(JSON.stringify(result.errors, null, 2))
  return result.data as T
}

/** The code of the first error of an answer. */
export const codeOf = (result: ExecutionResult) => result.errors?.[0]?.extensions.code

interface Page {
  nodes: Record<string, unknown>[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount?: number
}

/** Walks a root field to its end. */
export async function walk(
  { ask }: Pick<ReturnType<typeof startWorld>, 'ask'>,
  root: string,
  {
    selection = 'id',
    first = maxOf(root),
    args = '',
    account = admin,
    between,
  }: { selection?: string; first?: number; args?: string; account?: Account; between?: (page: number) => void } = {},
): Promise<Record<string, unknown>[]> {
  const nodes: Record<string, unknown>[] = []
  const query = `query Walk($first: Int, $after: String) {
    page: ${root}(first: $first, after: $after${args ? `, ${args}` : ''}) { nodes { ${selection} } pageInfo { hasNextPage endCursor } }
  }`
  let after: string | null = null
  for (let page = 1; ; page++) {
    const { page: got }: { page: Page } = dataOf(await ask(query, { first, after }, account))
    nodes.push(...got.nodes)
    if (!got.pageInfo.hasNextPage) return nodes
    after = got.pageInfo.endCursor
    between?.(page)
  }
}

const queryFields = { ...schema.getQueryType()?.getFields() }

/** Root fields that are connections over nodes with ids. */
export const listRoots = Object.keys(queryFields).filter(
  (name) => name !== 'graphSearch' && maxFirstOf(queryFields[name] as GraphQLField<unknown, unknown>) !== undefined,
)

/** Largest page of a root field. */
export const maxOf = (root: string) => maxFirstOf(queryFields[root] as GraphQLField<unknown, unknown>) ?? 500

/** Everything that can be selected of a type, some levels deep, fields of fragments under names of their own. */
export function everything(type: GraphQLNamedType, depth: number, prefix = ''): string {
  const fieldsOf = (concrete: GraphQLNamedType, alias: string) => {
    if (!isObjectType(concrete) && !isInterfaceType(concrete)) return ''
    return Object.values(concrete.getFields())
      .map((field) => {
        const inner = getNamedType(field.type)
        const name = alias ? `${alias}_${field.name}: ${field.name}` : field.name
        const args = field.args.some((arg) => arg.name === 'first') ? '(first: 2)' : ''
        if (!isCompositeType(inner)) return `${name}${args}`
        if (depth <= 0) return ''
        return `${name}${args} { ${everything(inner, depth - 1, '')} }`
      })
      .join(' ')
  }
  if (!isUnionType(type)) return `__typename ${fieldsOf(type, prefix)}`
  return `__typename ${type
    .getTypes()
    .map((member) => `... on ${member.name} { __typename ${fieldsOf(member, member.name.toLowerCase())} }`)
    .join(' ')}`
}

/** The type of a root field's nodes. */
export function nodeType(root: string): GraphQLNamedType {
  const connection = getNamedType(queryFields[root]?.type)
  if (!isObjectType(connection)) throw new Error(`${root} is no connection`)
  return getNamedType(connection.getFields().nodes?.type) as GraphQLNamedType
}
