import type { Plan, Template } from '../../api/types.ts'

/** The limits a plan can have. */
export const FILTERS = ['projects', 'severities', 'statuses', 'platforms', 'assetTypes'] as const
export type FilterName = (typeof FILTERS)[number]

/** Limits by name; an absent one lets everything through. */
export type Filters = Readonly<Partial<Record<FilterName, readonly string[]>>>

/** A plan with the limits of its single kinds. */
export interface ShownPlan extends Plan {
  readonly selectors: Readonly<Record<string, Filters>>
}

/** A template with the limits it begins with. */
export interface PlanTemplate extends Template {
  readonly filters: Filters
}

/** What a plan can choose from. */
export interface Choices {
  readonly kinds: readonly {
    readonly name: string
    readonly about: string
    readonly scopes: readonly string[]
    readonly filters: readonly { readonly name: FilterName; readonly byWiz: boolean }[]
  }[]
  readonly severities: readonly string[]
  readonly statuses: readonly string[]
  readonly platforms: readonly string[]
}

/** The templates, and what their plans can choose from. */
export interface Templates {
  readonly items: readonly PlanTemplate[]
  readonly choices: Choices
}
