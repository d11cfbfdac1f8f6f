import {
  type ArgumentNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  visit,
} from 'graphql'

/** Rows a sample has at most; all of them become templates. */
const SAMPLE_ROWS = '100'

/** Arguments of a root field that choose its rows. */
const CHOOSING = new Set(['filterBy', 'first', 'after', 'orderBy'])

const firstRows: ArgumentNode = {
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'first' },
  value: { kind: Kind.INT, value: SAMPLE_ROWS },
}

const anyRows = (selection: SelectionNode): SelectionNode => {
  if (selection.kind !== Kind.FIELD) return selection
  const kept = (selection.arguments ?? []).filter(({ name }) => !CHOOSING.has(name.value))
  return { ...selection, arguments: [...kept, firstRows] }
}

function variablesIn(node: OperationDefinitionNode | DocumentNode): Set<string> {
  const names = new Set<string>()
  visit(node, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      names.add(name.value)
    },
  })
  return names
}

/** A query of the same shape as the given one, for the first rows whatever they are; and the variables it still has. */
export function sampleQuery(document: DocumentNode): { query: string; variables: ReadonlySet<string> } {
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? {
          ...definition,
          selectionSet: { ...definition.selectionSet, selections: definition.selectionSet.selections.map(anyRows) },
        }
      : definition,
  )
  const used = variablesIn({ ...document, definitions })
  const trimmed = definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? {
          ...definition,
          variableDefinitions: definition.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)),
        }
      : definition,
  )
  return { query: print({ ...document, definitions: trimmed }), variables: used }
}
