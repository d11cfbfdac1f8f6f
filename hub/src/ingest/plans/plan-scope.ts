import { Refused } from '../../errors.ts'
import type { Kind, PlanFilterName } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import type { Scope } from '../../store/scope.ts'
import { orderedScope } from '../scope.ts'
import { rulesFor } from './rules.ts'
import type { Selectors } from './selectors.ts'
import { templateNamed } from './templates.ts'

/** The limits of a plan, by name; an absent one lets everything through. */
export type PlanFilters = Partial<Record<PlanFilterName, readonly string[]>>

/** What of a plan says what comes in. */
export interface PlanContent {
  readonly template: string
  readonly kinds: readonly string[]
  readonly filters: PlanFilters
  readonly selectors: Selectors
  readonly options: Readonly<Record<string, boolean>>
}

/** The scope of a kind under a plan, within the projects of its connection. */
export function scopeOf(kind: Kind, plan: PlanContent, connectionProjects: readonly string[]): Scope {
  const template = templateNamed(plan.template)
  const filters: Partial<Record<PlanFilterName, readonly string[]>> = {
    ...plan.filters,
    ...plan.selectors[kind.name],
  }
  const rules = [...template.rules]
  for (const [name, option] of Object.entries(template.options)) {
    const effect = (plan.options[name] ?? option.default) ? option.on : option.off
    rules.push(...(effect?.rules ?? []))
    // What several options let in adds up.
    if (effect?.assetTypes) filters.assetTypes = [...(filters.assetTypes ?? []), ...effect.assetTypes]
  }
  filters.projects = projectsOf(filters.projects, connectionProjects)
  const scope: Scope = {}
  for (const name of Object.keys(kind.planFilters ?? {}) as PlanFilterName[]) {
    const words = wordsOf(kind, name, filters[name])
    if (words) scope[name] = words
  }
  const names = rulesFor(kind, rules).map((rule) => rule.name)
  return orderedScope(names.length > 0 ? { ...scope, rules: names } : scope)
}

/** The projects of a plan that its connection may see; without any it would bring in nothing, which is refused. */
function projectsOf(wanted: readonly string[] | undefined, allowed: readonly string[]): readonly string[] | undefined {
  if (!wanted?.length) return allowed.length > 0 ? allowed : undefined
  if (allowed.length === 0) return wanted
  const both = wanted.filter((id) => allowed.includes(id))
  if (both.length > 0) return both
  const next = 'Choose projects that the connection is limited to, or none.'
  throw new Refused('nothing-to-bring-in', `The plan and its connection have no project in common. ${next}`)
}

/** The words of a filter as a kind has them; undefined where they would let everything through. */
function wordsOf(
  kind: Kind,
  name: PlanFilterName,
  wanted: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!wanted?.length) return undefined
  if (name !== 'severities') return wanted
  const known = kind.columns[kind.planFilters?.severities?.column ?? '']?.values ?? []
  // Issues say INFORMATIONAL where vulnerabilities say NONE.
  const words = wanted.map((word) => (word === 'INFORMATIONAL' && !known.includes(word) ? 'NONE' : word))
  return known.every((word) => words.includes(word)) ? undefined : words
}

/** Refuses a plan that cannot have a scope on its connection. */
export function checkScopes(plan: PlanContent, connectionProjects: readonly string[]): void {
  for (const kind of plan.kinds) scopeOf(kindNamed(kind), plan, connectionProjects)
}

/** Refuses a plan whose options leave nothing to bring in. */
export function checkContent(plan: PlanContent): void {
  const template = templateNamed(plan.template)
  const lettingIn = Object.entries(template.options).filter(([, option]) => option.on?.assetTypes)
  if (lettingIn.length === 0 || lettingIn.some(([name, option]) => plan.options[name] ?? option.default)) return
  const names = lettingIn.map(([name]) => name).join(' or ')
  throw new Refused('nothing-to-bring-in', `With these options nothing would come in. Turn on ${names}.`)
}
