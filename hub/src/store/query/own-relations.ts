import { CONNECTION_STATUSES, type ConnectionStatus, RUN_STATUSES, type RunStatus } from '../database.ts'
import { LIVES } from '../live-workers.ts'
import { literal, quoted, sqlName } from '../sql-name.ts'
import { type Branch, CONNECTION_FIELD, type Field, field, fieldMap, type Relation } from './relation.ts'

/** A connection as a row. */
export interface ConnectionRow {
  readonly id: number
  readonly name: string
  readonly apiUrl: string
  readonly tokenUrl: string | null
  readonly clientId: string
  readonly projectIds: string[]
  readonly status: ConnectionStatus
  readonly statusReason: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly lastSuccessAt: string | null
  readonly waitingRun: number | null
}

/** The connections themselves, without their secrets. */
export const connectionRelation = own<ConnectionRow>({
  name: 'connection',
  connection: 't.id',
  key: ['id'],
  order: ['name'],
  holdsNoObjects: true,
  fields: [
    field('id', 'number', 'Its number here.', { pgType: 'bigint' }),
    field('name', 'text', 'What it is called here.', { isSearched: true }),
    field('apiUrl', 'text', 'The GraphQL endpoint of the tenant.', { isSearched: true }),
    field('tokenUrl', 'text', 'Where its tokens come from, if that was set by hand.', { isNullable: true }),
    field('clientId', 'text', 'The client id of its service account.', { isSearched: true }),
    field('projectIds', 'texts', 'The Wiz projects it is limited to; none means all.'),
    field('status', 'text', 'How it stands.', { values: CONNECTION_STATUSES }),
    field('statusReason', 'text', 'Why it is not active.', { isNullable: true }),
    field('createdAt', 'time', 'When it was set up.'),
    field('updatedAt', 'time', 'When it was last changed.'),
    field('lastSuccessAt', 'time', 'When a sync of it last was complete.', { isNullable: true }),
    field('waitingRun', 'number', 'The latest run that holds back a removal until somebody decides.', {
      pgType: 'bigint',
      isNullable: true,
    }),
  ],
  computed: {
    waitingRun: `(SELECT max(r.run_id) FROM run JOIN receipt r ON r.run_id = run.id
      WHERE run.connection_id = t.id AND r.held_state = 'waiting')::int`,
  },
})

/** A run as a row. */
export interface RunRow {
  readonly connection: string
  readonly id: number
  readonly action: string
  readonly plan: string | null
  readonly startedBy: string
  readonly status: RunStatus
  readonly errorCode: string | null
  readonly error: string | null
  readonly startedAt: string
  readonly finishedAt: string | null
  readonly durationSeconds: number
  readonly fetched: number | null
  readonly removed: number | null
}

const NOT_FOR_SOME = ' Null for who sees certain projects only.'

// It waits for somebody to work on it, and there is nobody.
const IS_LEFT_ALONE = `t.status = 'queued' AND NOT EXISTS (SELECT FROM worker WHERE ${LIVES})`
const NO_WORKER = 'No worker is running: start "wizbridge serve --role worker" on this database.'

/** The syncs of all connections. */
export const runRelation = own<RunRow>({
  name: 'run',
  connection: 't.connection_id',
  key: ['id'],
  order: ['id:desc'],
  holdsNoObjects: true,
  fields: [
    CONNECTION_FIELD,
    field('id', 'number', 'Its number.', { pgType: 'bigint' }),
    field('action', 'text', 'What it does.'),
    field('plan', 'text', 'The plan it followed, as it was called then.', { isNullable: true }),
    field('startedBy', 'text', 'Who started it; `schedule` where its plan was due.', { isSearched: true }),
    field('status', 'text', 'How it stands, or how it ended.', { values: RUN_STATUSES }),
    field('errorCode', 'text', 'What went wrong, or what it waits for, for machines.', { isNullable: true }),
    field('error', 'text', `What went wrong or, until it has ended, what it waits for.${NOT_FOR_SOME}`, {
      isNullable: true,
      isSearched: true,
      isTotal: true,
    }),
    field('startedAt', 'time', 'When it began; while it is queued, when it was asked for.'),
    field('finishedAt', 'time', 'When it ended.', { isNullable: true }),
    field(
      'durationSeconds',
      'number',
      'How long it took, or takes already; while it is queued, how long it has waited.',
    ),
    field('fetched', 'number', `How many rows it read.${NOT_FOR_SOME}`, { isNullable: true, isTotal: true }),
    field('removed', 'number', `How many rows it removed.${NOT_FOR_SOME}`, { isNullable: true, isTotal: true }),
  ],
  computed: {
    errorCode: `CASE WHEN ${IS_LEFT_ALONE} THEN 'no-worker' ELSE t.error_code END`,
    error: `CASE WHEN ${IS_LEFT_ALONE} THEN ${literal(NO_WORKER)} ELSE t.error END`,
    durationSeconds: `round(extract(epoch FROM coalesce(t.finished_at, now()) - t.started_at), 1)::float8`,
    fetched: `(SELECT coalesce(sum(CASE WHEN r.finished_at IS NULL THEN (
      SELECT sum(p.fetched) FROM run_partition p WHERE p.run_id = r.run_id AND p.kind = r.kind
    ) ELSE r.fetched END), 0) FROM receipt r WHERE r.run_id = t.id)::float8`,
    removed: '(SELECT coalesce(sum(removed), 0) FROM receipt WHERE run_id = t.id)::float8',
  },
})

/** What was deleted, as a row. */
export interface TombstoneRow {
  readonly connection: string
  readonly kind: string
  readonly id: string
  readonly reason: string
  readonly runId: number | null
  readonly deletedAt: string
  readonly storedAt: string
  /** The whole node of Wiz, if asked for. */
  readonly raw?: unknown
}

/** What was deleted, and why. */
export const tombstoneRelation = own<TombstoneRow>({
  name: 'tombstone',
  connection: 't.connection_id',
  key: ['id', 'kind'],
  order: ['deletedAt:desc'],
  hasRaw: true,
  fields: [
    CONNECTION_FIELD,
    field('kind', 'text', 'The kind of object.'),
    field('id', 'text', 'Its Wiz id.', { isSearched: true }),
    field('reason', 'text', 'Why it was removed.'),
    field('runId', 'number', 'The run that removed it.', { pgType: 'bigint', isNullable: true }),
    field('deletedAt', 'time', 'When it was removed.'),
    field('storedAt', 'time', 'When it had first been stored.'),
  ],
})

function own<R extends object>(declaration: {
  name: string
  connection: string
  key: readonly string[]
  order: readonly string[]
  fields: readonly Field[]
  /** Fields that are no columns, in SQL. */
  computed?: Readonly<Record<string, string>>
  holdsNoObjects?: boolean
  hasRaw?: boolean
}): Relation<R> {
  const { name, connection, fields, computed = {}, ...rest } = declaration
  const columns = fields.map((each) => [each.name, `t.${quoted(sqlName(each.name))}`])
  const branch: Branch = {
    table: quoted(name),
    connection,
    columns: {
      ...Object.fromEntries(columns),
      ...(fields.includes(CONNECTION_FIELD) && { connection: 'c.name' }),
      ...computed,
    },
  }
  return { ...rest, name, fields: fieldMap(fields), branches: [branch] }
}
