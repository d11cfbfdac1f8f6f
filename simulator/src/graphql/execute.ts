import {
  type ExecutionResult,
  execute as executeWithGraphql,
  GraphQLError,
  type GraphQLField,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'
import type { Account } from '../world/account.ts'
import type { World } from '../world/world.ts'
import { holdsAny } from './access.ts'
import { checkFirst } from './connection.ts'
import { type CheckedDocument, checkDocument } from './documents.ts'
import { answer, project, type Turn } from './projection.ts'
import { makeRoots } from './roots.ts'
import { maxFirstOf, schema, scopesOf } from './schema.ts'
import { accessDenied, internal, UserError } from './user-error.ts'

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

function refused(errors: readonly GraphQLError[], code: CheckedDocument['code']): ExecutionResult {
  return {
    errors: errors.map(({ message, nodes, source, positions }) => {
      return new GraphQLError(message, { nodes, source, positions, extensions: { code } })
    }),
  }
}

function asAnswered(error: unknown, path: (string | number)[]): GraphQLError {
  const known = error instanceof UserError ? error : internal()
  const extensions: Record<string, unknown> = { code: known.code, exception: { message: known.message, path } }
  // Not a disguise: a fault of the simulator itself should be seen by whoever runs into it.
  if (!(error instanceof UserError)) extensions.simulatorFault = error instanceof Error ? error.stack : String(error)
  return new GraphQLError(known.message, { path, extensions })
}

function chooseOperation(
  operations: readonly OperationDefinitionNode[],
  name: string | null | undefined,
): OperationDefinitionNode | string {
  if (name) return operations.find((operation) => operation.name?.value === name) ?? `no operation is called "${name}"`
  const [only, another] = operations
  if (!only) return 'the document has no operation'
  return another ? 'the document has several operations: say which by operationName' : only
}

/** Binds a world to the schema. */
export function createExecutor(world: World): Executor {
  const roots = makeRoots(world)

  return async ({ query, variables, operationName }, { account }) => {
    const { document, fragments, operations, errors, code } = checkDocument(query)
    if (!document || errors.length > 0) return refused(errors, code)
    const operation = chooseOperation(operations, operationName)
    if (typeof operation === 'string') return refused([new GraphQLError(operation)], 'GRAPHQL_VALIDATION_FAILED')
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 10 })
    if (coerced.errors) return refused(coerced.errors, 'GRAPHQL_VALIDATION_FAILED')

    const guard = (field: GraphQLField<unknown, unknown>, args: Record<string, unknown>) => {
      if (!holdsAny(account, scopesOf(field))) throw accessDenied()
      if (String(field.type) === 'CommentThread' && !holdsAny(account, ['read:comments'])) throw accessDenied()
      const max = maxFirstOf(field)
      if (max !== undefined) checkFirst(args.first as number | null | undefined, max)
    }
    const type = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType()
    if (!type) return refused([new GraphQLError('the schema has no such operation')], 'GRAPHQL_VALIDATION_FAILED')
    const fieldsOfType = type.getFields()
    const source = Object.fromEntries(
      Object.entries(roots).map(([name, resolve]) => [
        name,
        (args: Record<string, unknown>) => {
          const field = fieldsOfType[name]
          if (field) guard(field, args)
          // The schema has seen to it that a field has the arguments its resolver takes.
          return resolve(args as never, account)
        },
      ]),
    )
    const fields = project(fragments, coerced.coerced).fields(type, [operation.selectionSet])
    const meta = operation.selectionSet.selections.some(
      (selection) => selection.kind === 'Field' && ['__schema', '__type'].includes(selection.name.value),
    )
    // Introspection needs the reference executor; it answers the rest of such a document just as well.
    if (meta)
      return executeWithGraphql({ schema, document, rootValue: source, variableValues: variables, operationName })

    const failures: GraphQLError[] = []
    const turn: Turn = {
      path: [],
      guard,
      fail: (error, path) => failures.push(asAnswered(error, path)),
    }
    const data = answer(fields, source, turn)
    return failures.length > 0 ? { errors: failures, data } : { data }
  }
}
