import type { Column } from '../kinds/column.ts'
import type { FindingFace, Kind } from '../kinds/kind.ts'
import { FINDING_KINDS } from '../kinds/kinds.ts'
import { literal, quoted, sqlName } from './sql-name.ts'

const SQL_TYPES: Record<Column['type'], string> = {
  text: 'text',
  time: 'timestamptz',
  number: 'double precision',
  boolean: 'boolean',
  texts: 'text[]',
  json: 'jsonb',
}

/** A column of a kind's table as PostgreSQL has it. */
export interface SqlColumn {
  /** The name the kind, the API and the UI use. */
  readonly name: string
  readonly sql: string
  readonly type: string
  readonly column: Column
}

/** The typed columns of a kind's table, in the order of the declaration; `id` is the first. */
export function sqlColumns(kind: Kind): readonly SqlColumn[] {
  return Object.entries(kind.columns).map(([name, column]) => ({
    name,
    sql: quoted(sqlName(name)),
    type: SQL_TYPES[column.type],
    column,
  }))
}

/** The column that sorts a ranked one by its meaning. */
export function rankOf(sql: string): string {
  return quoted(`${sql.replaceAll('"', '')}_rank`)
}

/** A number for a list of projects, in SQL: whoever may see some of the lists finds their rows by it in an index. */
export function projectSetOf(projects: string): string {
  // A list can be longer than an index takes. The same function places rows in hash partitions, so it stays as it is.
  return `hash_array_extended(${projects}, 0)`
}

/** The definition of the number that the projects of a finding have. */
export function projectSetLines({ finding }: Kind): string[] {
  if (!finding) return []
  return [`project_set bigint GENERATED ALWAYS AS (${projectSetOf(quoted(sqlName(finding.projectIds)))}) STORED`]
}

/** The statements that create the table of a kind. */
export function createKindTable(kind: Kind): string {
  const table = quoted(kind.table)
  const columns = sqlColumns(kind).filter(({ name }) => name !== 'id')
  const lines = [
    // No foreign key: it would be checked for each of a million rows; purging a connection deletes them by name.
    'connection_id bigint NOT NULL',
    'id text NOT NULL',
    ...columns.flatMap(columnLines),
    ...projectSetLines(kind),
    // Text that is checked and kept as it came: taking it apart into jsonb took a quarter of the time of a first sync.
    'raw json NOT NULL',
    'hash uuid NOT NULL',
    'observed_at timestamptz NOT NULL',
    'stored_at timestamptz NOT NULL DEFAULT now()',
    'written_at timestamptz NOT NULL DEFAULT now()',
    'written_run bigint',
    'absent_run bigint',
    'PRIMARY KEY (connection_id, id)',
  ]
  const indexes = createIndexes(kind)
  return [
    `CREATE TABLE ${table} (\n  ${lines.join(',\n  ')}\n);`,
    // Out of the way of scans, and not compressed: that took most of the time of a first sync.
    `ALTER TABLE ${table} ALTER COLUMN raw SET STORAGE EXTERNAL;`,
    ...indexes,
    ...createComments(kind),
  ].join('\n')
}

/** The definition of a column, and of the rank beside it where its order means something. */
export function columnLines({ sql, type, column }: SqlColumn): string[] {
  if (!column.isRanked) return [`${sql} ${type}`]
  const values = (column.values ?? []).map(literal).join(', ')
  return [
    `${sql} ${type}`,
    `${rankOf(sql)} smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY[${values}], ${sql}), 0)) STORED`,
  ]
}

/** The statements that create the indexes of a kind's table besides that of its key. */
export function createIndexes(kind: Kind): string[] {
  // That of the order begins with the severity.
  const isWanted = ({ name, column }: SqlColumn) => column.isIndexed && name !== 'id' && name !== kind.finding?.severity
  return [
    ...sqlColumns(kind)
      .filter(isWanted)
      .map((column) => createIndex(kind, column)),
    ...createFindingIndexes(kind),
  ]
}

/** The index of a column: lists of words by their members, everything else in order. */
function createIndex(kind: Kind, { sql, column }: SqlColumn): string {
  const name = quoted(`${kind.table}_by_${sql.replaceAll('"', '')}`)
  if (column.type === 'texts') return `CREATE INDEX ${name} ON ${quoted(kind.table)} USING gin (${sql});`
  const key = column.isRanked ? rankOf(sql) : sql
  return `CREATE INDEX ${name} ON ${quoted(kind.table)} (connection_id, ${key}, id);`
}

/** The statuses of findings that nobody has to act on any more. */
export const CLOSED = "('RESOLVED', 'REJECTED')"

/**
 * The index of the order in which findings are listed, the worst first, and of those the newest; and that of when they
 * were closed. Both hold what the dashboard asks for beside it, so that it need not read the rows.
 */
function createFindingIndexes(kind: Kind): string[] {
  if (!kind.finding) return []
  const { severity, status, rule, assetId, detectedAt, resolvedAt, updatedAt } = kind.finding
  const columns = (...names: (string | undefined)[]) =>
    names.flatMap((name) => (name === undefined ? [] : [quoted(sqlName(name))])).join(', ')
  const index = (name: string) => `CREATE INDEX ${quoted(`${kind.table}_by_${name}`)} ON ${quoted(kind.table)}`
  const order = `connection_id, ${rankOf(columns(severity))}, ${columns(detectedAt)}, id`
  return [
    `${index('order')} (${order}) INCLUDE (${columns(severity, status, rule, assetId)}, project_set);`,
    `${index('closing')} (connection_id, ${columns(resolvedAt, updatedAt)}) INCLUDE (${columns(severity, status, detectedAt)}, project_set) WHERE ${columns(status)} IN ${CLOSED};`,
  ]
}

function createComments(kind: Kind): string[] {
  return [
    `COMMENT ON TABLE ${quoted(kind.table)} IS ${literal(kind.about)};`,
    ...sqlColumns(kind).map(
      ({ sql, column }) => `COMMENT ON COLUMN ${quoted(kind.table)}.${sql} IS ${literal(column.about)};`,
    ),
  ]
}

/** The columns of the view of all findings, besides kind, connection and id. */
export const FINDING_COLUMNS = [
  'title',
  'severity',
  'status',
  'rule',
  'assetId',
  'assetName',
  'assetType',
  'platform',
  'projectIds',
  'detectedAt',
  'updatedAt',
  'resolvedAt',
  'dueAt',
] as const satisfies readonly (keyof FindingFace)[]

/** The view in which all kinds of finding answer the same questions. */
export function createFindingsView(): string {
  const selects = FINDING_KINDS.map((kind) => {
    const face = kind.finding as FindingFace
    const columns = FINDING_COLUMNS.map((name) => {
      const from = face[name]
      const column = from === undefined ? 'NULL::timestamptz' : quoted(sqlName(from))
      return `${column} AS ${quoted(sqlName(name))}`
    })
    const rank = rankOf(quoted(sqlName(face.severity)))
    return `SELECT ${literal(kind.name)}::text AS kind, connection_id, id, ${columns.join(', ')}, ${rank} AS severity_rank, absent_run, project_set\n  FROM ${quoted(kind.table)}`
  })
  return `CREATE OR REPLACE VIEW finding AS\n${selects.join('\nUNION ALL\n')};`
}
