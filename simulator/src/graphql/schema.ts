import { readFileSync } from 'node:fs'
import { buildSchema, type DirectiveNode, GraphQLError, type GraphQLField, GraphQLScalarType, Kind } from 'graphql'
import { parseTimestamp } from '../world/time/timestamp.ts'

const source = readFileSync(new URL('../../../schema/wiz.graphql', import.meta.url), 'utf8')

/** The schema of the Wiz API. */
export const schema = buildSchema(source)

function checkTimestamp(value: unknown): string {
  if (typeof value === 'string' && parseTimestamp(value) !== undefined) return value
  throw new GraphQLError(
    `DateTime must be an RFC 3339 timestamp such as 2026-01-31T00:00:00Z, not ${JSON.stringify(value)}`,
  )
}

const dateTime = schema.getType('DateTime')
if (dateTime instanceof GraphQLScalarType) {
  dateTime.parseValue = checkTimestamp
  dateTime.parseLiteral = (node) => checkTimestamp(node.kind === Kind.STRING ? node.value : undefined)
}

type AnyField = GraphQLField<unknown, unknown>

function directive(field: AnyField, name: string): DirectiveNode | undefined {
  return field.astNode?.directives?.find((node) => node.name.value === name)
}

/** The scopes of which one opens a field; none when it is open to all. */
export function scopesOf(field: AnyField): readonly string[] {
  const value = directive(field, 'scope')?.arguments?.[0]?.value
  if (value?.kind !== Kind.LIST) return []
  return value.values.flatMap((node) => (node.kind === Kind.STRING ? [node.value] : []))
}

/** The largest `first` of a field; undefined when it is no connection. */
export function maxFirstOf(field: AnyField): number | undefined {
  const value = directive(field, 'maxFirst')?.arguments?.[0]?.value
  return value?.kind === Kind.INT ? Number(value.value) : undefined
}
