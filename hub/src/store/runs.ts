import type { PoolClient } from 'pg'
import { Refused } from '../errors.ts'
import { hasConnection } from '../kinds/kind.ts'
import { kindNamed } from '../kinds/kinds.ts'
import { noteFailure } from './connection-status.ts'
import type { ReceiptMode } from './database.ts'
import type { Store } from './open-store.ts'
import { endRun } from './steps.ts'
import { transaction } from './transaction.ts'
import { addWalks } from './walks.ts'

/** A run to be started: what to read, and how. */
export interface NewRun {
  readonly connectionId: number
  readonly startedBy: string
  /** The plan it is a run of; a sync by hand has none. */
  readonly planId?: number | undefined
  readonly kinds: readonly {
    readonly name: string
    readonly mode: ReceiptMode
    readonly scope: Record<string, unknown>
    /** A delta starts here. */
    readonly since?: string | undefined
  }[]
}

/** The run of a connection that has not ended; undefined when there is none. */
export async function openRun(store: Store, connectionId: number): Promise<number | undefined> {
  const row = await store.db
    .selectFrom('run')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
  return row?.id
}

/** Writes down a new run with its receipts and first parts; from then on any process can work on it. */
export function createRun(store: Store, run: NewRun): Promise<number> {
  return transaction(store.pool, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO run (connection_id, action, started_by, options, plan_id, plan)
       VALUES ($1, 'sync', $2, $3, $4, (SELECT name FROM plan WHERE id = $4))
       ON CONFLICT DO NOTHING RETURNING id`,
      [
        run.connectionId,
        run.startedBy,
        JSON.stringify({ kinds: run.kinds.map((kind) => kind.name) }),
        run.planId ?? null,
      ],
    )
    const id = rows[0]?.id
    if (id === undefined) throw new Refused('conflict', 'A sync of this connection is already under way.')
    for (const { name, mode, scope, since } of run.kinds) {
      await client.query(`INSERT INTO receipt (run_id, connection_id, kind, mode, scope) VALUES ($1, $2, $3, $4, $5)`, [
        id,
        run.connectionId,
        name,
        mode,
        JSON.stringify(scope),
      ])
      if (!hasConnection(kindNamed(name))) continue
      const walk = since ? { label: 'changes', slice: { since } } : { label: 'all', slice: {} }
      await addWalks(client, { runId: id, connectionId: run.connectionId, kind: name }, [walk])
    }
    return id
  })
}

/** Notes that somebody works on a run now. One that is resumed began when it began, and has waited for nobody since. */
export async function beginRun(client: PoolClient, runId: number): Promise<void> {
  await client.query(
    `UPDATE run SET status = 'running', error_code = NULL, error = NULL, started_at = CASE WHEN EXISTS (
         SELECT FROM run_partition WHERE run_id = $1 AND started_at IS NOT NULL) THEN started_at ELSE now() END
     WHERE id = $1 AND status = 'queued'`,
    [runId],
  )
}

/** Ends a run at once; a process that works on it stops at its next page. */
export function cancelRun(store: Store, runId: number): Promise<void> {
  return transaction(store.pool, async (client) => {
    const status = await lockRun(client, runId)
    if (!['queued', 'running'].includes(status)) {
      throw new Refused('conflict', `Run ${runId} has ended already: it is ${status}.`)
    }
    await client.query(
      `UPDATE receipt SET state = 'cancelled', finished_at = now()
       WHERE run_id = $1 AND state NOT IN ('complete', 'partial', 'failed', 'cancelled')`,
      [runId],
    )
    await client.query(`UPDATE run SET status = 'cancelled', finished_at = now() WHERE id = $1`, [runId])
  })
}

/** Ends a run that could not even begin. */
export function failRun(store: Store, runId: number, code: string, sentence: string): Promise<void> {
  return transaction(store.pool, async (client) => {
    await client.query(
      `UPDATE receipt SET state = 'failed', error_code = $2, error = $3, finished_at = now()
       WHERE run_id = $1 AND state NOT IN ('complete', 'partial', 'failed', 'cancelled')`,
      [runId, code, sentence],
    )
    const { rows } = await client.query<{ connection_id: number }>(
      `UPDATE run SET status = 'failed', error_code = $2, error = $3, finished_at = now()
       WHERE id = $1 AND status IN ('queued', 'running') RETURNING connection_id`,
      [runId, code, sentence],
    )
    if (rows[0]) await noteFailure(client, rows[0].connection_id, sentence)
  })
}

/** Opens a run that did not end well: what is complete stays, the rest goes on from its last page. */
export function resumeRun(store: Store, runId: number): Promise<void> {
  return transaction(store.pool, async (client) => {
    const status = await lockRun(client, runId)
    if (['queued', 'running'].includes(status)) return
    if (status === 'complete') throw new Refused('conflict', `Run ${runId} is complete; there is nothing to resume.`)
    const { rowCount } = await client.query(
      `UPDATE run SET status = 'queued', finished_at = NULL, error_code = NULL, error = NULL
       WHERE id = $1 AND NOT EXISTS (SELECT FROM run other WHERE other.connection_id = run.connection_id
         AND other.status IN ('queued', 'running'))`,
      [runId],
    )
    if (!rowCount) throw new Refused('conflict', 'Another sync of this connection is under way. Wait for it to end.')
    const { rows } = await client.query<{ kind: string }>(
      `UPDATE receipt SET state = CASE WHEN mode = 'inside' OR walk_started_at IS NULL THEN 'waiting' ELSE 'walking' END,
         finished_at = NULL, error_code = NULL, error = NULL, held = 0, held_state = NULL
       WHERE run_id = $1 AND state <> 'complete' RETURNING kind`,
      [runId],
    )
    const kinds = rows.map((row) => row.kind)
    // It was cancelled while its last kind was settled: nothing is left to do, and nobody would ever end it.
    if (kinds.length === 0) return endRun(client, runId)
    await client.query(`DELETE FROM held_row WHERE run_id = $1 AND kind = ANY ($2)`, [runId, kinds])
    await client.query(`DELETE FROM run_partition WHERE run_id = $1 AND kind = ANY ($2) AND role = 'settle'`, [
      runId,
      kinds,
    ])
    await client.query(
      `UPDATE run_partition SET state = 'ready' WHERE run_id = $1 AND kind = ANY ($2) AND state = 'failed'`,
      [runId, kinds],
    )
    // A kind whose parts all ended and that still was not complete has only its judgement left to repeat. One that is
    // read inside another is judged after that, unless that one has been complete all along.
    const judged = kinds
      .map(kindNamed)
      .filter((kind) => !('inside' in kind.source) || !kinds.includes(kind.source.inside))
    await client.query(
      `INSERT INTO run_partition (run_id, connection_id, kind, role, label)
       SELECT r.run_id, r.connection_id, r.kind, 'settle', 'settling' FROM receipt r
       WHERE r.run_id = $1 AND r.kind = ANY ($2) AND NOT EXISTS (
         SELECT FROM run_partition p WHERE p.run_id = r.run_id AND p.kind = r.kind AND p.state IN ('ready', 'running'))`,
      [runId, judged.map((kind) => kind.name)],
    )
  })
}

/** Locks a run and answers its status; pages of it, which only name it, go on being kept. */
export async function lockRun(client: PoolClient, runId: number): Promise<string> {
  const { rows } = await client.query<{ status: string }>('SELECT status FROM run WHERE id = $1 FOR NO KEY UPDATE', [
    runId,
  ])
  if (!rows[0]) throw new Refused('not-found', `There is no run ${runId}. See "wizbridge runs list".`)
  return rows[0].status
}
