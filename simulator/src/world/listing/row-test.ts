import type { EnumField } from '../table/field.ts'
import { DAY, HOUR, MINUTE, type Micros, parseTimestamp } from '../time/timestamp.ts'

/** Whether a row is wanted. */
export type RowTest = (row: number) => boolean

/** A filter as it came in: input object members by name. */
export type Filter = Record<string, unknown>

/** What each member of a filter means; a test, or null when the value asks for everything. */
export type FilterMembers = Record<string, (value: never, filter: Filter) => RowTest | null>

/** A filter value that cannot be answered, in the words the client gets to read. */
export class FilterRefused extends Error {}

/** Turns a filter into one test; members that are null or left out ask for everything. */
export function compileFilter(members: FilterMembers, filter: Filter | null | undefined): RowTest | null {
  if (!filter) return null
  const tests: RowTest[] = []
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue
    const member = members[name]
    if (!member) throw new FilterRefused(`filter "${name}" is not supported`)
    // The schema has seen to it that each member holds what its test takes.
    const test = member(value as never, filter)
    if (test) tests.push(test)
  }
  return allOf(tests)
}

/** One test for all of several; null when there are none. */
export function allOf(tests: readonly (RowTest | null | undefined)[]): RowTest | null {
  const real = tests.filter((test) => test !== null && test !== undefined)
  const [first, second] = real
  if (!first) return null
  if (!second) return first
  return (row) => real.every((test) => test(row))
}

/** Equal to one of some words of an enum column; an empty list asks for everything. */
export function oneOfWords(field: EnumField<string>, words: readonly string[]): RowTest | null {
  if (words.length === 0) return null
  const wanted = new Set(words.map((word) => field.index(word)))
  return (row) => wanted.has(field.column.at(row))
}

/** Equal to one of some texts; an empty list asks for everything. */
export function oneOf(read: (row: number) => unknown, values: readonly unknown[]): RowTest | null {
  if (values.length === 0) return null
  const wanted = new Set(values)
  return (row) => wanted.has(read(row))
}

/** A truth value that must be so. */
export function isSo(read: (row: number) => unknown, wanted: boolean): RowTest {
  return (row) => Boolean(read(row)) === wanted
}

/** A newer comparator: equals, notEquals, contains; texts are compared without case by `contains` only. */
export interface Comparator {
  equals?: readonly string[] | null
  notEquals?: readonly string[] | null
  contains?: readonly string[] | null
}

/** What a comparator says of a text; null never equals and never contains. */
export function compared(read: (row: number) => unknown, { equals, notEquals, contains }: Comparator): RowTest | null {
  const parts = contains?.map((part) => part.toLowerCase())
  return allOf([
    equals ? oneOf(read, equals) : null,
    notEquals && notEquals.length > 0 ? (row) => !notEquals.includes(String(read(row))) : null,
    parts && parts.length > 0
      ? (row) => {
          const text = read(row)
          return typeof text === 'string' && parts.some((part) => text.toLowerCase().includes(part))
        }
      : null,
  ])
}

/** A date filter as it came in. */
export interface DateFilter {
  after?: string | null
  before?: string | null
  inLast?: { amount: number; unit: string } | null
}

const units: Record<string, Micros> = {
  DurationFilterValueUnitDays: DAY,
  DurationFilterValueUnitHours: HOUR,
  DurationFilterValueUnitMinutes: MINUTE,
}

const instant = (text: string): Micros => {
  const at = parseTimestamp(text)
  if (at === undefined) throw new FilterRefused(`"${text}" is not a valid DateTime`)
  return at
}

/** The open interval a date filter stands for. */
export function boundsOf(filter: DateFilter, now: Micros): { after: Micros; before: Micros } {
  const unit = units[filter.inLast?.unit ?? '']
  const last = filter.inLast && unit ? now - filter.inLast.amount * unit : Number.NEGATIVE_INFINITY
  const after = Math.max(last, filter.after ? instant(filter.after) : Number.NEGATIVE_INFINITY)
  return { after, before: filter.before ? instant(filter.before) : Number.POSITIVE_INFINITY }
}

/** Strictly after and strictly before, to the microsecond; a row without the date never matches. */
export function within(at: (row: number) => Micros, filter: DateFilter, now: Micros): RowTest {
  const { after, before } = boundsOf(filter, now)
  // NaN, which stands for null, is neither greater nor less than anything.
  return (row) => at(row) > after && at(row) < before
}

/** Any of some texts holds the words, without case. */
export function found(texts: (row: number) => readonly unknown[], search: string): RowTest | null {
  const wanted = search.trim().toLowerCase()
  if (wanted === '') return null
  return (row) => texts(row).some((text) => typeof text === 'string' && text.toLowerCase().includes(wanted))
}
