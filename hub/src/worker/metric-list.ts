import type { CallKind } from '../store/call-counter.ts'
import { RUN_COUNTS } from './run-counts.ts'

/** A metric that the database knows: any process can answer it, and all processes answer the same. */
export interface StoreMetric {
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter'
  /** Columns of the query, besides `value`. */
  readonly labels: readonly string[]
  readonly sql: string
  /** A table that is there only once a worker has run. */
  readonly needs?: string
}

const COUNTS = `(SELECT connection_id, kind, what, n FROM counted UNION ALL
  SELECT connection_id, kind, what, n FROM ${RUN_COUNTS}) counts JOIN connection ON connection.id = counts.connection_id`

/** How many of something there have been, by the columns named as labels; runs that were removed still count. */
function counted(what: readonly string[], labels: Readonly<Record<string, string>>): string {
  const columns = Object.entries(labels).map(([label, column]) => `, ${column} AS ${label}`)
  const groups = columns.map((_, index) => `, ${index + 2}`)
  const words = what.map((word) => `'${word}'`)
  return `SELECT connection.name AS connection${columns.join('')}, sum(n) AS value FROM ${COUNTS}
    WHERE what IN (${words.join(', ')}) GROUP BY 1${groups.join('')}`
}

function calls(what: CallKind): string {
  return `SELECT name AS connection, outcome, n AS value FROM api_call
    JOIN connection ON connection.id = api_call.connection_id WHERE what = '${what}'`
}

// Kinds that have been asked for and never came are as old as their connection.
const FRESHNESS = `(SELECT DISTINCT connection_id, kind FROM receipt) asked
  JOIN connection ON connection.id = asked.connection_id AND connection.status <> 'not-connected'
  LEFT JOIN (SELECT connection_id, kind, max(success_at) AS success_at FROM watermark GROUP BY 1, 2) mark USING (connection_id, kind)`

const LATEST_RECEIPT = `(SELECT DISTINCT ON (connection_id, kind) connection_id, kind, state, finished_at, expected, fetched FROM receipt
  WHERE finished_at IS NOT NULL ORDER BY connection_id, kind, run_id DESC) latest
  JOIN connection ON connection.id = latest.connection_id`

const PACE_NOW = `(SELECT account, state, extract(epoch FROM clock_timestamp()) * 1000 AS now FROM pace
  WHERE updated_at > now() - interval '1 day') pace`

// Slots are written down by the database's clock, in milliseconds; those of the last two seconds tell the rate.
const USED = `(SELECT count(*) / 2.0 FROM jsonb_array_elements(pace.state -> 'passed' || (pace.state -> 'running')) slot
  WHERE slot::text::float8 BETWEEN pace.now - 2000 AND pace.now)`

