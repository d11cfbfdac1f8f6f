import { type Choices, FILTERS, type FilterName, type Filters } from './plan-template.ts'

/** The limits of single kinds, where they differ from those of the plan. */
export type Selectors = Readonly<Record<string, Filters>>

/** A limit of one kind. */
export interface Selector {
  readonly kind: string
  readonly name: FilterName
  readonly values: readonly string[]
}

/** The limits of single kinds one by one; those with a fixed set of words have all of them where nothing is limited. */
export function selectorsOf(selectors: Selectors, choices: Choices): readonly Selector[] {
  return Object.entries(selectors).flatMap(([kind, filters]) =>
    FILTERS.flatMap((name) => {
      const values = filters[name]
      return values ? [{ kind, name, values: values.length === 0 ? everything(name, choices) : values }] : []
    }),
  )
}

/** All the words of a limit that has a fixed set of them. */
export function everything(name: FilterName, choices: Choices): readonly string[] {
  return name === 'severities' || name === 'statuses' ? choices[name] : []
}

/** What can be limited for a kind alone and is not yet. */
export function freeFilters(kind: string, selectors: readonly Selector[], choices: Choices): readonly FilterName[] {
  const meant = choices.kinds.find(({ name }) => name === kind)?.filters ?? []
  return meant.map(({ name }) => name).filter((name) => !isSet(selectors, kind, name))
}

/** The changes that lead from one set of limits to another, as the API reads them. */
export function selectorChanges(
  before: readonly Selector[],
  after: readonly Selector[],
  kinds: readonly string[],
  choices: Choices,
): string[] {
  const wanted = after.filter(({ kind }) => kinds.includes(kind))
  const dropped = before.filter(({ kind, name }) => kinds.includes(kind) && !isSet(wanted, kind, name))
  return [
    ...wanted.map(
      ({ kind, name, values }) => `${kind}.${name}=${isAll(name, values, choices) ? '*' : values.join(',')}`,
    ),
    ...dropped.map(({ kind, name }) => `${kind}.${name}=`),
  ]
}

function isSet(selectors: readonly Selector[], kind: string, name: FilterName): boolean {
  return selectors.some((each) => each.kind === kind && each.name === name)
}

function isAll(name: FilterName, values: readonly string[], choices: Choices): boolean {
  return values.length === everything(name, choices).length
}
