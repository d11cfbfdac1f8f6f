import type { PoolClient } from 'pg'
import { Fatal } from '../errors.ts'
import type { Kind } from '../kinds/kind.ts'
import type { RejectedNode } from '../kinds/read-node.ts'
import { buryRows } from './bury-rows.ts'
import type { Claim } from './claims.ts'
import type { CopyRows, RowOrigin } from './copy-rows.ts'
import { freeMemory } from './free-memory.ts'
import type { Store } from './open-store.ts'
import { textArray } from './text-array.ts'
import { transaction } from './transaction.ts'
import { upsertStatements } from './upsert-statements.ts'
import { addWalks, type WalkPart } from './walks.ts'
import { type ChangedRows, changedRows, type RowOutcome, writeChanged, writeRejected } from './write-page.ts'

/** The nodes of one kind on a page, told apart. */
export interface PageRows {
  readonly kind: Kind
  readonly rows: CopyRows
  readonly rejected: readonly RejectedNode[]
  /** Ids of nodes that say of themselves that they were deleted. */
  readonly deletedIds: readonly string[]
  /** Ids of rows that are there and stay in the store as they are. */
  readonly keptIds?: readonly string[]
  /** Ids of those left out by the filters of the plan, by reason. */
  readonly dropped: Readonly<Record<string, readonly string[]>>
  /** What of the rows could not be read as declared, each oddity once. */
  readonly oddities: readonly string[]
}

/** A page whose nodes are read only where they differ from what is stored. */
export interface UnreadPage {
  readonly kind: Kind
  readonly ids: readonly string[]
  readonly hashes: readonly string[]
  /** Reads the nodes at these positions. */
  read(positions: readonly number[]): Promise<PageRows>
}

/** A page, and what follows from it for its partition. */
export interface PageCommit {
  readonly own: PageRows | UnreadPage
  /** How many of the nodes came as null. */
  readonly nullNodes: number
  /** Kinds that live inside the nodes of this one. */
  readonly inside: readonly PageRows[]
  readonly cursor: string | null
  readonly end: 'more' | 'done' | 'split'
  /** The parts that take over when a partition turns out to be large. */
  readonly parts?: readonly WalkPart[]
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
    const own = withNulls(await compared(client, page.own, connectionId), page.nullNodes)
    const outcome = await keepPart(client, claim, seq, own, origin)
    // What was read for this try alone; should there be another, it is read again.
    if ('read' in page.own) freeMemory(own.part.rows.bytes)
    for (const part of page.inside)
      await keepPart(client, claim, seq, await compared(client, part, connectionId), origin)
    await movePartition(client, claim, page, own, outcome)
    if (page.parts?.length) await addWalks(client, { runId, connectionId, kind: claim.kind }, page.parts)
    return outcome
  })
}

/** The nodes of one kind, beside what of them is stored already. */
interface Compared {
  readonly part: PageRows
  readonly changed: ChangedRows
  /** Ids of rows that nobody had to read, because they are stored as they came. */
  readonly sameIds: readonly string[]
}

async function compared(client: PoolClient, page: PageRows | UnreadPage, connectionId: number): Promise<Compared> {
  if (!('read' in page)) {
    return { part: page, changed: await changedRows(client, page.kind, connectionId, page.rows), sameIds: [] }
  }
  const { positions, areNew, unchanged } = await changedRows(client, page.kind, connectionId, page)
  const part = await page.read(positions)
  const read = new Set(positions)
  return {
    part,
    changed: { positions: [...part.rows.ids.keys()], areNew, unchanged },
    sameIds: page.ids.filter((_, at) => !read.has(at)),
  }
}

const NULL_NODE: RejectedNode = {
  rejected: { code: 'not-an-object', column: 'id', sentence: 'Wiz sent null in place of a node.' },
  raw: 'null',
}

function withNulls({ part, ...rest }: Compared, count: number): Compared {
  const nulls = Array.from({ length: count }, () => NULL_NODE)
  return { part: { ...part, rejected: [...part.rejected, ...nulls] }, ...rest }
}

async function keepPart(
  client: PoolClient,
  { runId, id }: Claim,
  seq: number,
  { part, changed, sameIds }: Compared,
  origin: RowOrigin,
): Promise<RowOutcome> {
  const { kind, rows, deletedIds, keptIds = [] } = part
  const { connectionId, cause } = origin
  const outcome = await writeChanged(client, kind, rows, changed, origin)
  await buryRows(client, kind, deletedIds, { connectionId, runId, cause, reason: 'deleted-in-wiz' })
  // A row that is kept as it is has been seen all the same, so it is no longer missing.
  if (keptIds.length > 0) await client.query(upsertStatements(kind).seen, [connectionId, textArray(keptIds)])
  await writeRejected(client, kind, runId, connectionId, part.rejected)
  await client.query(
    'INSERT INTO run_page (run_id, kind, partition_id, seq, ids, other_ids) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      runId,
      kind.name,
      id,
      seq,
      textArray([...rows.ids, ...keptIds, ...sameIds]),
      textArray([...deletedIds, ...Object.values(part.dropped).flat()]),
    ],
  )
  return outcome
}

// A page need not be on the disk before the next one is read: what a power cut takes of the last ones takes their cursors,
// too, so that they are read again. When a kind ends, all of it is.
const LATER_ON_DISK = `set_config('synchronous_commit', 'off', true)`

async function lockPartition(client: PoolClient, claim: Claim): Promise<number> {
  const { rows } = await client.query<{ pages: number; status: string }>(
    `SELECT p.pages, r.status, ${LATER_ON_DISK} FROM run_partition p JOIN run r ON r.id = p.run_id
     WHERE p.id = $1 AND p.epoch = $2 AND p.state = 'running' FOR UPDATE OF p`,
    [claim.id, claim.epoch],
  )
  const row = rows[0]
  if (!row) throw new LostClaim('claim-lost', 'This part of the run has been taken over by another process.')
  if (row.status !== 'running') throw new LostClaim('run-ended', `The run is ${row.status}.`)
  return row.pages + 1
}

// A word that is different on every row must not make a note of every row.
const MOST_NOTES = 10

async function movePartition(
  client: PoolClient,
  claim: Claim,
  page: PageCommit,
  { part: own, sameIds }: Compared,
  outcome: RowOutcome,
): Promise<void> {
  const dropped = Object.fromEntries(Object.entries(own.dropped).map(([reason, ids]) => [reason, ids.length]))
  const left = Object.values(dropped).reduce((total, count) => total + count, 0)
  const kept = own.keptIds?.length ?? 0
  const fetched = own.rows.ids.length + sameIds.length + kept + own.rejected.length + own.deletedIds.length + left
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
      outcome.inserted,
      outcome.updated,
      // A closing delta reads again what the walk has read: that this has not changed is no news.
      claim.role === 'close' ? 0 : outcome.unchanged + kept,
      outcome.stale,
      own.rejected.length,
      own.deletedIds.length,
      page.calls,
      page.bytes,
      JSON.stringify(dropped),
      page.incomplete,
      JSON.stringify([...page.notes, ...own.oddities]),
    ],
  )
}
