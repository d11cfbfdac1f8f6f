import type { PoolClient } from 'pg'
import { hasConnection } from '../kinds/kind.ts'
import { kindNamed, kindsInside } from '../kinds/kinds.ts'
import type { Claim } from './claims.ts'
import { LostClaim } from './commit-page.ts'
import { noteRunEnd } from './connection-status.ts'
import type { ReceiptState, RunStatus } from './database.ts'
import type { Store } from './open-store.ts'
import { transaction } from './transaction.ts'
import { addWalks } from './walks.ts'

/** A part of a run that failed: kept, so that resuming goes on from its last page. */
export async function failPartition(store: Store, claim: Claim, code: string, sentence: string): Promise<void> {
  await store.pool.query(
    `UPDATE run_partition SET state = 'failed', error_code = $3, error = $4, finished_at = now()
     WHERE id = $1 AND epoch = $2`,
    [claim.id, claim.epoch, code, code === 'missing-scope' ? `${sentence} ${scopesOf(claim.kind)}` : sentence],
  )
}

/** Which scopes open a kind: Wiz refuses without saying what is missing. */
function scopesOf(kindName: string): string {
  const { plural, scopes } = kindNamed(kindName)
  return `For ${plural.replaceAll('-', ' ')} it is ${scopes.join(' or ')}.`
}

/**
 * What follows for a kind once a part of it has ended: after the walk a closing delta over the time the walk took,
 * then the settling of its receipt. Any number of processes may ask; each step is taken once.
 * The total that Wiz gave before the closing delta is handed on to the settling.
 */
export function takeNextStep(store: Store, runId: number, kindName: string, total?: number): Promise<void> {
  return transaction(store.pool, async (client) => {
    const { rows } = await client.query<{ state: ReceiptState; mode: string; connection_id: number }>(
      'SELECT state, mode, connection_id FROM receipt WHERE run_id = $1 AND kind = $2 FOR UPDATE',
      [runId, kindName],
    )
    const receipt = rows[0]
    if (!receipt || !['waiting', 'walking', 'closing'].includes(receipt.state)) return
    const { rows: parts } = await client.query<{ open: number; failed: number }>(
      `SELECT (count(*) FILTER (WHERE state IN ('ready', 'running')))::int AS open,
              (count(*) FILTER (WHERE state = 'failed'))::int AS failed
       FROM run_partition WHERE run_id = $1 AND kind = $2`,
      [runId, kindName],
    )
    const { open = 0, failed = 0 } = parts[0] ?? {}
    if (open > 0) return
    const kind = kindNamed(kindName)
    const closes = receipt.mode === 'full' && receipt.state === 'walking' && failed === 0
    const role = closes && hasConnection(kind) && kind.source.delta ? 'close' : 'settle'
    await addStep(client, runId, receipt.connection_id, kindName, role, total === undefined ? {} : { total })
  })
}

// Whoever ended the last part of a kind takes the next step itself, as soon as the total it asks for has come.
const MISSED_AFTER = '2 seconds'

/** Takes the steps of a run that are still due because whoever ended the part before them died right after. */
export async function takeMissedSteps(store: Store, runId: number): Promise<void> {
  const { rows } = await store.pool.query<{ kind: string }>(
    `SELECT kind FROM receipt r WHERE run_id = $1 AND mode <> 'inside' AND state IN ('waiting', 'walking', 'closing')
       AND NOT EXISTS (SELECT FROM run_partition p
         WHERE p.run_id = r.run_id AND p.kind = r.kind
           AND (p.state IN ('ready', 'running') OR p.finished_at > now() - $2::interval))`,
    [runId, MISSED_AFTER],
  )
  for (const { kind } of rows) await takeNextStep(store, runId, kind)
}

