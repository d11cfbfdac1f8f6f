import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Kind } from '../kinds/kind.ts'
import type { ReadNode, RejectedNode } from '../kinds/read-node.ts'
import { safeJson } from './binary-fields.ts'
import { type CopyRows, CopyRowsWriter, copyOf, type RowOrigin } from './copy-rows.ts'
import { freeMemory } from './free-memory.ts'
import { textArray } from './text-array.ts'
import { upsertStatements } from './upsert-statements.ts'

/** What a page of nodes did to the table of its kind. */
export interface RowOutcome {
  inserted: number
  updated: number
  unchanged: number
  /** Older than what is stored already, e.g. a page that was overtaken by a webhook. */
  stale: number
}

/** Which rows of a page differ from what is stored. */
export interface ChangedRows {
  readonly positions: readonly number[]
  /** None of them is stored or was removed here. */
  readonly areNew: boolean
  /** How many are stored as they are; of an id that comes twice the last counts. */
  readonly unchanged: number
}

/** Tells by their hashes which rows have to be written. */
export async function changedRows(
  client: PoolClient,
  kind: Kind,
  connectionId: number,
  { ids, hashes }: Pick<CopyRows, 'ids' | 'hashes'>,
): Promise<ChangedRows> {
  const last = lastOfEachId(ids)
  const { rows } = await client.query<{ n: number; isNew: boolean }>(upsertStatements(kind).changed, [
    connectionId,
    textArray(last.map((at) => ids[at] ?? '')),
    textArray(last.map((at) => hashes[at] ?? '')),
  ])
  return {
    positions: rows.map(({ n }) => last[n - 1] as number),
    areNew: rows.every(({ isNew }) => isNew),
    unchanged: last.length - rows.length,
  }
}

/** Writes the changed ones of some rows, within the caller's transaction. */
export async function writeChanged(
  client: PoolClient,
  kind: Kind,
  rows: CopyRows,
  changed: ChangedRows,
  origin: RowOrigin,
): Promise<RowOutcome> {
  const { unchanged } = changed
  // In one order for everybody, so that two pages with the same rows wait for each other instead of locking each other out.
  const positions = [...changed.positions].sort((a, b) => ((rows.ids[a] ?? '') < (rows.ids[b] ?? '') ? -1 : 1))
  const count = positions.length
  if (count === 0) return { inserted: 0, updated: 0, unchanged, stale: 0 }
  const data = copyOf(rows, positions, origin)
  const { inserted, written } =
    changed.areNew && (await insertNew(client, kind, data))
      ? { inserted: count, written: count }
      : await upsert(client, kind, data, origin)
  // Only now, because a COPY that failed may still be on its way out.
  freeMemory(data)
  const stale = count - written
  // Wiz may list an older copy than is stored: that the row is there it says all the same.
  if (stale > 0)
    await client.query(upsertStatements(kind).seen, [
      origin.connectionId,
      textArray(positions.map((at) => rows.ids[at] ?? '')),
    ])
  return { inserted, updated: written - inserted, unchanged, stale }
}

/** Writes rows, within the caller's transaction; those that did not change are not touched. */
export async function writeRows(
  client: PoolClient,
  kind: Kind,
  rows: readonly ReadNode[],
  origin: RowOrigin,
): Promise<RowOutcome> {
  const writer = new CopyRowsWriter(kind)
  for (const row of rows) writer.add(row)
  const ready = writer.finish()
  return writeChanged(client, kind, ready, await changedRows(client, kind, origin.connectionId, ready), origin)
}

const UNIQUE_VIOLATION = '23505'

/** Puts rows that nobody has seen straight into the table; false where somebody else did so in the same moment. */
async function insertNew(client: PoolClient, kind: Kind, data: Buffer): Promise<boolean> {
  await client.query('SAVEPOINT insert_new')
  try {
    await copyIn(client, upsertStatements(kind).copyNew, data)
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error
    await client.query('ROLLBACK TO SAVEPOINT insert_new')
    return false
  }
}

async function upsert(
  client: PoolClient,
  kind: Kind,
  data: Buffer,
  { connectionId, runId, cause, observedAt }: RowOrigin,
): Promise<{ inserted: number; written: number }> {
  const sql = upsertStatements(kind)
  await makeStage(client, kind, sql.stage)
  await copyIn(client, sql.copy, data)
  const { rows } = await client.query<{ inserted: number; written: number }>(sql.upsert, [
    connectionId,
    runId,
    cause,
    observedAt,
  ])
  await client.query(sql.clear)
  return rows[0] ?? { inserted: 0, written: 0 }
}

async function copyIn(client: PoolClient, statement: string, data: Buffer): Promise<void> {
  await pipeline(Readable.from([data]), client.query(copyFrom(statement)))
}

/** Sets aside what could not be read, each with its reason; of a row that is kept only the reason. */
export async function writeRejected(
  client: PoolClient,
  kind: Kind,
  runId: number,
  connectionId: number,
  rejected: readonly RejectedNode[],
): Promise<void> {
  for (const { rejected: problem, raw } of rejected) {
    await client.query(
      `INSERT INTO rejected_record (run_id, connection_id, kind, record_id, code, reason, raw)
       VALUES ($1, $2, $3, NULL, $4, $5, $6::text::jsonb)`,
      [runId, connectionId, kind.name, problem.code, problem.sentence, safeJson(raw)],
    )
  }
}

/** Where each id comes for the last time. */
function lastOfEachId(ids: readonly string[]): number[] {
  const last = new Map(ids.map((id, at) => [id, at]))
  return last.size === ids.length ? [...ids.keys()] : [...last.values()]
}

const staged = new WeakMap<PoolClient, Set<string>>()

async function makeStage(client: PoolClient, kind: Kind, statement: string): Promise<void> {
  const tables = staged.get(client) ?? new Set()
  if (tables.has(kind.table)) return
  await client.query(statement)
  staged.set(client, tables.add(kind.table))
}
