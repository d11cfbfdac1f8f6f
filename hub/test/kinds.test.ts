import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type FieldNode,
  GraphQLNonNull,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isObjectType,
  parse,
  type SelectionSetNode,
  Kind as Syntax,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { countDocument, pageDocument } from '../src/kinds/document.ts'
import { hasConnection } from '../src/kinds/kind.ts'
import { FINDING_KINDS, findKind, KINDS } from '../src/kinds/kinds.ts'

const PROVENANCE: Readonly<Record<string, { note?: string }>> = JSON.parse(
  readFileSync(new URL('../../schema/PROVENANCE.json', import.meta.url), 'utf8'),
)
const schema = buildSchema(readFileSync(new URL('../../schema/wiz.graphql', import.meta.url), 'utf8'))

/** What the schema says of a column's path: whether null can happen on the way, the values at its end, and its selection. */
function follow(typeName: string, select: string, path: string) {
  let types = [typeName]
  let nullable = false
  let leaf: GraphQLOutputType | undefined
  let selections: readonly SelectionSetNode[] = [selectionOf(`{ ${select} }`)]
  for (const step of path
    .replaceAll('[]', '')
    .split('.')
    .filter((name) => !/^\d+$/.test(name))) {
    const chosen = selections.flatMap((set) => fieldsOf(set, step))
    expect(chosen, `${path}: ${step} is not selected`).not.toHaveLength(0)
    const fields = types.flatMap(membersOf).flatMap((type) => type.getFields()[chosen[0]?.name.value ?? ''] ?? [])
    expect(fields, `${path}: ${step} is not in the schema`).not.toHaveLength(0)
    if (fields.length < types.flatMap(membersOf).length) nullable = true
    for (const field of fields) {
      if (!(field.type instanceof GraphQLNonNull)) nullable = true
      leaf = field.type
    }
    types = fields.map((field) => getNamedType(field.type).name)
    selections = chosen.flatMap((field) => field.selectionSet ?? [])
  }
  return { nullable, leaf: leaf && getNamedType(leaf) }
}

function membersOf(name: string) {
  const type = schema.getType(name)
  return isAbstractType(type) ? [...schema.getPossibleTypes(type)] : isObjectType(type) ? [type] : []
}

function selectionOf(document: string): SelectionSetNode {
  const [definition] = parse(document).definitions
  if (definition?.kind !== Syntax.OPERATION_DEFINITION) throw new Error('not a selection')
  return definition.selectionSet
}

function fieldsOf(set: SelectionSetNode, key: string): FieldNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Syntax.FIELD) return (node.alias ?? node.name).value === key ? [node] : []
    return node.kind === Syntax.INLINE_FRAGMENT ? fieldsOf(node.selectionSet, key) : []
  })
}

