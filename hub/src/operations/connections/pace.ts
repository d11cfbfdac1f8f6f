import { z } from 'zod'
import type { Store } from '../../store/open-store.ts'
import { initialPace, isUnderWay, type Pace } from '../../wiz/governor.ts'
import { operation } from '../operation.ts'
import { connectionInput } from './connection-face.ts'
import { findConnection } from './find-connection.ts'
import { accountOf } from './open-account.ts'

/** What was learnt of the limits of a service account, which all processes share. */
export const showPace = operation({
  name: 'connections.pace',
  about: 'Shows what was learnt of the limits of the service account, and how much of them is used now.',
  access: 'viewer',
  http: 'GET /connections/:connection/pace',
  args: ['connection'],
  input: z.strictObject({ connection: connectionInput }),
  output: z.object({
    connection: z.string(),
    allowedPerSecond: z.number().describe('How many calls a second may start now.'),
    allowedAtOnce: z.int().describe('How many calls may be under way now.'),
    refusedPerSecond: z
      .number()
      .nullable()
      .describe('Where Wiz last said that it is too many a second; null if never.'),
    refusedAtOnce: z.int().nullable().describe('Where Wiz last said that it is too many at once; null if never.'),
    usedPerSecond: z.number().describe('How many calls a second started just now.'),
    underWay: z.int().describe('How many calls are under way now.'),
    pausedSeconds: z.number().describe('How long nobody may call, because Wiz asked to wait.'),
    updatedAt: z.string().nullable().describe('When Wiz was last called; null if never.'),
  }),
  async run(context, input) {
    const { name, apiUrl, clientId } = await findConnection(context, input.connection)
    const { pace, now, updatedAt } = await readPace(context.app.store, accountOf({ apiUrl, clientId }))
    return { connection: name, ...paceFacts(pace, now), updatedAt }
  },
})

async function readPace(store: Store, account: string): Promise<{ pace: Pace; now: number; updatedAt: string | null }> {
  // The clock of the database, which is the one that slots are counted by.
  const { rows } = await store.pool.query<{ state: Pace | null; updatedAt: string | null; now: number }>(
    `SELECT p.state, p.updated_at AS "updatedAt", t.now
     FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now) t LEFT JOIN pace p ON p.account = $1`,
    [account],
  )
  const { state = null, updatedAt = null, now = Date.now() } = rows[0] ?? {}
  return { pace: { ...initialPace, ...state }, now, updatedAt }
}

const SECOND = 1000

function paceFacts(pace: Pace, now: number) {
  const underWay = pace.running.filter((slot) => isUnderWay(pace, slot, now))
  // As long as the governor remembers calls that got through.
  const window = 2 * Math.max(SECOND, (5 * SECOND) / pace.rate)
  const started = [...pace.passed, ...underWay].filter((slot) => slot > now - window && slot <= now)
  return {
    allowedPerSecond: rounded(pace.rate),
    allowedAtOnce: Math.floor(pace.concurrency),
    refusedPerSecond: pace.rateCeiling === null ? null : rounded(pace.rateCeiling),
    refusedAtOnce: pace.concurrencyCeiling === null ? null : Math.floor(pace.concurrencyCeiling),
    usedPerSecond: rounded((started.length * SECOND) / window),
    underWay: underWay.length,
    pausedSeconds: rounded(Math.max(0, pace.pausedUntil - now) / SECOND),
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
