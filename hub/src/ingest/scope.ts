import { connectionOf } from '../kinds/document.ts'
import type { Kind, PlanFilterName } from '../kinds/kind.ts'
import type { ReadNode } from '../kinds/read-node.ts'
import type { Scope } from '../store/scope.ts'
import { type Known, rulesFor } from './plans/rules.ts'

/** The part of a kind that one partition walks. */
export interface Slice {
  /** Between two moments; null is the beginning or the end of time. */
  readonly window?: { readonly after: string | null; readonly before: string | null }
  /** One value of the kind's dimension of values. */
  readonly value?: string
  /** Only what changed after this moment. */
  readonly since?: string
  /** Everything in one chain of pages, however long. */
  readonly whole?: boolean
}

// What moves out of these has to be seen moving: a delta that asked Wiz for them would never hear of it.
const MOVING: readonly string[] = ['statuses', 'severities'] satisfies PlanFilterName[]

/** The `filterBy` of a slice of a kind within a scope. */
export function filterFor(kind: Kind, scope: Scope, slice: Slice): Record<string, unknown> {
  const { always, delta, partitions } = connectionOf(kind)
  const filters: (Record<string, unknown> | undefined)[] = [always]
  for (const [name, wanted] of Object.entries(scope)) {
    if (wanted && !(slice.since && MOVING.includes(name)))
      filters.push(kind.planFilters?.[name as PlanFilterName]?.wiz?.(wanted))
  }
  const byTime = partitions.find((part) => part.by === 'time')
  const byValue = partitions.find((part) => part.by === 'values')
  if (slice.window && byTime) {
    const { after, before } = slice.window
    filters.push({ [byTime.filter]: { ...(after && { after }), ...(before && { before }) } })
  }
  if (slice.value !== undefined && byValue) filters.push(byValue.filter(slice.value))
  if (slice.since && delta) filters.push(delta.always, { [delta.filter]: { after: slice.since } })
  return filters.reduce<Record<string, unknown>>((merged, filter) => merge(merged, filter ?? {}), {})
}

/** Two filters as one: nested objects are joined, of two values for the same field the narrower, later one stands. */
function merge(left: Record<string, unknown>, right: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...left }
  for (const [key, value] of Object.entries(right)) {
    const before = merged[key]
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value
  }
  return merged
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Why a row that Wiz sent lies outside a scope, as a word; undefined when it lies inside. */
export function scopeTest(kind: Kind, scope: Scope): (row: ReadNode, known?: Known) => string | undefined {
  const names = Object.keys(kind.columns)
  const tests = Object.entries(scope).flatMap(([name, wanted]) => {
    const filter = kind.planFilters?.[name as PlanFilterName]
    return filter && wanted ? [{ name, wanted: new Set(wanted), at: names.indexOf(filter.column) }] : []
  })
  const rules = rulesFor(kind, scope.rules).filter((rule) => rule.effect === 'leave-out')
  return (row, known) =>
    tests.find(({ wanted, at }) => {
      const value = row.values[at]
      return Array.isArray(value)
        ? !(value as readonly string[]).some((word) => wanted.has(word))
        : typeof value !== 'string' || !wanted.has(value)
    })?.name ?? rules.find((rule) => rule.applies(kind, row, known))?.name
}

/** Whether a scope lets every row of a kind through that Wiz sends for it, so that none has to be looked at. */
export function letsAllThrough(kind: Kind, scope: Scope): boolean {
  const isLimited = Object.entries(scope).some(([name, wanted]) => wanted && kind.planFilters?.[name as PlanFilterName])
  return !isLimited && rulesFor(kind, scope.rules).length === 0
}

/** Whether a row that is stored already is to stay as it is. */
export function keepTest(kind: Kind, scope: Scope): (row: ReadNode, known?: Known) => boolean {
  const rules = rulesFor(kind, scope.rules).filter((rule) => rule.effect === 'keep')
  return (row, known) => rules.some((rule) => rule.applies(kind, row, known))
}

/** A scope in the one order in which it is kept: the keys as jsonb has them, the words of each by letter. */
export function orderedScope(scope: Scope): Scope {
  const entries = Object.entries(scope).filter(([, words]) => words !== undefined)
  entries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, words]) => [name, [...new Set(words)].sort()]))
}

/** Whether two scopes let the same through. */
export function isSameScope(one: Scope, other: Scope): boolean {
  return JSON.stringify(orderedScope(one)) === JSON.stringify(orderedScope(other))
}
