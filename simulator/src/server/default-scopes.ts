import { readFileSync } from 'node:fs'
import { Kind, parse } from 'graphql'

const SCHEMA = new URL('../../../schema/wiz.graphql', import.meta.url)

const REPORT_SCOPES = ['create:reports', 'update:reports', 'delete:reports']

/** Scopes of an account that was given none: all that open a query (uploads are queries too), and those of reports. */
export function defaultScopes(): string[] {
  const scopes = new Set(REPORT_SCOPES)
  for (const definition of parse(readFileSync(SCHEMA, 'utf8')).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || definition.name.value !== 'Query') continue
    const directives = definition.fields?.flatMap((field) => field.directives ?? []) ?? []
    for (const { name, arguments: given } of directives) {
      const list = given?.find((argument) => argument.name.value === 'anyOf')?.value
      if (name.value !== 'scope' || list?.kind !== Kind.LIST) continue
      for (const scope of list.values) if (scope.kind === Kind.STRING) scopes.add(scope.value)
    }
  }
  return [...scopes].sort()
}
