import { schema, scopesOf } from '../graphql/schema.ts'

const REPORT_SCOPES = ['create:reports', 'update:reports', 'delete:reports']

/** Scopes of an account that was given none: all that open a query (uploads are queries too), and those of reports. */
export function defaultScopes(): string[] {
  const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
  return [...new Set([...REPORT_SCOPES, ...queries.flatMap(scopesOf)])].sort()
}
