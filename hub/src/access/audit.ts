import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { redact, scrub } from '../log.ts'
import type { Store } from '../store/open-store.ts'
import { transaction } from '../store/transaction.ts'
import type { AuditOutcome } from './tables.ts'

/** Something somebody did, or tried to do. */
export interface AuditEntry {
  /** Who: `user:ada@example.com`, `key:ci`, `cli:root`, or an address nobody is known behind. */
  actor: string
  /** What: the name of an operation, or `sign-in` and the like. */
  action: string
  /** On what, where one thing can be named. */
  target?: string | undefined
  outcome: AuditOutcome
  /** The entry of what was begun, where this one tells the outcome of it. */
  settles?: number | undefined
  /** Where the request came from. */
  address?: string | undefined
  /** Facts without secrets. */
  details?: Record<string, unknown> | undefined
}

/** An entry as it stands in the log. */
export interface AuditRow {
  seq: number
  at: string
  actor: string
  action: string
  target: string | null
  outcome: AuditOutcome
  settles: number | null
  address: string | null
  details: Record<string, unknown>
}

const LARGEST_DETAILS = 8192
// Longer ones would not fit into an index.
const LONGEST_NAME = 300

/** Adds an entry to the audit log, behind the last one of all processes; answers its place there. */
export async function audit(store: Store, entry: AuditEntry): Promise<number> {
  return transaction(store.pool, (client) => auditWithin(client, entry))
}

/** Adds an entry as a part of the transaction that does what it tells of. */
export async function auditWithin(client: PoolClient, entry: AuditEntry): Promise<number> {
  // The lock on the head makes writers queue up, so that each knows the hash before its own.
  const { rows } = await client.query<{ seq: number; hash: string }>('SELECT seq, hash FROM audit_head FOR UPDATE')
  const head = rows[0] ?? { seq: 0, hash: GENESIS }
  const row: AuditRow = {
    seq: head.seq + 1,
    at: new Date().toISOString(),
    actor: named(entry.actor),
    action: named(entry.action),
    target: entry.target === undefined ? null : named(entry.target),
    outcome: entry.outcome,
    settles: entry.settles ?? null,
    address: entry.address ?? null,
    details: presentable(entry.details ?? {}),
  }
  const hash = hashOf(head.hash, row)
  await client.query(
    `INSERT INTO audit_entry (seq, at, actor, action, target, outcome, settles, address, details, previous_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11)`,
    [
      ...[row.seq, row.at, row.actor, row.action, row.target, row.outcome, row.settles, row.address],
      ...[JSON.stringify(row.details), head.hash, hash],
    ],
  )
  await client.query('UPDATE audit_head SET seq = $1, hash = $2', [row.seq, hash])
  return row.seq
}

/** The hash before the first entry. */
export const GENESIS = '0'.repeat(64)

/** The hash of an entry that follows one with this hash. */
export function hashOf(previous: string, row: AuditRow): string {
  const { seq, at, actor, action, target, outcome, address, details } = row
  const moment = new Date(at).toISOString()
  // Left out where there is none, as in the entries from before there was such a thing.
  const settles = row.settles ?? undefined
  const text = canonical({ seq, at: moment, actor, action, target, outcome, settles, address, details })
  return createHash('sha256').update(`${previous}\n${text}`).digest('hex')
}

/** JSON with sorted keys: the same value is always the same text, also after PostgreSQL has kept it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}

function presentable(details: Record<string, unknown>): Record<string, unknown> {
  const text = scrub(JSON.stringify(redact(details), (_key, value) => storableValue(value)))
  if (text.length <= LARGEST_DETAILS) return JSON.parse(text)
  return { bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), inner]))
}

function named(text: string): string {
  return storable(text.slice(0, LONGEST_NAME))
}

// PostgreSQL keeps neither NUL nor half of a surrogate pair.
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
