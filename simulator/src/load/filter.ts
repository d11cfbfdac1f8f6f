import { type Micros, parseTimestamp } from '../world/time/timestamp.ts'
import type { LoadRoot } from './load-root.ts'

/** A time window, open at both ends: neither bound belongs to it. */
export interface Window {
  after: Micros
  before: Micros
}

/** A filter as load mode understands it. */
export interface Filter {
  created: Window
  /** Null when not asked for; a window also orders by the time of change. */
  changed: Window | null
  statuses: readonly string[] | null
  severities: readonly string[] | null
  ids: readonly string[] | null
}

const ALWAYS: Window = { after: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function bound(value: unknown, standard: Micros): Micros {
  if (value == null) return standard
  const at = typeof value === 'string' ? parseTimestamp(value) : undefined
  if (at === undefined) throw new TypeError(`${JSON.stringify(value)} is not a timestamp`)
  return at
}

function windowOf(name: string, value: unknown): Window {
  if (!isObject(value)) return ALWAYS
  const { after, before, ...rest } = value
  if (Object.keys(rest).length > 0) throw new TypeError(`load mode filters ${name} by after and before only`)
  return { after: bound(after, ALWAYS.after), before: bound(before, ALWAYS.before) }
}

const wordsOf = (value: unknown): readonly string[] | null => {
  if (value == null) return null
  const list: unknown = isObject(value) && 'equals' in value ? value.equals : value
  return (Array.isArray(list) ? list : [list]).map(String)
}

/** Reads `filterBy`; throws a sentence for what load mode does not know. */
export function readFilter(root: LoadRoot, filterBy: unknown): Filter {
  const filter: Filter = { created: ALWAYS, changed: null, statuses: null, severities: null, ids: null }
  for (const [name, value] of Object.entries(isObject(filterBy) ? filterBy : {})) {
    if (value == null) continue
    if (name === root.created.filter) filter.created = windowOf(name, value)
    else if (name === root.changed.filter) filter.changed = windowOf(name, value)
    else if (name === 'status') filter.statuses = wordsOf(value)
    else if (name === 'severity') filter.severities = wordsOf(value)
    else if (name === 'id') filter.ids = wordsOf(value)
    else throw new TypeError(`load mode does not know the filter "${name}"`)
  }
  return filter
}
