import type { PoolClient } from 'pg'
import { kindNamed } from '../kinds/kinds.ts'
import type { Claim } from './claims.ts'
import type { Store } from './open-store.ts'
import { quoted, sqlName } from './sql-name.ts'
import { transaction } from './transaction.ts'

/** A part of a kind that is to be walked. */
export interface WalkPart {
  readonly label: string
  readonly slice: object
}

/** Adds parts to the walk of a kind, to be worked on in their order. */
export async function addWalks(
  client: PoolClient,
  { runId, connectionId, kind }: Pick<Claim, 'runId' | 'connectionId' | 'kind'>,
  parts: readonly WalkPart[],
): Promise<void> {
  await client.query(
    `INSERT INTO run_partition (run_id, connection_id, kind, role, label, slice)
     SELECT $1, $2, $3, 'walk', part.each->>'label', part.each->'slice'
     FROM jsonb_array_elements($4::jsonb) WITH ORDINALITY part(each, n) ORDER BY n`,
    [runId, connectionId, kind, JSON.stringify(parts)],
  )
}

/** A walk in its middle. */
export interface OpenWalk {
  readonly id: number
  readonly epoch: number
  readonly connectionId: number
  readonly kind: string
  readonly slice: Record<string, unknown>
  /** How many rows are still to come, by what Wiz said there are. */
  readonly left: number
}

/** The walks of a run that go on now, the longest first; none while parts wait that nobody has begun. */
export async function openWalks(store: Store, runId: number): Promise<OpenWalk[]> {
  const { rows } = await store.pool.query<OpenWalk>(
    `SELECT id, epoch, connection_id AS "connectionId", kind, slice, (expected - fetched)::int AS "left"
     FROM run_partition WHERE run_id = $1 AND state = 'running' AND role = 'walk' AND pages > 0 AND expected > fetched
       AND NOT EXISTS (SELECT FROM run_partition WHERE run_id = $1 AND state = 'ready')
     ORDER BY "left" DESC`,
    [runId],
  )
  return rows
}

/** Up to which moment a walk has come that goes by the time in a column: the latest on its last page. */
export async function reachedBy(store: Store, runId: number, walk: OpenWalk, column: string): Promise<number | null> {
  const { rows } = await store.pool.query<{ reached: number | null }>(
    `SELECT floor(extract(epoch FROM max(${quoted(sqlName(column))})) * 1000)::float8 AS reached
     FROM ${quoted(kindNamed(walk.kind).table)} WHERE connection_id = $3 AND id = ANY (
       (SELECT ids FROM run_page WHERE run_id = $1 AND kind = $4 AND partition_id = $2 ORDER BY seq DESC LIMIT 1)::text[])`,
    [runId, walk.id, walk.connectionId, walk.kind],
  )
  return rows[0]?.reached ?? null
}

/**
 * Ends a walk where it has come to and leaves the rest to other parts; whoever walks it finds out at its next page,
 * which is refused. False where it has gone on meanwhile.
 */
export function divideWalk(
  store: Store,
  runId: number,
  walk: OpenWalk,
  walked: Record<string, unknown>,
  rest: readonly WalkPart[],
): Promise<boolean> {
  return transaction(store.pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE run_partition p SET state = 'done', epoch = epoch + 1, slice = $4, expected = fetched, finished_at = now()
       FROM run WHERE p.id = $1 AND p.epoch = $2 AND p.state = 'running' AND p.expected - p.fetched = $3
         AND run.id = p.run_id AND run.status = 'running'`,
      [walk.id, walk.epoch, walk.left, JSON.stringify(walked)],
    )
    if (!rowCount) return false
    await addWalks(client, { runId, connectionId: walk.connectionId, kind: walk.kind }, rest)
    return true
  })
}
