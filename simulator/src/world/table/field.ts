import { formatNullable, type Micros, parseTimestamp } from '../time/timestamp.ts'
import { Column } from './column.ts'

/** A node field that lives in a column: how its value becomes a number. */
export interface Field {
  column: Column
  encode(value: unknown): number
}

/** An enum held as an index into its words. */
export interface EnumField<Word extends string> extends Field {
  word(row: number): Word
  /** The index of a word, -1 when there is no such word. */
  index(word: string): number
}

/** A timestamp or null. */
interface TimeField extends Field {
  at(row: number): Micros
  text(row: number): string | null
}

/** A column of words; words that a test invents are taken in, as an API may grow them too. */
export function enumField<Word extends string>(words: readonly Word[], capacity: number): EnumField<Word> {
  const column = new Column('u8', capacity)
  const known: string[] = [...words]
  return {
    column,
    encode: (value) => {
      const index = known.indexOf(String(value))
      return index >= 0 ? index : known.push(String(value)) - 1
    },
    word: (row) => known[column.at(row)] as Word,
    index: (word) => known.indexOf(word),
  }
}

/** A column of points in time. */
export function timeField(capacity: number): TimeField {
  const column = new Column('f64', capacity)
  return {
    column,
    encode: (value) => {
      if (value === null || value === undefined) return Number.NaN
      if (value instanceof Date) return value.getTime() * 1000
      const at = parseTimestamp(String(value))
      if (at === undefined) throw new Error(`Give an RFC 3339 timestamp instead of ${JSON.stringify(value)}.`)
      return at
    },
    at: (row) => column.at(row),
    text: (row) => formatNullable(column.at(row)),
  }
}

/** A column of yes and no. */
export function flagField(capacity: number): Field {
  return { column: new Column('u8', capacity), encode: (value) => (value ? 1 : 0) }
}