async function addStep(
  client: PoolClient,
  runId: number,
  connectionId: number,
  kind: string,
  role: 'close' | 'settle',
  slice: { readonly total?: number } = {},
) {
  await client.query(`UPDATE receipt SET state = $3 WHERE run_id = $1 AND kind = $2`, [
    runId,
    kind,
    role === 'close' ? 'closing' : 'settling',
  ])
  await client.query(
    `INSERT INTO run_partition (run_id, connection_id, kind, role, label, slice) VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      runId,
      connectionId,
      kind,
      role,
      role === 'close' ? 'changes during the walk' : 'settling',
      JSON.stringify(role === 'settle' ? slice : {}),
    ],
  )
}

/** Walks a kind once more from its start, because rows were missing; the pages of the first walk still count. */
export function walkAgain(store: Store, claim: Claim): Promise<void> {
  return transaction(store.pool, async (client) => {
    await finish(client, claim)
    await client.query(`UPDATE receipt SET state = 'walking' WHERE run_id = $1 AND kind = $2`, [
      claim.runId,
      claim.kind,
    ])
    await addWalks(client, claim, [{ label: 'once more', slice: { whole: true } }])
  })
}

/** How a kind ended. */
export interface Settlement {
  readonly state: 'complete' | 'partial' | 'failed' | 'cancelled'
  readonly expected: number | null
  readonly fetched: number
  readonly removed: number
  readonly marked: number
  readonly held: number
  readonly errorCode?: string | undefined
  readonly error?: string | undefined
  readonly notes: readonly string[]
  /** What became of rows that were read inside another kind, whose parts do not count them. */
  readonly rows?: RowCounts | undefined
}

/** How many rows a run has brought, changed and left as they were. */
export interface RowCounts {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/** Writes how a kind ended, frees what its walk kept, starts what waited for it and ends the run when it was the last. */
export function settle(store: Store, claim: Claim, result: Settlement): Promise<void> {
  return transaction(store.pool, async (client) => {
    const { runId, kind } = claim
    await finish(client, claim, result.rows)
    await client.query(
      `UPDATE receipt SET state = $3, expected = $4, fetched = $5, removed = $6, marked = $7, held = $8::bigint,
         held_state = CASE WHEN $8::bigint > 0 THEN 'waiting' END, error_code = $9, error = $10, notes = $11, finished_at = now()
       WHERE run_id = $1 AND kind = $2`,
      [
        runId,
        kind,
        result.state,
        result.expected,
        result.fetched,
        result.removed,
        result.marked,
        result.held,
        result.errorCode ?? null,
        result.error ?? null,
        JSON.stringify(result.notes),
      ],
    )
    if (result.state === 'complete') {
      await client.query('DELETE FROM run_page WHERE run_id = $1 AND kind = $2', [runId, kind])
    }
    for (const inside of kindsInside(kindNamed(kind))) {
      const { rowCount } = await client.query(
        `SELECT 1 FROM receipt WHERE run_id = $1 AND kind = $2 AND state = 'waiting' FOR UPDATE`,
        [runId, inside.name],
      )
      if (rowCount) await addStep(client, runId, claim.connectionId, inside.name, 'settle')
    }
    await endRun(client, runId)
    await noteRunEnd(client, runId)
  })
}

const NO_ROWS: RowCounts = { inserted: 0, updated: 0, unchanged: 0 }

/** Ends a part, unless somebody else has taken it over: two judgements of a kind must not follow each other. */
async function finish(client: PoolClient, { id, epoch, runId }: Claim, rows: RowCounts = NO_ROWS): Promise<void> {
  // The run first, as whoever cancels or resumes it does: what has been cancelled is judged no more.
  const { rows: runs } = await client.query<{ status: string }>(
    'SELECT status FROM run WHERE id = $1 FOR NO KEY UPDATE',
    [runId],
  )
  if (runs[0]?.status !== 'running') throw new LostClaim('run-ended', 'The run has ended.')
  const { rowCount } = await client.query(
    `UPDATE run_partition SET state = 'done', inserted = $3, updated = $4, unchanged = $5, finished_at = now()
     WHERE id = $1 AND epoch = $2 AND state = 'running'`,
    [id, epoch, rows.inserted, rows.updated, rows.unchanged],
  )
  if (!rowCount) throw new LostClaim('claim-lost', 'This part of the run has been taken over by another process.')
}

/** Ends a run whose kinds have all ended: complete only if every one of them is. */
export async function endRun(client: PoolClient, runId: number): Promise<void> {
  await client.query('SELECT 1 FROM run WHERE id = $1 FOR NO KEY UPDATE', [runId])
  const { rows } = await client.query<{ state: ReceiptState; error_code: string | null; error: string | null }>(
    'SELECT state, error_code, error FROM receipt WHERE run_id = $1',
    [runId],
  )
  const status = statusOf(rows.map((row) => row.state))
  if (!status) return
  const failure = status === 'complete' ? undefined : rows.find((row) => row.error_code !== null)
  await client.query(
    // A decision over a removal may come days later: that is not when the run ended, nor when its answers were right.
    `UPDATE run SET status = $2, error_code = $3, error = $4, finished_at = coalesce(finished_at, now())
     WHERE id = $1 AND status IN ('queued', 'running')`,
    [runId, status, failure?.error_code ?? null, failure?.error ?? null],
  )
  await client.query(
    `UPDATE connection SET last_success_at = greatest(last_success_at, run.finished_at)
     FROM run WHERE $2 = 'complete' AND run.id = $1 AND connection.id = run.connection_id`,
    [runId, status],
  )
}

/** The status of a run with receipts in these states; undefined while one is still open. */
export function statusOf(states: readonly ReceiptState[]): RunStatus | undefined {
  const ended = new Set(['complete', 'partial', 'failed', 'cancelled'])
  if (!states.every((state) => ended.has(state))) return undefined
  if (states.includes('cancelled')) return 'cancelled'
  if (states.every((state) => state === 'complete')) return 'complete'
  return states.every((state) => state === 'failed') ? 'failed' : 'partial'
}
