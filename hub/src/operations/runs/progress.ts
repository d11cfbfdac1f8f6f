import { z } from 'zod'
import { RUN_STATUSES } from '../../store/database.ts'
import { operation } from '../operation.ts'
import { tellingTotals, total } from '../totals.ts'
import { findRun, runInput } from './find-run.ts'

/** The numbers of a progress bar. */
export const showProgress = operation({
  name: 'runs.progress',
  about: 'Tells how far a run is, in few numbers.',
  access: 'viewer',
  http: 'GET /runs/:run/progress',
  args: ['run'],
  input: z.strictObject({ run: runInput }),
  output: z.object({
    run: z.int(),
    connection: z.string(),
    status: z.enum(RUN_STATUSES),
    kinds: z.int(),
    kindsDone: z.int(),
    kindsCounted: z.int().describe('Of how many kinds Wiz has said how many records there are.'),
    expected: total('How many records there are to read, as far as Wiz has said.'),
    fetched: total('How many of them came.'),
    calls: total('How many calls of Wiz it took.'),
    bytes: total('How much Wiz sent.'),
    rate: total('Records per second since the run began.'),
    etaSeconds: z.number().nullable().describe('How long it will still take at this rate.'),
    error: tellingTotals('What it waits for or, once it has ended, what went wrong.'),
  }),
  async run(context, input) {
    const run = await findRun(context, input.run)
    const { rows } = await context.app.store.pool.query<Numbers>(NUMBERS, [run.id])
    const { kinds, kindsDone, kindsCounted, expected, fetched, calls, bytes, seconds } = rows[0] ?? NO_NUMBERS
    const rate = seconds > 0 ? fetched / seconds : 0
    const isUnderWay = run.status === 'running' && rate > 0
    const etaSeconds = isUnderWay ? Math.round(Math.max(0, expected - fetched) / rate) : null
    const { id, connection, status, error } = run
    return {
      run: id,
      connection,
      status,
      kinds,
      kindsDone,
      kindsCounted,
      expected,
      fetched,
      calls,
      bytes,
      rate,
      etaSeconds,
      error,
    }
  },
})

interface Numbers {
  readonly kinds: number
  readonly kindsDone: number
  readonly kindsCounted: number
  readonly expected: number
  readonly fetched: number
  readonly calls: number
  readonly bytes: number
  readonly seconds: number
}
const NO_NUMBERS: Numbers = {
  kinds: 0,
  kindsDone: 0,
  kindsCounted: 0,
  expected: 0,
  fetched: 0,
  calls: 0,
  bytes: 0,
  seconds: 0,
}

// A kind that has ended counts as read to its end; of the others, the first count that Wiz gave is what to expect.
const NUMBERS = `
  SELECT count(*)::int AS kinds, (count(*) FILTER (WHERE done))::int AS "kindsDone",
    (count(*) FILTER (WHERE done OR is_counted))::int AS "kindsCounted",
    coalesce(sum(CASE WHEN done THEN fetched ELSE greatest(expected, fetched) END), 0)::float8 AS expected,
    coalesce(sum(fetched), 0)::float8 AS fetched, coalesce(sum(calls), 0)::float8 AS calls,
    coalesce(sum(bytes), 0)::float8 AS bytes, max(seconds) AS seconds
  FROM (
    SELECT r.finished_at IS NOT NULL AS done, r.mode = 'inside' OR p.expected IS NOT NULL AS is_counted,
      CASE WHEN r.finished_at IS NOT NULL AND r.fetched > 0 THEN r.fetched ELSE p.fetched END AS fetched,
      coalesce(r.expected, p.expected, 0) AS expected, p.calls, p.bytes,
      extract(epoch FROM coalesce(run.finished_at, now()) - run.started_at)::float8 AS seconds
    FROM receipt r JOIN run ON run.id = r.run_id CROSS JOIN LATERAL (
      SELECT (array_agg(expected ORDER BY id) FILTER (WHERE role = 'walk'))[1] AS expected,
        coalesce(sum(fetched), 0) AS fetched, sum(calls) AS calls, sum(bytes) AS bytes
      FROM run_partition WHERE run_id = r.run_id AND kind = r.kind
    ) p WHERE r.run_id = $1
  ) kind`
