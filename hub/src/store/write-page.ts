import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Kind } from '../kinds/kind.ts'
import type { ReadNode, RejectedNode } from '../kinds/read-node.ts'
import { copyText, jsonbText } from './copy-text.ts'
import { upsertStatements } from './upsert-statements.ts'

/** What a page of nodes did to the table of its kind. */
export interface RowOutcome {
  inserted: number
  updated: number
  unchanged: number
  /** Older than what is stored already, e.g. a page that was overtaken by a webhook. */
  stale: number
}

/** Where the rows come from; written into the history of what they change. */
export interface RowOrigin {
  readonly connectionId: number
  readonly runId: number | null
  readonly cause: string
  /** When Wiz was asked: of two copies with the same version, the one asked for later wins. */
  readonly observedAt: Date
}

/** Writes the rows of a page, within the caller's transaction; rows that did not change are not touched. */
export async function writeRows(
  client: PoolClient,
  kind: Kind,
  rows: readonly ReadNode[],
  origin: RowOrigin,
): Promise<RowOutcome> {
  const unique = lastOfEachId(rows)
  const ids = unique.map((row) => row.id)
  const sql = upsertStatements(kind)
  const { rows: changed } = await client.query<{ n: string }>(sql.changed, [
    origin.connectionId,
    ids,
    unique.map((row) => row.hash),
  ])
  const outcome = { inserted: 0, updated: 0, unchanged: unique.length - changed.length, stale: 0 }
  if (changed.length === 0) return outcome

  await makeStage(client, kind, sql.stage)
  const lines = changed.map(({ n }) => copyText(kind, unique[Number(n) - 1] as ReadNode))
  await pipeline(Readable.from([Buffer.concat(lines)]), client.query(copyFrom(sql.copy)))
  const { rows: counts } = await client.query<{ inserted: number; written: number }>(sql.upsert, [
    origin.connectionId,
    origin.runId,
    origin.cause,
    origin.observedAt,
  ])
  await client.query(sql.clear)
  const { inserted = 0, written = 0 } = counts[0] ?? {}
  outcome.inserted = inserted
  outcome.updated = written - inserted
  outcome.stale = changed.length - written
  return outcome
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
      [runId, connectionId, kind.name, problem.code, problem.sentence, jsonbText(raw)],
    )
  }
}

function lastOfEachId(rows: readonly ReadNode[]): readonly ReadNode[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return byId.size === rows.length ? rows : [...byId.values()]
}

const staged = new WeakMap<PoolClient, Set<string>>()

async function makeStage(client: PoolClient, kind: Kind, statement: string): Promise<void> {
  const tables = staged.get(client) ?? new Set()
  if (tables.has(kind.table)) return
  await client.query(statement)
  staged.set(client, tables.add(kind.table))
}
