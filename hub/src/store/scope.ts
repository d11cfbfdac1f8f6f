import type { Kind, PlanFilterName } from '../kinds/kind.ts'
import { quoted, sqlName } from './sql-name.ts'

/** The filters of a plan as a sync applies them, and the names of its rules; an absent one lets everything through. */
export type Scope = Partial<Record<PlanFilterName | 'rules', readonly string[]>>

/** The condition that a stored row lies in a scope, with its parameters numbered from `first`. */
export function inScope(kind: Kind, scope: Scope, first: number): { sql: string; values: unknown[] } {
  const conditions: string[] = []
  const values: unknown[] = []
  for (const [name, wanted] of Object.entries(scope)) {
    const filter = kind.planFilters?.[name as PlanFilterName]
    if (!filter || !wanted) continue
    values.push(wanted)
    const column = `t.${quoted(sqlName(filter.column))}`
    const isList = kind.columns[filter.column]?.type === 'texts'
    conditions.push(
      isList
        ? `${column} && $${first + values.length - 1}::text[]`
        : `${column} = ANY ($${first + values.length - 1}::text[])`,
    )
  }
  return { sql: conditions.length > 0 ? conditions.join(' AND ') : 'true', values }
}

/** Whether a scope leaves out any stored row of a kind. */
export function isFiltered(kind: Kind, scope: Scope): boolean {
  return inScope(kind, scope, 1).values.length > 0
}

/** Rows of some scopes that lie in none of the others. */
export interface Only {
  readonly scopes: readonly Scope[]
  readonly others: readonly Scope[]
}

export function onlyIn(kind: Kind, { scopes, others }: Only, first: number): { sql: string; values: unknown[] } {
  const values: unknown[] = []
  const conditionOf = (scope: Scope) => {
    const condition = inScope(kind, scope, first + values.length)
    values.push(...condition.values)
    return `(${condition.sql})`
  }
  const any = scopes.map(conditionOf).join(' OR ')
  const none = others.map((other) => ` AND ${conditionOf(other)} IS NOT TRUE`)
  return { sql: `(${any || 'false'})${none.join('')}`, values }
}
