import type { ExecutionResult } from 'graphql'
import type { Account } from '../world/account.ts'
import type { World } from '../world/world.ts'

/** A GraphQL request as it arrives. */
export interface GraphQLRequest {
  query: string
  variables?: Record<string, unknown> | null
  operationName?: string | null
}

/** Runs a request as an account. */
export type Executor = (request: GraphQLRequest, context: { account: Account }) => Promise<ExecutionResult>

/** True when the document itself was refused (syntax, schema, variables): HTTP 400 rather than 200. */
export function isBadRequest(result: ExecutionResult): boolean {
  const code = result.errors?.[0]?.extensions.code
  return code === 'GRAPHQL_PARSE_FAILED' || code === 'GRAPHQL_VALIDATION_FAILED'
}

/** Binds a world to the schema. */
export declare function createExecutor(world: World): Executor
