import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** A document without the selection that Wiz no longer knows, and the name of what was shed. */
interface Shed {
  document: string
  field: string
}

/** A document without what messages of Wiz complain about; null if none of them can be cured so. */
export function shedAll(
  document: string,
  schema: GraphQLSchema,
  messages: readonly string[],
): { document: string; fields: string[] } | null {
  const fields: string[] = []
  let left = document
  for (const message of messages) {
    const less = shedField(left, schema, message)
    if (!less) continue
    left = less.document
    fields.push(less.field)
  }
  return fields.length > 0 ? { document: left, fields } : null
}

// Without these a page is no page.
const essential = new Set(['page', 'nodes', 'pageInfo', 'hasNextPage', 'endCursor'])

/** Takes out of a document what one validation message of Wiz complains about; null if that cannot be done. */
export function shedField(document: string, schema: GraphQLSchema, message: string): Shed | null {
  const ast = parse(document)
  for (const [pattern, cure] of cures) {
    const found = pattern.exec(message)
    if (!found) continue
    const [, name = '', type = ''] = found
    const field = cure === asLeaves ? `the fields of ${name}` : type ? `${type}.${name}` : name
    return essential.has(name) ? null : finish(ast, cure(ast, { name, type, schema }), field)
  }
  return null
}

interface Complaint {
  name: string
  /** The type it is on, where the message names that. */
  type: string
  schema: GraphQLSchema
}

// Most name no type: whatever has the name and the shape complained about is meant.
const cures: readonly [RegExp, (ast: DocumentNode, complaint: Complaint) => DocumentNode][] = [
  [/Cannot query field ["'](\w+)["'] on type ["'](\w+)["']/, withoutField],
  [/Unknown type ["'](\w+)["']/, (ast, { name }) => withoutType(ast, name)],
  [/Field ["'](\w+)["'] of type ["'][^"']+["'] must have a selection/, (ast, { name }) => eachNamed(ast, name, isLeaf)],
  [/Field ["'](\w+)["'] must not have a selection/, asLeaves],
  [
    /Field ["'](\w+)["'] argument ["']\w+["'] of type ["'][^"']+["'] is required/,
    (ast, { name }) => eachNamed(ast, name, () => true),
  ],
  [/["'](\w+)["'] conflict because they/, withoutClash],
]

function isLeaf(node: FieldNode): boolean {
  return node.selectionSet === undefined
}

function asLeaves(ast: DocumentNode, { name }: Complaint): DocumentNode {
  return eachNamed(
    ast,
    name,
    (node) => !isLeaf(node),
    ({ selectionSet: _, ...node }) => node,
  )
}

/** Takes fields of a name out, or puts others in their place. */
function eachNamed(
  ast: DocumentNode,
  name: string,
  isMeant: (node: FieldNode) => boolean,
  instead: (node: FieldNode) => FieldNode | null = () => null,
): DocumentNode {
  return visit(ast, {
    Field(node) {
      if (node.name.value === name && isMeant(node)) return instead(node)
    },
  })
}

/** Members of a union that answer differently under one name: none of them is asked for it. */
function withoutClash(ast: DocumentNode, { name }: Complaint): DocumentNode {
  const isOther = (node: SelectionNode) => node.kind !== Kind.FIELD || (node.alias ?? node.name).value !== name
  return visit(ast, {
    InlineFragment(node) {
      const selections = node.selectionSet.selections.filter(isOther)
      return { ...node, selectionSet: { ...node.selectionSet, selections } }
    },
  })
}

function withoutField(ast: DocumentNode, { schema, type, name }: Complaint): DocumentNode {
  const types = new TypeInfo(schema)
  return visit(
    ast,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType()
        if (node.name.value === name && parent && getNamedType(parent).name === type) return null
      },
    }),
  )
}

function withoutType(ast: DocumentNode, type: string): DocumentNode {
  return visit(ast, {
    InlineFragment(node) {
      if (node.typeCondition?.name.value === type) return null
    },
    FragmentDefinition(node) {
      if (node.typeCondition.name.value === type) return null
    },
  })
}

function finish(before: DocumentNode, after: DocumentNode, field: string): Shed | null {
  if (after === before) return null
  const tidy = tidied(after)
  const left = essentialsOf(tidy)
  if (isEmpty(tidy) || [...essentialsOf(before)].some((name) => !left.has(name))) return null
  return { document: print(tidy), field }
}

function isEmpty(ast: DocumentNode): boolean {
  return ast.definitions.some((it) => it.kind === Kind.OPERATION_DEFINITION && it.selectionSet.selections.length === 0)
}

function essentialsOf(ast: DocumentNode): Set<string> {
  const found = new Set<string>()
  visit(ast, {
    Field(node) {
      const name = node.alias?.value ?? node.name.value
      if (essential.has(name)) found.add(name)
    },
  })
  return found
}

/** Drops what the removal left behind: empty selections, fragments nobody spreads, variables nobody uses. */
function tidied(ast: DocumentNode): DocumentNode {
  const fragments = namesOf(ast, Kind.FRAGMENT_DEFINITION)
  const nothing = (set: SelectionSetNode | undefined) => set?.selections.length === 0
  const pruned: DocumentNode = visit(ast, {
    FragmentSpread(node) {
      if (!fragments.has(node.name.value)) return null
    },
    Field: { leave: (node) => (nothing(node.selectionSet) ? null : undefined) },
    InlineFragment: { leave: (node) => (nothing(node.selectionSet) ? null : undefined) },
    FragmentDefinition: { leave: (node) => (nothing(node.selectionSet) ? null : undefined) },
  })
  const spread = namesOf(pruned, Kind.FRAGMENT_SPREAD)
  const spreadOnly: DocumentNode = visit(pruned, {
    FragmentDefinition(node) {
      if (!spread.has(node.name.value)) return null
    },
  })
  const used = usedVariables(spreadOnly)
  const clean: DocumentNode = visit(spreadOnly, {
    VariableDefinition(node) {
      if (!used.has(node.variable.name.value)) return null
    },
  })
  return print(clean) === print(ast) ? clean : tidied(clean)
}

function namesOf(ast: DocumentNode, kind: Kind.FRAGMENT_DEFINITION | Kind.FRAGMENT_SPREAD): Set<string> {
  const names = new Set<string>()
  visit(ast, {
    enter(node) {
      if (node.kind === kind) names.add(node.name.value)
    },
  })
  return names
}

function usedVariables(ast: DocumentNode): Set<string> {
  const names = new Set<string>()
  visit(ast, {
    VariableDefinition: () => false,
    Variable(node) {
      names.add(node.name.value)
    },
  })
  return names
}
