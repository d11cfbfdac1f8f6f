import type { PoolClient } from 'pg'
import { Fatal } from '../errors.ts'
import type { Kind } from '../kinds/kind.ts'
import type { ReadNode, RejectedNode } from '../kinds/read-node.ts'
import { buryRows } from './bury-rows.ts'
import type { Claim } from './claims.ts'
import type { Store } from './open-store.ts'
import { quoted } from './sql-name.ts'
import { transaction } from './transaction.ts'
import { type RowOutcome, writeRejected, writeRows } from './write-page.ts'

/** The nodes of one kind on a page. */
export interface PageRows {
  readonly kind: Kind
  readonly rows: readonly ReadNode[]
  readonly rejected: readonly RejectedNode[]
  /** Ids of nodes that say of themselves that they were deleted. */
  readonly deletedIds: readonly string[]
  /** Ids of rows that are there and stay in the store as they are. */
  readonly keptIds?: readonly string[]
  /** Ids of those left out by the filters of the plan, by reason. */
  readonly dropped: Readonly<Record<string, readonly string[]>>
}

/** A page, and what follows from it for its partition. */
export interface PageCommit {
  readonly own: PageRows
  /** Kinds that live inside the nodes of this one. */
  readonly inside: readonly PageRows[]
  readonly cursor: string | null
  readonly end: 'more' | 'done' | 'split'
  /** The parts that take over when a partition turns out to be large. */
  readonly parts?: readonly { label: string; slice: Record<string, unknown> }[]
  readonly expected?: number | null
  readonly observedAt: Date
  readonly calls: number
  readonly bytes: number
  readonly cause: string
  /** How many rows came with fields that Wiz could not read this time. */
  readonly incomplete: number
  /** What people should know about this page, e.g. fields that Wiz no longer has. */
  readonly notes: readonly string[]
}

/** Thrown when a partition has gone to somebody else, or its run is to stop. */
export class LostClaim extends Fatal {}

/** Keeps a page: its rows, what they change, and the cursor that follows, all or nothing. */
export function commitPage(store: Store, claim: Claim, page: PageCommit): Promise<RowOutcome> {
  return transaction(store.pool, async (client) => {
    const seq = await lockPartition(client, claim)
    const { runId, connectionId } = claim
    const origin = { connectionId, runId, cause: page.cause, observedAt: page.observedAt }
    let own: RowOutcome = { inserted: 0, updated: 0, unchanged: 0, stale: 0 }
    for (const part of [page.own, ...page.inside]) {
      const outcome = await writeRows(client, part.kind, part.rows, origin)
      if (part === page.own) own = outcome
      await buryRows(client, part.kind, part.deletedIds, {
        connectionId,
        runId,
        cause: page.cause,
        reason: 'deleted-in-wiz',
      })
      await seeAgain(client, part, connectionId)
      await writeRejected(client, part.kind, runId, connectionId, part.rejected)
      await keepIds(client, claim, seq, part)
    }
    await movePartition(client, claim, page, own)
    for (const part of page.parts ?? []) {
      await client.query(
        `INSERT INTO run_partition (run_id, connection_id, kind, role, label, slice) VALUES ($1, $2, $3, 'walk', $4, $5)`,
        [runId, connectionId, claim.kind, part.label, JSON.stringify(part.slice)],
      )
    }
    return own
  })
}

async function lockPartition(client: PoolClient, claim: Claim): Promise<number> {
  const { rows } = await client.query<{ pages: number; status: string }>(
    `SELECT p.pages, r.status FROM run_partition p JOIN run r ON r.id = p.run_id
     WHERE p.id = $1 AND p.epoch = $2 AND p.state = 'running' FOR UPDATE OF p`,
    [claim.id, claim.epoch],
  )
  const row = rows[0]
  if (!row) throw new LostClaim('claim-lost', 'This part of the run has been taken over by another process.')
  if (row.status !== 'running') throw new LostClaim('run-ended', `The run is ${row.status}.`)
  return row.pages + 1
}

/** A row that is kept as it is has been seen all the same, so it is no longer missing. */
async function seeAgain(client: PoolClient, { kind, keptIds = [] }: PageRows, connectionId: number): Promise<void> {
  if (keptIds.length === 0) return
  await client.query(
    `UPDATE ${quoted(kind.table)} SET absent_run = NULL WHERE connection_id = $1 AND id = ANY ($2) AND absent_run IS NOT NULL`,
    [connectionId, keptIds],
  )
}

async function keepIds(client: PoolClient, claim: Claim, seq: number, part: PageRows): Promise<void> {
  const ids = [...part.rows.map((row) => row.id), ...(part.keptIds ?? [])]
  const others = [...part.deletedIds, ...Object.values(part.dropped).flat()]
  await client.query(
    'INSERT INTO run_page (run_id, kind, partition_id, seq, ids, other_ids) VALUES ($1, $2, $3, $4, $5, $6)',
    [claim.runId, part.kind.name, claim.id, seq, ids, others],
  )
}

// A word that is different on every row must not make a note of every row.
const MOST_NOTES = 10

async function movePartition(client: PoolClient, claim: Claim, page: PageCommit, rows: RowOutcome): Promise<void> {
  const { own } = page
  const dropped = Object.fromEntries(Object.entries(own.dropped).map(([reason, ids]) => [reason, ids.length]))
  const left = Object.values(dropped).reduce((total, count) => total + count, 0)
  const kept = own.keptIds?.length ?? 0
  const fetched = own.rows.length + kept + own.rejected.length + own.deletedIds.length + left
  await client.query(
    `UPDATE run_partition SET pages = pages + 1, cursor = $2, state = $3, expected = coalesce($4, expected),
       fetched = fetched + $5, inserted = inserted + $6, updated = updated + $7, unchanged = unchanged + $8,
       stale = stale + $9, rejected = rejected + $10, deleted = deleted + $11, calls = calls + $12, bytes = bytes + $13,
       dropped = (SELECT coalesce(jsonb_object_agg(reason, n), '{}') FROM (
         SELECT key AS reason, sum(value::bigint) AS n
         FROM (SELECT * FROM jsonb_each_text(dropped) UNION ALL SELECT * FROM jsonb_each_text($14::jsonb)) each
         GROUP BY key) total),
       incomplete = incomplete + $15,
       notes = CASE WHEN $16::jsonb = '[]' OR jsonb_array_length(notes) >= ${MOST_NOTES} THEN notes
         ELSE (SELECT jsonb_agg(DISTINCT note) FROM jsonb_array_elements(notes || $16::jsonb) note) END,
       error_code = NULL, error = NULL, finished_at = CASE WHEN $3 = 'running' THEN NULL ELSE now() END
     WHERE id = $1`,
    [
      claim.id,
      page.cursor,
      { more: 'running', done: 'done', split: 'split' }[page.end],
      page.expected ?? null,
      fetched,
      rows.inserted,
      rows.updated,
      rows.unchanged + kept,
      rows.stale,
      own.rejected.length,
      own.deletedIds.length,
      page.calls,
      page.bytes,
      JSON.stringify(dropped),
      page.incomplete,
      JSON.stringify(page.notes),
    ],
  )
}
