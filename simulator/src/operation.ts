import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'

/** A root field of a document, with its arguments filled in. */
export interface RootField {
  /** Name in the schema, e.g. `issuesV2`. */
  field: string
  /** Name in the answer: the alias, or the field itself. */
  key: string
  args: Record<string, unknown>
  /** True for a field that is walked page by page. */
  connection: boolean
  /** Names of all fields selected below it, at any depth. */
  selects: ReadonlySet<string>
  /** Those of them that are selected without anything below them. */
  leaves: ReadonlySet<string>
}

/** What a document asks for, read without a schema. */
export interface Operation {
  kind: 'query' | 'mutation' | 'subscription'
  name: string | null
  roots: RootField[]
}

const CACHED_DOCUMENTS = 500
const documents = new Map<string, DocumentNode | null>()

/** Parses a document once; null for one that is malformed. */
export function parseDocument(query: string): DocumentNode | null {
  const known = documents.get(query)
  if (known !== undefined) return known
  let document: DocumentNode | null = null
  try {
    document = parse(query)
  } catch {
    // Malformed: whoever executes it says so to the client.
  }
  if (documents.size >= CACHED_DOCUMENTS) documents.clear()
  documents.set(query, document)
  return document
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function fieldNames(
  set: SelectionSetNode | undefined,
  fragments: Fragments,
  into = { selects: new Set<string>(), leaves: new Set<string>() },
  entered = new Set<string>(),
) {
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value
      // A cycle of fragments is the validator's business, not ours to hang on.
      if (!entered.has(name)) fieldNames(fragments.get(name)?.selectionSet, fragments, into, entered.add(name))
      continue
    }
    if (selection.kind === Kind.FIELD) {
      into.selects.add(selection.name.value)
      if (!selection.selectionSet) into.leaves.add(selection.name.value)
    }
    fieldNames(selection.selectionSet, fragments, into, entered)
  }
  return into
}

function rootsOf(
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Record<string, unknown>,
): RootField[] {
  const defaults = (operation.variableDefinitions ?? []).map(
    ({ variable, defaultValue }) => [variable.name.value, defaultValue && valueFromASTUntyped(defaultValue)] as const,
  )
  const values = { ...Object.fromEntries(defaults), ...variables }
  return operation.selectionSet.selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return []
    const given = selection.arguments ?? []
    const args = Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value, values)]))
    const { selects, leaves } = fieldNames(selection.selectionSet, fragments)
    const connection = 'first' in args || selects.has('pageInfo')
    const field = selection.name.value
    return [{ field, key: selection.alias?.value ?? field, args, connection, selects, leaves }]
  })
}

/** Reads what is asked for; null when the document is malformed or the operation is not in it. */
export function readOperation(
  query: string,
  variables: Record<string, unknown>,
  operationName?: string | null,
): Operation | null {
  const document = parseDocument(query)
  const operation = document && getOperationAST(document, operationName)
  if (!document || !operation) return null
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  )
  return {
    kind: operation.operation,
    name: operation.name?.value ?? null,
    roots: rootsOf(operation, fragments, variables),
  }
}
