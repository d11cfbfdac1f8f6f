import type { ColumnType } from '../../kinds/column.ts'

/** Something of a row that can be shown, filtered and sorted by. */
export interface Field {
  readonly name: string
  readonly type: ColumnType
  /** Its type in PostgreSQL, for parameters that are compared with it. */
  readonly pgType: string
  readonly about: string
  readonly isNullable: boolean
  /** The known values, where there are some. */
  readonly values?: readonly string[] | undefined
  /** What each known value counts for; such a field sorts and compares by this instead of by its letters. */
  readonly ranks?: Readonly<Record<string, number>> | undefined
  /** A search looks into it. */
  readonly isSearched?: boolean
  /** It tells about the objects of all projects: unknown to whoever is limited to some. */
  readonly isTotal?: boolean
}

/** One table that rows come from, as the alias `t`, beside the connection they belong to, as the alias `c`. */
export interface Branch {
  readonly table: string
  /** The id of a row's connection, in SQL. */
  readonly connection: string
  /** Each field in SQL. */
  readonly columns: Readonly<Record<string, string>>
  /** The rank of each ranked field in SQL. */
  readonly ranks?: Readonly<Record<string, string>>
  /** Where its rows are counted as they are written, and what is told apart there, in the same SQL. */
  readonly tally?: Tally | undefined
  /** Where its names are kept, and the fields that lead from them to rows. */
  readonly names?: { readonly table: string; readonly anchors: readonly Anchor[] } | undefined
}

/** The counts of a table. */
export interface Tally {
  readonly table: string
  readonly fields: ReadonlySet<string>
  /** The statement that puts equal rows together. */
  readonly settle: string
}

/** A field that rows are found by, and its column. */
interface Anchor {
  readonly field: string
  readonly column: string
}

/** What can be listed: rows that look like `R`, from one table or from several that answer the same questions. */
export interface Relation<R extends object = object> {
  /** Never set: only the type checker asks, to know the rows by the relation they were read from. */
  readonly row?: R
  readonly name: string
  readonly fields: ReadonlyMap<string, Field>
  readonly branches: readonly Branch[]
  /** The fields that, together with the connection, no two rows share. */
  readonly key: readonly string[]
  /** The order when none is asked for, as `field` or `field:desc`. */
  readonly order: readonly string[]
  /** By what rows go on that are equal in a field, where that is all they are sorted by: an index has them so. */
  readonly followedBy?: Readonly<Record<string, string>>
  /** The field that says in which Wiz projects a row is; without one, nobody who is limited to projects may see it. */
  readonly projects?: string | undefined
  /** Its rows tell nothing about objects of Wiz, so being limited to projects hides none of them. */
  readonly holdsNoObjects?: boolean
  /** Rows hold the whole node of Wiz beside their fields. */
  readonly hasRaw?: boolean
}

/** The fields of a relation by their names. */
export function fieldMap(fields: readonly Field[]): ReadonlyMap<string, Field> {
  return new Map(fields.map((field) => [field.name, field]))
}

/** A column of our own tables: shown as it is, never null unless said so. */
export function field(
  name: string,
  type: ColumnType,
  about: string,
  options: {
    pgType?: string
    isNullable?: boolean
    values?: readonly string[]
    isSearched?: boolean
    isTotal?: boolean
  } = {},
): Field {
  return { name, type, about, pgType: options.pgType ?? PG_TYPES[type], isNullable: false, ...options }
}

/** How each type is compared in PostgreSQL. */
export const PG_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  time: 'timestamptz',
  number: 'double precision',
  boolean: 'boolean',
  texts: 'text[]',
  json: 'jsonb',
}

/** The connection of a row, by its name: a field of every relation. */
export const CONNECTION_FIELD = field('connection', 'text', 'The connection it came through.')
