import type { Store } from '../store/open-store.ts'
import { type AuditRow, GENESIS, hashOf } from './audit.ts'

/** What checking the chain found. */
interface AuditVerdict {
  intact: boolean
  /** How many entries were found in order. */
  entries: number
  /** The hash of the last good entry: written down elsewhere, it also proves that nobody rewrote the whole log. */
  head: string
  /** The first entry that is not what was written. */
  brokenAt: number | null
  problem: string | null
}

const BATCH = 1000

interface ChainedRow extends AuditRow {
  previous_hash: string
  hash: string
}

/** Walks the whole audit log and names the first entry that was changed, removed or put in. */
export async function verifyAudit(store: Store): Promise<AuditVerdict> {
  // The end is read before the walk and after it: entries are added meanwhile, but none is ever taken away.
  const before = await readHead(store)
  let last = { seq: 0, hash: GENESIS }
  const broken = (seq: number, problem: string): AuditVerdict => ({
    intact: false,
    entries: last.seq,
    head: last.hash,
    brokenAt: seq,
    problem,
  })
  for (let batch = await readAfter(store, 0); batch.length > 0; batch = await readAfter(store, last.seq)) {
    for (const row of batch) {
      if (row.seq !== last.seq + 1) return broken(last.seq + 1, `Entry ${last.seq + 1} is missing.`)
      if (row.previous_hash !== last.hash) return broken(row.seq, `Entry ${row.seq} does not follow the one before it.`)
      if (hashOf(last.hash, row) !== row.hash) return broken(row.seq, `Entry ${row.seq} was changed.`)
      if (row.seq === before.seq && row.hash !== before.hash) {
        return broken(row.seq, `Entry ${row.seq} is not the one that was written.`)
      }
      last = { seq: row.seq, hash: row.hash }
    }
  }
  const after = await readHead(store)
  if (last.seq < before.seq) return broken(last.seq + 1, `Entries ${last.seq + 1} to ${before.seq} are missing.`)
  if (last.seq > after.seq) return broken(after.seq + 1, `Entry ${after.seq + 1} was put in from outside.`)
  return { intact: true, entries: last.seq, head: last.hash, brokenAt: null, problem: null }
}

async function readHead(store: Store): Promise<{ seq: number; hash: string }> {
  const { rows } = await store.pool.query<{ seq: number; hash: string }>('SELECT seq, hash FROM audit_head')
  return rows[0] ?? { seq: 0, hash: GENESIS }
}

async function readAfter(store: Store, seq: number): Promise<ChainedRow[]> {
  const { rows } = await store.pool.query<ChainedRow>(
    `SELECT seq, at, actor, action, target, outcome, settles, address, details, previous_hash, hash
     FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT ${BATCH}`,
    [seq],
  )
  return rows
}
