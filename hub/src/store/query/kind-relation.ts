import type { Column } from '../../kinds/column.ts'
import type { Kind } from '../../kinds/kind.ts'
import { LOCAL_STATUSES } from '../../kinds/local-status.ts'
import { anchorsOf, nameTable, searchedFields } from '../kind-names.ts'
import { isTallied, settleTally, talliedFields, tallyTable } from '../kind-summary.ts'
import { rankOf, sqlColumns } from '../kind-table.ts'
import { literal, quoted, sqlName } from '../sql-name.ts'
import type { Row } from './list-rows.ts'
import { type Branch, CONNECTION_FIELD, type Field, field, fieldMap, type Relation } from './relation.ts'

/** What the store knows of every row beside what Wiz says. */
const STORED_FIELDS: readonly Field[] = [
  field('storedAt', 'time', 'When it was first stored here.'),
  field('writtenAt', 'time', 'When it last changed here.'),
  field('absentRun', 'number', 'The run that no longer found it; it goes when the next one confirms that.', {
    pgType: 'bigint',
    isNullable: true,
  }),
]

/** Where a finding stands, in our words. */
export const LOCAL_STATUS_FIELD: Field = field('localStatus', 'text', 'Where it stands, as it is called here.', {
  isNullable: true,
  values: Object.values(LOCAL_STATUSES),
})

/** The status of Wiz in our words, in SQL. */
export function localStatusSql(status: string): string {
  const words = Object.entries(LOCAL_STATUSES).map(([wiz, own]) => `WHEN ${literal(wiz)} THEN ${literal(own)}`)
  return `(CASE t.${quoted(sqlName(status))} ${words.join(' ')} END)`
}

/** A row of a kind of findings with its status in our words. */
export function withLocalStatus(kind: Kind, row: Row): Row {
  if (!kind.finding) return row
  return { ...row, localStatus: LOCAL_STATUSES[String(row[kind.finding.status])] ?? null }
}

const made = new Map<string, Relation<Row>>()

/** The rows of a kind, as a list. */
export function kindRelation(kind: Kind): Relation<Row> {
  const relation = made.get(kind.name) ?? makeRelation(kind)
  made.set(kind.name, relation)
  return relation
}

function makeRelation(kind: Kind): Relation<Row> {
  const columns = sqlColumns(kind)
  const stored = STORED_FIELDS.map(({ name }) => [name, `t.${quoted(sqlName(name))}`])
  return {
    name: kind.name,
    fields: fieldMap([
      CONNECTION_FIELD,
      ...columns.map(({ name, type, column }) => kindField(kind, name, type, column)),
      ...(kind.finding ? [LOCAL_STATUS_FIELD] : []),
      ...STORED_FIELDS,
    ]),
    branches: [
      {
        table: quoted(kind.table),
        connection: 't.connection_id',
        columns: {
          connection: 'c.name',
          ...Object.fromEntries(columns.map(({ name, sql }) => [name, `t.${sql}`])),
          ...(kind.finding && { localStatus: localStatusSql(kind.finding.status) }),
          ...Object.fromEntries(stored),
        },
        ranks: Object.fromEntries(
          columns.filter(({ column }) => column.isRanked).map(({ name, sql }) => [name, `t.${rankOf(sql)}`]),
        ),
        ...summariesFor(kind, talliedFields(kind)),
      },
    ],
    key: ['id'],
    order: orderOf(kind),
    ...(kind.finding && { followedBy: { [kind.finding.severity]: kind.finding.detectedAt } }),
    projects: projectsOf(kind),
    hasRaw: true,
  }
}

/** What is kept beside the rows of a kind; `tallied` are the fields that its tally tells apart, as they are called here. */
export function summariesFor(kind: Kind, tallied: readonly string[]): Pick<Branch, 'tally' | 'names'> {
  const anchors = anchorsOf(kind, searchedFields(kind))
  const known = ['connection', ...(kind.finding ? ['localStatus'] : []), ...tallied]
  return {
    tally: isTallied(kind) ? { table: tallyTable(kind), fields: new Set(known), settle: settleTally(kind) } : undefined,
    names: kind.finding && {
      table: nameTable(kind),
      anchors: anchors.map(({ field }) => ({ field, column: `t.${quoted(sqlName(field))}` })),
    },
  }
}

/** A column of a kind as a field; all but the id can be null, because what cannot be read is left out. */
function kindField(kind: Kind, name: string, pgType: string, column: Column): Field {
  const { type, about, values, isRanked } = column
  return {
    name,
    type,
    pgType,
    about,
    values,
    ranks: isRanked ? ranksOf(values ?? []) : undefined,
    isNullable: name !== 'id',
    isSearched: searchedFields(kind).includes(name),
  }
}

/** What each value counts for, as the generated column of the table has it. */
export function ranksOf(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(values.map((value, index) => [value, index + 1]))
}

// The first of these that a kind has is when people would say that something happened to it.
const NEWS = ['updatedAt', 'createdAt', 'firstSeenAt', 'firstDetectedAt', 'lastRunAt']

function orderOf(kind: Kind): string[] {
  const news = NEWS.find((name) => name in kind.columns)
  return news ? [`${news}:desc`] : [kind.title]
}

function projectsOf(kind: Kind): string | undefined {
  return kind.planFilters?.projects?.column ?? ['projectIds', 'projectId'].find((name) => name in kind.columns)
}
