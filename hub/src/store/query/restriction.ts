import type { Parameters } from './condition.ts'
import type { Branch, Relation } from './relation.ts'

/** What the caller may see; nothing is left out where it says nothing. */
export interface Restriction {
  readonly connectionIds?: readonly number[] | undefined
  readonly projectIds?: readonly string[] | undefined
}

/** The condition that a row lies in a project that may be seen. */
export function projectConditions(
  relation: Relation,
  branch: Branch,
  { projectIds }: Restriction,
  list: Parameters,
): readonly string[] {
  if (projectIds === undefined || relation.holdsNoObjects) return []
  const field = relation.fields.get(relation.projects ?? '')
  if (!field) return ['false']
  const column = branch.columns[field.name]
  const place = list.add(projectIds, 'text[]')
  return [field.type === 'texts' ? `${column} && ${place}` : `${column} = ANY (${place})`]
}

/** A relation as it is known to whoever may see certain projects only: also filters and orders learn nothing of totals. */
export function withoutTotals(relation: Relation, { projectIds }: Restriction): Relation {
  const hidden = [...relation.fields.values()].filter((field) => field.isTotal)
  if (projectIds === undefined || hidden.length === 0) return relation
  const nothing = Object.fromEntries(hidden.map(({ name, pgType }) => [name, `NULL::${pgType}`]))
  const branches = relation.branches.map((branch) => ({ ...branch, columns: { ...branch.columns, ...nothing } }))
  return { ...relation, branches }
}

/** The connections whose rows may be seen, in SQL. */
export function connections({ connectionIds }: Restriction, list: Parameters): string {
  const condition = connectionIds === undefined ? '' : ` WHERE id = ANY (${list.add(connectionIds, 'bigint[]')})`
  return `(SELECT id, name FROM connection${condition})`
}
