/** How a column is stored in PostgreSQL. */
export type ColumnType = 'text' | 'time' | 'number' | 'boolean' | 'texts' | 'json'

/** One typed column of a kind: where it is found in the raw node and what it means. */
export interface Column {
  readonly type: ColumnType
  /** Where in the node, e.g. `entitySnapshot.id`, or `projects[].id` for all ids of a list. */
  readonly path: string
  /** One sentence for people: shown in the reference page, the API documentation and column choosers. */
  readonly about: string
  /** Whether Wiz may send null here; must say what `schema/wiz.graphql` says. */
  readonly isNullable: boolean
  /** Filtered or sorted by often enough to deserve an index. */
  readonly isIndexed: boolean
  /** A change of this column is written to the history. */
  readonly isTracked: boolean
  /** The known values, from mildest to worst where the order means something. */
  readonly values?: readonly string[]
  /** Sorts by the order of `values` instead of by letters. */
  readonly isRanked: boolean
}

/** A column under construction: each word returns a changed copy. */
export interface ColumnBuilder extends Column {
  nullable(): ColumnBuilder
  index(): ColumnBuilder
  tracked(): ColumnBuilder
  ranked(): ColumnBuilder
}

function build(column: Column): ColumnBuilder {
  return {
    ...column,
    nullable: () => build({ ...column, isNullable: true }),
    index: () => build({ ...column, isIndexed: true }),
    tracked: () => build({ ...column, isTracked: true }),
    ranked: () => build({ ...column, isRanked: true }),
  }
}

const start =
  (type: ColumnType) =>
  (path: string, about: string): ColumnBuilder =>
    build({ type, path, about, isNullable: false, isIndexed: false, isTracked: false, isRanked: false })

/** Words, ids and names. */
export const text = start('text')
/** An RFC 3339 moment, kept with microseconds. */
export const time = start('time')
/** A number, whole or not. */
export const number = start('number')
/** Yes or no. */
export const boolean = start('boolean')
/** A list of words, e.g. the ids of all projects. */
export const texts = start('texts')
/** A JSON object that people look at whole, e.g. tags. */
export const json = start('json')

/** One of a known set of words; a word that Wiz adds later is kept, and noted in the receipt. */
export function oneOf(path: string, about: string, values: readonly string[]): ColumnBuilder {
  return build({ ...text(path, about), values })
}
