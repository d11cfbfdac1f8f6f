import type { Row } from './list-rows.ts'

const FIELDS: readonly string[] = ['projectIds', 'parentIds']
const IN_RAW: readonly string[] = ['projects', 'ancestorProjects']

/** The same row without the names of projects that the reader may not see: an object may be in several. */
export function hideOtherProjects(row: Row, projectIds: readonly string[] | undefined): Row {
  if (!projectIds) return row
  const own = new Set<unknown>(projectIds)
  const shown = ([name, value]: [string, unknown]) => {
    if (name === 'raw') return [name, withoutOthers(value, own)]
    return [name, FIELDS.includes(name) && Array.isArray(value) ? value.filter((id) => own.has(id)) : value]
  }
  return Object.fromEntries(Object.entries(row).map(shown))
}

/** Whether the values of a field name projects. */
export function namesProjects(field: string | null): boolean {
  return field !== null && FIELDS.includes(field)
}

function withoutOthers(value: unknown, own: ReadonlySet<unknown>): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutOthers(each, own))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]) => {
    const isList = IN_RAW.includes(name) && Array.isArray(inner)
    return [name, withoutOthers(isList ? inner.filter((each) => own.has(each?.id)) : inner, own)]
  })
  return Object.fromEntries(entries)
}
