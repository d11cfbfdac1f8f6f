import type { FindingFace, Kind } from '../../kinds/kind.ts'
import { FINDING_KINDS } from '../../kinds/kinds.ts'
import { talliedFields } from '../kind-summary.ts'
import { FINDING_COLUMNS, rankOf } from '../kind-table.ts'
import { literal, quoted, sqlName } from '../sql-name.ts'
import { LOCAL_STATUS_FIELD, localStatusSql, ranksOf, summariesFor } from './kind-relation.ts'
import type { Row } from './list-rows.ts'
import { type Branch, CONNECTION_FIELD, type Field, field, fieldMap, PG_TYPES, type Relation } from './relation.ts'

const ABOUT: Readonly<Record<(typeof FINDING_COLUMNS)[number], string>> = {
  title: 'What was found.',
  severity: 'How bad it is.',
  status: 'Where it stands.',
  rule: 'The rule or catalogue entry that found it.',
  assetId: 'The resource it is on.',
  assetName: 'The name of that resource.',
  assetType: 'What that resource is.',
  platform: 'The cloud that resource is in.',
  projectIds: 'The Wiz projects it belongs to.',
  detectedAt: 'When Wiz first saw it.',
  updatedAt: 'When Wiz last touched it.',
  resolvedAt: 'When it was resolved.',
  dueAt: 'When it has to be fixed.',
}
const SEARCHED: readonly string[] = ['title', 'rule', 'assetId', 'assetName']

/**
 * All findings as one list, the same that the view `finding` shows. It asks the tables behind the view by themselves,
 * so that each of them can answer from its own index.
 */
export const findingRelation: Relation<Row> = {
  name: 'finding',
  fields: fieldMap([
    CONNECTION_FIELD,
    field('kind', 'text', 'The kind of finding.', { values: FINDING_KINDS.map((kind) => kind.name) }),
    field('id', 'text', 'Wiz id of the finding.', { isSearched: true }),
    ...FINDING_COLUMNS.map(findingField),
    LOCAL_STATUS_FIELD,
  ]),
  branches: FINDING_KINDS.map(findingBranch),
  key: ['id', 'kind'],
  order: ['severity:desc', 'detectedAt:desc'],
  followedBy: { severity: 'detectedAt' },
  projects: 'projectIds',
}

function findingField(name: (typeof FINDING_COLUMNS)[number]): Field {
  const columns = FINDING_KINDS.flatMap((kind) => kind.columns[faceOf(kind)[name] ?? ''] ?? [])
  const type = columns[0]?.type ?? 'text'
  const lists = columns.map((column) => column.values ?? [])
  return {
    name,
    type,
    pgType: PG_TYPES[type],
    about: ABOUT[name],
    isNullable: true,
    values: lists.every((values) => values.length > 0) ? [...new Set(lists.flat())] : undefined,
    ranks: columns.every((column) => column.isRanked) ? Object.assign({}, ...lists.map(ranksOf)) : undefined,
    isSearched: SEARCHED.includes(name),
  }
}

function findingBranch(kind: Kind): Branch {
  const face = faceOf(kind)
  const sqlOf = (name: (typeof FINDING_COLUMNS)[number]) => {
    const column = face[name]
    return column === undefined ? 'NULL::timestamptz' : `t.${quoted(sqlName(column))}`
  }
  const tallied = FINDING_COLUMNS.filter((name) => talliedFields(kind).includes(face[name] ?? ''))
  return {
    table: quoted(kind.table),
    connection: 't.connection_id',
    columns: {
      connection: 'c.name',
      kind: `${literal(kind.name)}::text`,
      id: 't.id',
      ...Object.fromEntries(FINDING_COLUMNS.map((name) => [name, sqlOf(name)])),
      localStatus: localStatusSql(face.status),
    },
    ranks: { severity: `t.${rankOf(quoted(sqlName(face.severity)))}` },
    ...summariesFor(kind, ['kind', ...tallied]),
  }
}

function faceOf(kind: Kind): FindingFace {
  if (!kind.finding) throw new Error(`${kind.name} is no finding`)
  return kind.finding
}
