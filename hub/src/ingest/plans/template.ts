import type { PlanFilters } from './plan-scope.ts'

/** What an option changes about what comes in. */
interface OptionEffect {
  readonly rules?: readonly string[]
  readonly assetTypes?: readonly string[]
}

/** Something of a plan that is on or off. */
interface PlanOption {
  readonly label: string
  readonly about: string
  readonly default: boolean
  readonly on?: OptionEffect
  readonly off?: OptionEffect
}

/** A plan to start from. */
export interface PlanTemplate {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly kinds: readonly string[]
  readonly filters: PlanFilters
  /** Rules that all plans of the template have. */
  readonly rules: readonly string[]
  readonly options: Readonly<Record<string, PlanOption>>
  /** In words such as `every 6 hours`; see `parseSchedule`. */
  readonly schedule: string
  /** The OAuth scopes to tick in Wiz. */
  readonly scopes: readonly string[]
}
