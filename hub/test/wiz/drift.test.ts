import { buildSchema, parse, print, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { shedField } from '../../src/wiz/drift.ts'

const schema = buildSchema(`
  type Query { findings(first: Int, filter: String): Page }
  type Page { nodes: [Finding] pageInfo: Info }
  type Info { hasNextPage: Boolean endCursor: String }
  type Finding { id: ID name: String rule: Rule asset: Asset note(format: String): String }
  type Rule { id: ID name: String }
  union Asset = Machine | Image
  type Machine { id: ID name: String system: String }
  type Image { id: ID layers: Int }
`)
const wrap = (selection: string, head = 'query ($first: Int)', rest = '') =>
  `${head} { page: findings(first: $first) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } } ${rest}`
const field = (name: string, type: string) => `Cannot query field "${name}" on type "${type}".`
const normal = (document: string) => print(parse(document))

describe('shedding what Wiz no longer knows', () => {
  it.each<[string, string, string, string, string]>([
    ['a field', wrap('id name rule { id name }'), field('name', 'Rule'), wrap('id name rule { id }'), 'Rule.name'],
    ['a field under an alias', wrap('id title: name'), field('name', 'Finding'), wrap('id'), 'Finding.name'],
    ['an object', wrap('id rule { id name }'), field('rule', 'Finding'), wrap('id'), 'Finding.rule'],
    ['the last field of an object', wrap('id rule { name }'), field('name', 'Rule'), wrap('id'), 'Rule.name'],
    [
      'a field of one member of a union',
      wrap('asset { ... on Machine { id system } ... on Image { id } }'),
      field('system', 'Machine'),
      wrap('asset { ... on Machine { id } ... on Image { id } }'),
      'Machine.system',
    ],
    [
      'a member of a union',
      wrap('id asset { ... on Machine { id } ... on Image { id } }'),
      'Unknown type "Image".',
      wrap('id asset { ... on Machine { id } }'),
      'Image',
    ],
    [
      'a field with a variable',
      wrap('id note(format: $format)', 'query ($first: Int, $format: String)'),
      field('note', 'Finding'),
      wrap('id'),
      'Finding.note',
    ],
    [
      'a field in a fragment',
      wrap('id ...More', undefined, 'fragment More on Finding { name rule { id } }'),
      field('name', 'Finding'),
      wrap('id ...More', undefined, 'fragment More on Finding { rule { id } }'),
      'Finding.name',
    ],
    [
      'all of a fragment',
      wrap('id ...More', undefined, 'fragment More on Finding { name }'),
      field('name', 'Finding'),
      wrap('id'),
      'Finding.name',
    ],
    [
      'a field that has become an object',
      wrap('id name rule { id name }'),
      'Field "name" of type "[Word!]" must have a selection of subfields. Did you mean "name { ... }"?',
      wrap('id rule { id }'),
      'name',
    ],
    [
      'a field that wants an argument',
      wrap('id note rule { id }'),
      'Field "note" argument "format" of type "Format!" is required, but it was not provided.',
      wrap('id rule { id }'),
      'note',
    ],
    [
      'what members of a union answer differently',
      wrap('id name asset { ... on Machine { id name title: system } ... on Image { id name: layers } }'),
      'Fields "asset" conflict because subfields "name" conflict because they return conflicting types String and Int.',
      wrap('id name asset { ... on Machine { id title: system } ... on Image { id } }'),
      'name',
    ],
  ])('ING-9 takes out %s and nothing else', (_, document, message, expected, name) => {
    const shed = shedField(document, schema, message)
    expect(shed?.field).toBe(name)
    expect(normal(shed?.document ?? '')).toBe(normal(expected))
    expect(validate(schema, parse(shed?.document ?? ''))).toEqual([])
  })

  it('ING-9 asks for a field that has become a leaf without what was below it', () => {
    const message = 'Field "rule" must not have a selection since type "String" has no subfields.'
    const shed = shedField(wrap('id rule { id name }'), schema, message)
    expect(shed?.field).toBe('the fields of rule')
    expect(normal(shed?.document ?? '')).toBe(normal(wrap('id rule')))
  })

  it.each([
    ['another complaint', wrap('id'), 'Unknown argument "first" on field "Query.findings".'],
    ['a field that is not asked for', wrap('id'), field('name', 'Finding')],
    ['the connection itself', wrap('id'), field('findings', 'Query')],
    [
      'the connection that wants an argument',
      wrap('id'),
      'Field "findings" argument "filter" of type "Filter!" is required, but it was not provided.',
    ],
    ['the nodes', wrap('id'), field('nodes', 'Page')],
    ['the cursor', wrap('id'), field('endCursor', 'Info')],
    ['the only field of the nodes', wrap('id'), field('id', 'Finding')],
  ])('ING-9 gives up on %s', (_, document, message) => {
    expect(shedField(document, schema, message)).toBeNull()
  })
})
