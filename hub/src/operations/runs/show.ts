import { z } from 'zod'
import { kindNamed } from '../../kinds/kinds.ts'
import type { Store } from '../../store/open-store.ts'
import { runRelation } from '../../store/query/own-relations.ts'
import { quoted, sqlName } from '../../store/sql-name.ts'
import { rowSchema } from '../listing.ts'
import { operation } from '../operation.ts'
import { ofAllProjects, tellingTotals } from '../totals.ts'
import { findRun, runInput } from './find-run.ts'
import { readReceipts, receiptFace } from './receipt.ts'

const SAMPLE = 20

const failedPart = z.object({
  kind: z.string(),
  part: z.string(),
  code: z.string().nullable(),
  error: tellingTotals('Why not.'),
})
const rejectedRecord = z.object({
  kind: z.string(),
  id: z.string().nullable(),
  code: z.string(),
  reason: z.string(),
  at: z.string(),
})
const heldRow = z.object({ kind: z.string(), id: z.string(), title: z.string().nullable() })

/** All about one run. */
export const showRun = operation({
  name: 'runs.show',
  about: 'Shows a run: what became of each kind, what failed, what was set aside and what waits for a person.',
  access: 'viewer',
  http: 'GET /runs/:run',
  args: ['run'],
  input: z.strictObject({ run: runInput }),
  output: rowSchema(runRelation).extend({
    receipts: z.array(receiptFace),
    failedParts: z
      .array(failedPart)
      .describe('Parts that could not be read to their end; resuming the run goes on there.'),
    // Nobody knows in which projects these were.
    rejected: ofAllProjects(z.array(rejectedRecord).describe(`What could not be read: the first ${SAMPLE}.`), []),
    held: ofAllProjects(z.array(heldRow).describe(`What waits to be removed: the first ${SAMPLE} of each kind.`), []),
  }),
  async run(context, input) {
    const { store } = context.app
    const run = await findRun(context, input.run)
    return {
      ...run,
      receipts: await readReceipts(store, run.id),
      failedParts: await readFailedParts(store, run.id),
      rejected: await readRejected(store, run.id),
      held: await readHeld(store, run.id),
    }
  },
})

async function readFailedParts(store: Store, run: number): Promise<z.output<typeof failedPart>[]> {
  const { rows } = await store.pool.query<z.output<typeof failedPart>>(
    `SELECT kind, label AS part, error_code AS code, error FROM run_partition
     WHERE run_id = $1 AND state = 'failed' ORDER BY id LIMIT ${SAMPLE}`,
    [run],
  )
  return rows
}

async function readRejected(store: Store, run: number): Promise<z.output<typeof rejectedRecord>[]> {
  const { rows } = await store.pool.query<z.output<typeof rejectedRecord>>(
    `SELECT kind, record_id AS id, code, reason, at FROM rejected_record WHERE run_id = $1 ORDER BY id LIMIT ${SAMPLE}`,
    [run],
  )
  return rows
}

async function readHeld(store: Store, run: number): Promise<z.output<typeof heldRow>[]> {
  const { rows: kinds } = await store.pool.query<{ kind: string }>(
    `SELECT kind FROM receipt WHERE run_id = $1 AND held_state = 'waiting'`,
    [run],
  )
  const samples = kinds.map(async ({ kind: name }) => {
    const kind = kindNamed(name)
    const { rows } = await store.pool.query<z.output<typeof heldRow>>(
      `SELECT h.kind, h.id, t.${quoted(sqlName(kind.title))} AS title FROM held_row h
       JOIN run ON run.id = h.run_id LEFT JOIN ${quoted(kind.table)} t ON t.connection_id = run.connection_id AND t.id = h.id
       WHERE h.run_id = $1 AND h.kind = $2 ORDER BY h.id LIMIT ${SAMPLE}`,
      [run, name],
    )
    return rows
  })
  return (await Promise.all(samples)).flat()
}