/** Everything that is measured in the database. */
export const STORE_METRICS: readonly StoreMetric[] = [
  {
    name: 'wizbridge_connection_active',
    help: '1 where a connection is active, 0 where it is inactive or not connected.',
    type: 'gauge',
    labels: ['connection'],
    sql: `SELECT name AS connection, (status = 'active')::int AS value FROM connection`,
  },
  {
    name: 'wizbridge_sync_last_success_timestamp_seconds',
    help: 'When a kind was last synced completely; 0 if never.',
    type: 'gauge',
    labels: ['connection', 'kind'],
    sql: `SELECT name AS connection, kind, coalesce(extract(epoch FROM success_at), 0) AS value FROM ${FRESHNESS}`,
  },
  {
    name: 'wizbridge_sync_lag_seconds',
    help: 'How long ago a kind was last known completely; since the connection was made if never.',
    type: 'gauge',
    labels: ['connection', 'kind'],
    sql: `SELECT name AS connection, kind,
      greatest(0, extract(epoch FROM now() - coalesce(success_at, connection.created_at))) AS value FROM ${FRESHNESS}`,
  },
  {
    name: 'wizbridge_sync_last_complete',
    help: '1 where the last sync of a kind was complete, 0 where it was partial, failed or cancelled.',
    type: 'gauge',
    labels: ['connection', 'kind'],
    sql: `SELECT name AS connection, kind, (state = 'complete')::int AS value FROM ${LATEST_RECEIPT}`,
  },
  {
    name: 'wizbridge_sync_last_missing_rows',
    help: 'Rows that Wiz counted and the last sync of a kind did not bring.',
    type: 'gauge',
    labels: ['connection', 'kind'],
    sql: `SELECT name AS connection, kind, greatest(0, coalesce(expected, fetched) - fetched) AS value FROM ${LATEST_RECEIPT}`,
  },
  {
    name: 'wizbridge_runs_total',
    help: 'Runs that have ended, by how they ended.',
    type: 'counter',
    labels: ['connection', 'status'],
    sql: counted(['complete', 'partial', 'failed', 'cancelled'], { status: 'what' }),
  },
  {
    name: 'wizbridge_run_open_seconds',
    help: 'For how long the open run of a connection has been running or, until a worker joins it, has waited.',
    type: 'gauge',
    labels: ['connection'],
    sql: `SELECT name AS connection, extract(epoch FROM now() - run.started_at) AS value
      FROM run JOIN connection ON connection.id = run.connection_id WHERE run.status IN ('queued', 'running')`,
  },
  {
    name: 'wizbridge_run_idle_seconds',
    help: 'For how long the open run of a connection has stored no page: many minutes mean that nobody works on it.',
    type: 'gauge',
    labels: ['connection'],
    sql: `SELECT name AS connection, extract(epoch FROM now() - greatest(run.started_at,
        (SELECT max(written_at) FROM run_page WHERE run_id = run.id),
        (SELECT max(greatest(started_at, finished_at)) FROM run_partition WHERE run_id = run.id))) AS value
      FROM run JOIN connection ON connection.id = run.connection_id WHERE run.status IN ('queued', 'running')`,
  },
  {
    name: 'wizbridge_run_partitions',
    help: 'Parts of open runs that wait for a worker (ready) or are walked now (running).',
    type: 'gauge',
    labels: ['connection', 'state'],
    sql: `SELECT name AS connection, state, count(*) AS value FROM run
      JOIN run_partition ON run_partition.run_id = run.id JOIN connection ON connection.id = run.connection_id
      WHERE run.status IN ('queued', 'running') AND state IN ('ready', 'running') GROUP BY 1, 2`,
  },
  {
    name: 'wizbridge_rows_total',
    help: 'Rows that Wiz sent, by what became of them; left-out by a rule of a plan, deleted as Wiz says of them.',
    type: 'counter',
    labels: ['connection', 'kind', 'outcome'],
    sql: counted(['inserted', 'updated', 'unchanged', 'stale', 'rejected', 'left-out', 'deleted'], {
      kind: 'kind',
      outcome: 'what',
    }),
  },
  {
    name: 'wizbridge_rows_removed_total',
    help: 'Rows that were removed because they are gone from Wiz.',
    type: 'counter',
    labels: ['connection', 'kind'],
    sql: counted(['removed'], { kind: 'kind' }),
  },
  {
    name: 'wizbridge_tombstones',
    help: 'Removed rows that can still be restored, by why they were removed.',
    type: 'gauge',
    labels: ['connection', 'kind', 'reason'],
    sql: `SELECT name AS connection, kind, reason, count(*) AS value FROM tombstone
      JOIN connection ON connection.id = tombstone.connection_id GROUP BY 1, 2, 3`,
  },
  {
    name: 'wizbridge_removals_held',
    help: 'Rows whose removal waits for a person.',
    type: 'gauge',
    labels: ['connection', 'kind'],
    sql: `SELECT name AS connection, kind, sum(held) AS value FROM receipt
      JOIN connection ON connection.id = receipt.connection_id WHERE held_state = 'waiting' GROUP BY 1, 2`,
  },
  {
    name: 'wizbridge_api_calls_total',
    help: 'Calls to the API of Wiz, whatever they were for, by how they ended: ok, or the code of the failure.',
    type: 'counter',
    labels: ['connection', 'outcome'],
    sql: calls('call'),
  },
  {
    name: 'wizbridge_token_requests_total',
    help: 'Requests for an access token, by how they ended.',
    type: 'counter',
    labels: ['connection', 'outcome'],
    sql: calls('token'),
  },
  {
    name: 'wizbridge_pages_total',
    help: 'Pages of objects that Wiz sent to syncs.',
    type: 'counter',
    labels: ['connection', 'kind'],
    sql: counted(['calls'], { kind: 'kind' }),
  },
  {
    name: 'wizbridge_api_bytes_total',
    help: 'Bytes of the pages that Wiz sent to syncs.',
    type: 'counter',
    labels: ['connection', 'kind'],
    sql: counted(['bytes'], { kind: 'kind' }),
  },
  {
    name: 'wizbridge_rate_allowed_per_second',
    help: 'Calls per second that a Wiz service account may make, as far as is known.',
    type: 'gauge',
    labels: ['account'],
    sql: `SELECT account, (state ->> 'rate')::float8 AS value FROM ${PACE_NOW}`,
  },
  {
    name: 'wizbridge_rate_used_per_second',
    help: 'Calls per second that all processes together made with a Wiz service account, over the last two seconds.',
    type: 'gauge',
    labels: ['account'],
    sql: `SELECT account, ${USED} AS value FROM ${PACE_NOW}`,
  },
  {
    name: 'wizbridge_rate_paused_seconds',
    help: 'For how long Wiz has asked a service account to stay away from now on.',
    type: 'gauge',
    labels: ['account'],
    sql: `SELECT account, greatest(0, (state ->> 'pausedUntil')::float8 - now) / 1000 AS value FROM ${PACE_NOW}`,
  },
  {
    name: 'wizbridge_jobs',
    help: 'Jobs by queue and state: created and retry wait, active are being done, failed were given up.',
    type: 'gauge',
    labels: ['queue', 'state'],
    needs: 'jobs.job',
    // With zeros: a queue that has emptied is not one that is gone.
    sql: `SELECT queue.name AS queue, wanted.state, count(job.id) AS value
      FROM jobs.queue CROSS JOIN unnest(ARRAY['created', 'retry', 'active', 'failed']) AS wanted (state)
      LEFT JOIN jobs.job ON job.name = queue.name AND job.state::text = wanted.state
      WHERE queue.name NOT LIKE '\\_\\_%' GROUP BY 1, 2`,
  },
]