/** The object type of a kind's nodes. */
function nodeType(name: string): string {
  const kind = findKind(name)
  if (!kind) throw new Error(name)
  const source = kind.source
  if (!('connection' in source)) {
    const parent = schema.getType(nodeType(source.inside))
    return isObjectType(parent) ? getNamedType(parent.getFields()[source.path]?.type as GraphQLOutputType).name : ''
  }
  const connection = getNamedType(schema.getQueryType()?.getFields()[source.connection]?.type as GraphQLOutputType)
  return isObjectType(connection) ? getNamedType(connection.getFields().nodes?.type as GraphQLOutputType).name : ''
}

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('ING-1 kind %s', (name, kind) => {
  it('asks only what the schema knows', () => {
    for (const document of hasConnection(kind) ? [pageDocument(kind), countDocument(kind)] : []) {
      expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([])
    }
  })

  it('asks for nothing whose shape nobody knows: as a leaf Wiz would refuse the whole page for it', () => {
    const types = new TypeInfo(schema)
    const unsure: string[] = []
    for (const document of hasConnection(kind) ? [parse(pageDocument(kind))] : []) {
      visit(
        document,
        visitWithTypeInfo(types, {
          Field(node) {
            const about = types.getFieldDef()?.description ?? ''
            if (/shape not attested/i.test(about)) unsure.push(`${types.getParentType()?.name}.${node.name.value}`)
          },
        }),
      )
    }
    expect(unsure).toEqual([])
  })

  it('names no type of Wiz whose name is a guess: Wiz would refuse the whole page for it', () => {
    const documents = hasConnection(kind) ? [parse(pageDocument(kind)), parse(countDocument(kind))] : []
    for (const document of documents) {
      visit(document, {
        NamedType: ({ name: { value } }) => {
          expect(PROVENANCE[value]?.note ?? '', value).not.toMatch(/name is ours/)
        },
      })
    }
  })

  it('orders its pages, and leaves the order of a delta to Wiz', () => {
    if (!hasConnection(kind)) return
    const { order, delta } = kind.source
    if (order) expect(pageDocument(kind)).toContain('orderBy: ')
    if (order && delta) expect(pageDocument(kind)).toContain('orderBy: $orderBy')
  })

  it('has columns that are selected, and nullable exactly where the schema says', () => {
    for (const [column, { path, isNullable, values, type }] of Object.entries(kind.columns)) {
      const ways = path.split('|').map((way) => follow(nodeType(name), kind.select, way))
      expect([column, isNullable], `${name}.${column}`).toEqual([column, ways.every((way) => way.nullable)])
      const end = ways[0]?.leaf
      if (values && isEnumType(end)) {
        expect([...values].sort(), `${name}.${column}`).toEqual(
          end
            .getValues()
            .map((value) => value.name)
            .sort(),
        )
      }
      if (end?.name === 'DateTime') expect(type, `${name}.${column}`).toBe('time')
    }
  })

  it('explains every column in one sentence', () => {
    for (const { about } of [kind, ...Object.values(kind.columns)]) expect(about).toMatch(/^[A-Z].*\.$/)
  })

  it('asks for as many rows as Wiz gives, by filters and look-ups that exist', () => {
    if (!hasConnection(kind)) return
    const { connection, pageSize, lookup, filterType } = kind.source
    const field = schema.getQueryType()?.getFields()[connection]
    const maximum = field?.astNode?.directives?.find((directive) => directive.name.value === 'maxFirst')?.arguments?.[0]
    expect(maximum?.value).toMatchObject({ value: String(pageSize) })
    expect(field?.args.find((argument) => argument.name === 'filterBy')?.type.toString()).toBe(filterType)
    if (lookup) expect(schema.getQueryType()?.getFields()).toHaveProperty(lookup)
    const scopes = field?.astNode?.directives?.find((directive) => directive.name.value === 'scope')?.arguments?.[0]
    expect(scopes?.value).toMatchObject({ values: kind.scopes.map((value) => ({ value })) })
  })

  it('sends filters that the schema takes', () => {
    if (!hasConnection(kind)) return
    const { source } = kind
    const window = { after: '2026-01-01T00:00:00Z', before: '2026-02-01T00:00:00Z' }
    const filters = [
      source.always,
      source.delta && { ...source.always, ...source.delta.always, [source.delta.filter]: { after: window.after } },
      ...source.partitions.map((part) =>
        part.by === 'time' ? { [part.filter]: window } : part.filter(part.values[0] ?? ''),
      ),
      ...Object.entries(kind.planFilters ?? {}).map(([filter, { wiz }]) =>
        wiz?.([
          { severities: 'HIGH', statuses: 'OPEN', platforms: 'AWS', assetTypes: 'VIRTUAL_MACHINE' }[filter] ?? 'x',
        ]),
      ),
    ]
    for (const filter of filters) {
      const literal = JSON.stringify(filter ?? {}).replaceAll(/"(\w+)":/g, '$1:')
      // Enum values arrive as strings in variables; as literals they must stand without quotes.
      const document = `{ ${source.connection}(first: 1, filterBy: ${literal.replaceAll(/"([A-Z]\w*)"/g, '$1')}) { totalCount } }`
      const messages = validate(schema, parse(document)).map((error) => error.message)
      expect(
        messages.filter((message) => !/cannot represent a non string value/.test(message)),
        document,
      ).toEqual([])
    }
  })
})

it('VIEW-1 every kind of finding answers the questions asked of all findings', () => {
  expect(FINDING_KINDS.map((kind) => kind.name)).toEqual(['issue', 'vulnerability-finding', 'configuration-finding'])
})

it('ING-1 Port names, plurals and names all lead to the kind', () => {
  for (const name of ['serviceTicket', 'service-tickets', 'service-ticket'])
    expect(findKind(name)?.name).toBe('service-ticket')
  expect(findKind('nothing')).toBeUndefined()
})
