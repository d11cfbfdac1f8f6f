import { z } from 'zod'
import { KINDS } from '../../kinds/kinds.ts'
import { HELD_STATES, RECEIPT_MODES, RECEIPT_STATES } from '../../store/database.ts'
import type { Store } from '../../store/open-store.ts'
import { ofAllProjects, tellingTotals, total } from '../totals.ts'
import { countStored } from './count-stored.ts'

/** What became of one kind in a run. */
export const receiptFace = z.object({
  kind: z.string(),
  mode: z.enum(RECEIPT_MODES).describe('Everything, only what changed, or inside another kind.'),
  state: z.enum(RECEIPT_STATES),
  expected: total('How many Wiz says there are.'),
  fetched: total('How many different ones came.'),
  inserted: total('New here.'),
  updated: total('Changed since they were last read.'),
  unchanged: total('The same as before.'),
  stored: total('How many are in the store now; null for a small kind that has not ended.'),
  rejected: total('Could not be read, and were set aside with their reason.'),
  leftOut: ofAllProjects(
    z
      .record(z.string(), z.number())
      .describe('Read and not kept, by the filter that says so; `deletedInWiz` where Wiz still lists what is gone.'),
    {},
  ),
  removed: total('Gone from Wiz, and therefore from here.'),
  marked: total('Not seen this time; removed when that is confirmed.'),
  held: total('A removal that waits for a person: it is large, or the service account may only see less than before.'),
  heldState: z.enum(HELD_STATES).nullable(),
  errorCode: z.string().nullable(),
  error: tellingTotals('What went wrong.'),
  notes: ofAllProjects(z.array(z.string()), []),
  parts: ofAllProjects(
    z.object({ all: z.number(), done: z.number(), running: z.number(), failed: z.number() }).nullable(),
    null,
  ),
  calls: total('How many calls of Wiz it took.'),
  bytes: total('How much Wiz sent.'),
  finishedAt: z.string().nullable(),
})

/** What became of one kind in a run. */
export type Receipt = z.output<typeof receiptFace>

/** The receipts of a run, in the order in which kinds are read. */
export async function readReceipts(store: Store, run: number): Promise<Receipt[]> {
  const { rows } = await store.pool.query<Receipt & { connectionId: number }>(
    `SELECT r.kind, r.mode, r.state, r.connection_id AS "connectionId", coalesce(r.expected, p.expected) AS expected,
       greatest(r.fetched, CASE WHEN r.finished_at IS NULL THEN p.fetched ELSE 0 END) AS fetched,
       p.inserted, p.updated, p.unchanged, p.rejected, r.removed, r.marked, r.held,
       CASE WHEN p.deleted > 0 THEN jsonb_build_object('deletedInWiz', p.deleted) ELSE '{}' END || p.left_out AS "leftOut",
       r.held_state AS "heldState", r.error_code AS "errorCode", r.error, r.notes, p.parts, p.calls, p.bytes,
       r.finished_at AS "finishedAt"
     FROM receipt r CROSS JOIN LATERAL (
       SELECT (array_agg(expected ORDER BY id) FILTER (WHERE role = 'walk'))[1] AS expected,
         coalesce(sum(fetched), 0)::float8 AS fetched, coalesce(sum(inserted), 0)::float8 AS inserted,
         coalesce(sum(updated), 0)::float8 AS updated, coalesce(sum(unchanged), 0)::float8 AS unchanged,
         coalesce(sum(rejected), 0)::float8 AS rejected, coalesce(sum(calls), 0)::float8 AS calls,
         coalesce(sum(bytes), 0)::float8 AS bytes, coalesce(sum(deleted), 0)::float8 AS deleted,
         (SELECT coalesce(jsonb_object_agg(reason, n), '{}') FROM (
            SELECT d.key AS reason, sum(d.value::bigint) AS n
            FROM run_partition q, jsonb_each_text(q.dropped) d WHERE q.run_id = r.run_id AND q.kind = r.kind GROUP BY d.key
          ) each) AS left_out,
         jsonb_build_object('all', count(*) FILTER (WHERE state <> 'split'), 'done', count(*) FILTER (WHERE state = 'done'),
           'running', count(*) FILTER (WHERE state = 'running'), 'failed', count(*) FILTER (WHERE state = 'failed')) AS parts
       FROM run_partition WHERE run_id = r.run_id AND kind = r.kind
     ) p WHERE r.run_id = $1`,
    [run],
  )
  const stored = await countStored(store, rows)
  const order = KINDS.map((kind) => kind.name)
  return rows
    .map(({ connectionId: _, ...row }) => ({ ...row, stored: stored.get(row.kind) ?? null }))
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}
