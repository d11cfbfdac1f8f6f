import type { ColumnType, Generated } from 'kysely'

/** A moment as PostgreSQL has it: RFC 3339 in UTC with microseconds, as text. */
export type Moment = ColumnType<string, Date | string | undefined, Date | string>
type NullableMoment = ColumnType<string | null, Date | string | null | undefined, Date | string | null>
/** A JSON value: read as it is, written as text. */
export type Json<T> = ColumnType<T, string | undefined, string>

/** The tables Wizbridge keeps about itself; those of the kinds are derived from their declarations. */
export interface Database {
  connection: ConnectionTable
  plan: PlanTable
  pace: { account: string; state: Json<unknown>; updated_at: Moment }
  run: RunTable
  receipt: ReceiptTable
  run_partition: PartitionTable
  run_page: PageTable
  held_row: { run_id: number; kind: string; id: string }
  rejected_record: RejectedRecordTable
  watermark: WatermarkTable
  history: HistoryTable
  tombstone: TombstoneTable
}

/** How a connection stands. */
export const CONNECTION_STATUSES = ['active', 'inactive', 'not-connected'] as const
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number]

interface ConnectionTable {
  id: Generated<number>
  name: string
  api_url: string
  token_url: string | null
  client_id: string
  client_secret: string | null
  project_ids: string[]
  status: Generated<ConnectionStatus>
  status_reason: string | null
  created_at: Moment
  updated_at: Moment
  last_success_at: NullableMoment
}

interface PlanTable {
  id: Generated<number>
  connection_id: number
  name: string
  template: string
  kinds: string[]
  filters: Json<Record<string, string[]>>
  options: Json<Record<string, boolean>>
  selectors: Json<Record<string, Record<string, string[]>>>
  schedule: string
  time_zone: string
  enabled: Generated<boolean>
  last_run_id: number | null
  last_run_at: NullableMoment
  next_run_at: NullableMoment
  created_by: string
  created_at: Moment
  updated_at: Moment
}

/** How a run stands, or ended. */
export const RUN_STATUSES = ['queued', 'running', 'complete', 'partial', 'failed', 'cancelled'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

interface RunTable {
  id: Generated<number>
  connection_id: number
  action: string
  started_by: string
  status: Generated<RunStatus>
  options: Json<Record<string, unknown>>
  error_code: string | null
  error: string | null
  renewals: Generated<number>
  plan_id: number | null
  plan: string | null
  created_at: Moment
  started_at: Moment
  finished_at: NullableMoment
}

/** Where a kind stands within a run, or how it ended. */
export const RECEIPT_STATES = [
  'waiting',
  'walking',
  'closing',
  'settling',
  'complete',
  'partial',
  'failed',
  'cancelled',
] as const
export type ReceiptState = (typeof RECEIPT_STATES)[number]

/** How a kind is read within a run. */
export const RECEIPT_MODES = ['full', 'delta', 'inside'] as const
export type ReceiptMode = (typeof RECEIPT_MODES)[number]

/** What became of a removal that was held back for a person. */
export const HELD_STATES = ['waiting', 'approved', 'refused'] as const

interface ReceiptTable {
  run_id: number
  kind: string
  connection_id: number
  mode: ReceiptMode
  state: Generated<ReceiptState>
  scope: Json<Record<string, unknown>>
  expected: number | null
  fetched: Generated<number>
  removed: Generated<number>
  marked: Generated<number>
  held: Generated<number>
  held_state: (typeof HELD_STATES)[number] | null
  error_code: string | null
  error: string | null
  notes: Json<string[]>
  walk_started_at: NullableMoment
  finished_at: NullableMoment
}

interface PartitionTable {
  id: Generated<number>
  run_id: number
  connection_id: number
  kind: string
  role: 'walk' | 'close' | 'settle'
  label: string
  slice: Json<Record<string, unknown>>
  state: Generated<'ready' | 'running' | 'done' | 'split' | 'failed'>
  epoch: Generated<number>
  cursor: string | null
  pages: Generated<number>
  expected: number | null
  fetched: Generated<number>
  inserted: Generated<number>
  updated: Generated<number>
  unchanged: Generated<number>
  stale: Generated<number>
  rejected: Generated<number>
  incomplete: Generated<number>
  deleted: Generated<number>
  dropped: Json<Record<string, number>>
  notes: Json<string[]>
  calls: Generated<number>
  bytes: Generated<number>
  error_code: string | null
  error: string | null
  started_at: NullableMoment
  finished_at: NullableMoment
}

interface PageTable {
  run_id: number
  kind: string
  partition_id: number
  seq: number
  ids: string[]
  other_ids: string[]
  written_at: Moment
}

interface RejectedRecordTable {
  id: Generated<number>
  run_id: number
  connection_id: number
  kind: string
  record_id: string | null
  code: string
  reason: string
  raw: Json<unknown> | null
  at: Moment
}

interface WatermarkTable {
  connection_id: number
  kind: string
  scope: Json<Record<string, unknown>>
  reached: NullableMoment
  full_run_id: number
  full_at: Moment
  success_at: Moment
  by_hand: Generated<boolean>
  client_id: string | null
  scopes: string[] | null
}

/** What happened to an object. */
export const HISTORY_EVENTS = ['changed', 'deleted', 'restored'] as const
export type HistoryEvent = (typeof HISTORY_EVENTS)[number]

interface HistoryTable {
  connection_id: number
  kind: string
  id: string
  seq: Generated<number>
  at: Moment
  run_id: number | null
  cause: string
  event: HistoryEvent
  field: string | null
  before: string | null
  after: string | null
}

interface TombstoneTable {
  connection_id: number
  kind: string
  id: string
  reason: string
  run_id: number | null
  deleted_at: Moment
  stored_at: Moment
  raw: Json<unknown>
}
