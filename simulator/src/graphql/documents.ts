import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { schema } from './schema.ts'

/** A document that passed, or what is wrong with it. */
export interface CheckedDocument {
  document?: DocumentNode
  fragments: Map<string, FragmentDefinitionNode>
  operations: OperationDefinitionNode[]
  errors: readonly GraphQLError[]
  code: 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED'
}

const MAX_DOCUMENTS = 500
const known = new Map<string, CheckedDocument>()

function check(query: string): CheckedDocument {
  const empty = { fragments: new Map(), operations: [] }
  let document: DocumentNode
  try {
    document = parse(query, { maxTokens: 20_000 })
  } catch (error) {
    const errors = [error instanceof GraphQLError ? error : new GraphQLError(String(error))]
    return { ...empty, errors, code: 'GRAPHQL_PARSE_FAILED' }
  }
  const errors = validate(schema, document)
  const checked: CheckedDocument = { ...empty, document, errors, code: 'GRAPHQL_VALIDATION_FAILED' }
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) checked.operations.push(definition)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) checked.fragments.set(definition.name.value, definition)
  }
  return checked
}

/** Parses and validates a document, once for as long as it stays among the recent ones. */
export function checkDocument(query: string): CheckedDocument {
  const before = known.get(query)
  if (before) return before
  const checked = check(query)
  if (known.size >= MAX_DOCUMENTS) known.delete(known.keys().next().value as string)
  known.set(query, checked)
  return checked
}
