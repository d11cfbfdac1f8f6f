import type { Pool } from 'pg'
import { createFarClock } from '../wiz/far-clock.ts'
import { advance, initialPace, type KnownLimit, type Ledger, type Pace, usualLimit } from '../wiz/governor.ts'
import { transaction } from './transaction.ts'

/**
 * Keeps the pace of a service account in a row that all processes share, so that together they stay within its limit.
 * Time is the database's, because the clocks of several machines differ.
 */
export function paceLedger(
  pool: Pool,
  account: string,
  { aheadMs = 60, limit = usualLimit }: { aheadMs?: number; limit?: KnownLimit | undefined } = {},
): Ledger {
  const clock = createFarClock()
  return {
    reserve: (wanted, outcomes) =>
      transaction(pool, async (client) => {
        // What is lost here when the database crashes is learnt again within seconds.
        await client.query('SET LOCAL synchronous_commit = off')
        await client.query('INSERT INTO pace (account, state) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
          account,
          JSON.stringify(initialPace),
        ])
        const askedAt = performance.now()
        const { rows } = await client.query<{ state: Pace; now: number }>(
          `SELECT state, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now FROM pace
           WHERE account = $1 FOR UPDATE`,
          [account],
        )
        const { state = initialPace, now = Date.now() } = rows[0] ?? {}
        clock.hear(now, askedAt, performance.now())
        // A state written by another version may lack what this one knows of.
        const { pace, grant } = advance({ ...initialPace, ...state }, { wanted, outcomes, aheadMs, limit }, now)
        await client.query('UPDATE pace SET state = $2, updated_at = now() WHERE account = $1', [
          account,
          JSON.stringify(pace),
        ])
        const { slots, ...rest } = grant
        return { ...rest, turns: slots.map(({ slot }) => ({ slot, ...clock.here(slot) })) }
      }),
  }
}
