import type { Plan } from '../../api/types.ts'
import { type Choices, FILTERS, type FilterName, type Filters, type PlanTemplate } from './plan-template.ts'
import { type Schedule, scheduleOf, scheduleProblem, scheduleText } from './schedule.ts'

/** What somebody chose for a plan. */
export interface PlanChoice {
  readonly template: string
  readonly name: string
  readonly kinds: readonly string[]
  /** What is let through; all the words there are where a limit has a fixed set of them and is not set. */
  readonly filters: Readonly<Record<FilterName, readonly string[]>>
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
    options: Object.fromEntries(template.options.map((option) => [option.name, option.default])),
    schedule: scheduleOf(template.schedule),
    timeZone: 'UTC',
    enabled: true,
  }
}

/** A plan as it is, before anything of it was changed. */
export function choiceOfPlan(plan: Plan, choices: Choices): PlanChoice {
  const { template, name, kinds, filters, options, schedule, timeZone, enabled } = plan
  const shown = shownFilters(filters, choices)
  return { template, name, kinds, filters: shown, options, schedule: scheduleOf(schedule), timeZone, enabled }
}

/** Limits that have a fixed set of words are shown as boxes, and without a limit all of them are ticked. */
function shownFilters(filters: Filters, { severities, statuses }: Choices): PlanChoice['filters'] {
  const { projects = [], platforms = [], assetTypes = [] } = filters
  return {
    projects,
    platforms,
    assetTypes,
    severities: filters.severities ?? severities,
    statuses: filters.statuses ?? statuses,
  }
}

/** The choice as the API takes it, without its name and whether it is on. */
export function wishesOf({ kinds, filters, options, schedule, timeZone }: PlanChoice, choices: Choices) {
  const { severities, statuses } = choices
  const names = (isOn: boolean) => Object.keys(options).filter((name) => options[name] === isOn)
  return {
    kinds,
    ...filters,
    severities: filters.severities.length === severities.length ? [] : filters.severities,
    statuses: filters.statuses.length === statuses.length ? [] : filters.statuses,
    on: names(true),
    off: names(false),
    schedule: scheduleText(schedule),
    timeZone,
  }
}

/** A field of the form. */
export type FieldName = 'name' | 'kinds' | 'schedule' | FilterName

/** What is wrong with a choice, by field. */
export type Problems = Readonly<Partial<Record<FieldName, string>>>

/** What can be said about a choice before the server is asked. */
export function problemsOf(choice: PlanChoice, choices: Choices): Problems {
  const { name, kinds, filters, schedule } = choice
  const found: [FieldName, string | undefined][] = [
    [
      'name',
      name === '' || /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)
        ? undefined
        : 'Letters, digits, ".", "_" and "-", up to 63; a letter or digit first.',
    ],
    ['kinds', kinds.length > 0 ? undefined : 'Choose at least one kind.'],
    ['schedule', scheduleProblem(schedule)],
    ...FILTERS.map((filter): [FieldName, string | undefined] => [filter, filterProblem(filter, filters[filter])]),
  ]
  const meant = new Set<string>(filtersOf(kinds, choices).map((filter) => filter.name))
  return Object.fromEntries(
    found.filter(([field, problem]) => problem && (meant.has(field) || !FILTERS.some((filter) => filter === field))),
  )
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
