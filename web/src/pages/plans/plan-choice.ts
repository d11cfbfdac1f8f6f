import {
  type Choices,
  FILTERS,
  type FilterName,
  type Filters,
  type PlanTemplate,
  type ShownPlan,
} from './plan-template.ts'
import { type Schedule, scheduleOf, scheduleProblem, scheduleText } from './schedule.ts'
import { everything, type Selector, selectorChanges, selectorsOf } from './selectors.ts'

/** What somebody chose for a plan. */
export interface PlanChoice {
  readonly template: string
  readonly name: string
  readonly kinds: readonly string[]
  /** What is let through; all the words there are where a limit has a fixed set of them and is not set. */
  readonly filters: Readonly<Record<FilterName, readonly string[]>>
  /** Limits of single kinds, where they differ from those of the plan. */
  readonly selectors: readonly Selector[]
  readonly options: Readonly<Record<string, boolean>>
  readonly schedule: Schedule
  readonly timeZone: string
  readonly enabled: boolean
}

/** A template as it is, before anything of it was changed. */
export function choiceOfTemplate(template: PlanTemplate, choices: Choices): PlanChoice {
  return {
    template: template.name,
    name: '',
    kinds: template.kinds,
    filters: shownFilters(template.filters, choices),
    selectors: [],
    options: Object.fromEntries(template.options.map((option) => [option.name, option.default])),
    schedule: scheduleOf(template.schedule),
    timeZone: 'UTC',
    enabled: true,
  }
}

/** A plan as it is, before anything of it was changed. */
export function choiceOfPlan(plan: ShownPlan, choices: Choices): PlanChoice {
  const { template, name, kinds, options, timeZone, enabled } = plan
  return {
    ...{ template, name, kinds, options, timeZone, enabled },
    filters: shownFilters(plan.filters, choices),
    selectors: selectorsOf(plan.selectors, choices),
    schedule: scheduleOf(plan.schedule),
  }
}

/** Limits that have a fixed set of words are shown as boxes, and without a limit all of them are ticked. */
function shownFilters(filters: Filters, choices: Choices): PlanChoice['filters'] {
  const shown = FILTERS.map((name) => [name, filters[name] ?? everything(name, choices)])
  return Object.fromEntries(shown) as PlanChoice['filters']
}

/** The choice as the API takes it, on top of what it was before; without its name and whether it is on. */
export function wishesOf(choice: PlanChoice, choices: Choices, before?: ShownPlan) {
  const { kinds, filters, options, schedule, timeZone } = choice
  const { severities, statuses } = choices
  const selectors = selectorChanges(selectorsOf(before?.selectors ?? {}, choices), choice.selectors, kinds, choices)
  const names = (isOn: boolean) => Object.keys(options).filter((name) => options[name] === isOn)
  return {
    kinds,
    ...filters,
    severities: filters.severities.length === severities.length ? [] : filters.severities,
    statuses: filters.statuses.length === statuses.length ? [] : filters.statuses,
    selectors,
    on: names(true),
    off: names(false),
    schedule: scheduleText(schedule),
    timeZone,
  }
}

/** A field of the form; limits of single kinds are named with their kind. */
type FieldName = 'name' | 'kinds' | 'schedule' | FilterName | `${string}.${FilterName}`

/** What is wrong with a choice, by field. */
export type Problems = Readonly<Partial<Record<FieldName, string>>>

// As much as the API takes for one kind, less the name of the limit.
const MOST_OF_A_KIND = 1900

/** What can be said about a choice before the server is asked. */
export function problemsOf(choice: PlanChoice, choices: Choices): Problems {
  const { name, kinds, filters, selectors, schedule } = choice
  const meant = filtersOf(kinds, choices).map((filter) => filter.name)
  const found: [FieldName, string | undefined][] = [
    [
      'name',
      name === '' || /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)
        ? undefined
        : 'Letters, digits, ".", "_" and "-", up to 63; a letter or digit first.',
    ],
    ['kinds', kinds.length > 0 ? undefined : 'Choose at least one kind.'],
    ['schedule', scheduleProblem(schedule)],
    ...meant.map((filter): [FieldName, string | undefined] => [filter, filterProblem(filter, filters[filter])]),
    ...selectors
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ kind, name: filter, values }): [FieldName, string | undefined] => [
        `${kind}.${filter}`,
        values.join(',').length > MOST_OF_A_KIND ? 'Too many for one kind.' : filterProblem(filter, values),
      ]),
  ]
  return Object.fromEntries(found.filter(([, problem]) => problem))
}

function filterProblem(filter: FilterName, words: readonly string[]): string | undefined {
  if (filter === 'severities' || filter === 'statuses') {
    return words.length > 0 ? undefined : 'Tick at least one; with all of them ticked there is no limit.'
  }
  if (words.some((word) => word.length > 200)) return 'Each at most 200 characters long.'
  return words.length <= 1000 ? undefined : 'At most 1,000 of them.'
}

/** A limit that means something for some of the chosen kinds. */
export interface MeantFilter {
  readonly name: FilterName
  readonly kinds: readonly string[]
  /** The kinds that Wiz cannot filter by it, so that rows are read and left out here. */
  readonly here: readonly string[]
}

/** The limits that mean something for some of these kinds. */
export function filtersOf(kinds: readonly string[], choices: Choices): readonly MeantFilter[] {
  const chosen = choices.kinds.filter((kind) => kinds.includes(kind.name))
  return FILTERS.map((name) => {
    const meant = chosen.filter((kind) => kind.filters.some((filter) => filter.name === name))
    const here = meant.filter((kind) => kind.filters.some((filter) => filter.name === name && !filter.byWiz))
    return { name, kinds: meant.map((kind) => kind.name), here: here.map((kind) => kind.name) }
  }).filter((filter) => filter.kinds.length > 0)
}
