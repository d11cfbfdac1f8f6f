import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { App } from '../app.ts'
import { LOCKS } from '../store/locks.ts'
import { oneAtATime } from '../store/one-at-a-time.ts'
import type { Telemetry } from '../telemetry.ts'
import { JOBS, type Job } from './jobs.ts'

// The metrics look into it too.
const SCHEMA = 'jobs'
const STOP_MS = 5_000
// A job whose worker died is given to another one when it has not been heard of for this long.
const HEARTBEAT_SECONDS = 30
const HOUR_SECONDS = 3_600
const DAY_SECONDS = 24 * HOUR_SECONDS

/** Does the jobs when they are due, each once over all processes on this database. */
export async function runJobs(app: App, telemetry: Telemetry): Promise<{ stop(): Promise<void> }> {
  const boss = new PgBoss({
    schema: SCHEMA,
    // Our pool: one place decides how the database is reached. pg-boss expects what pg makes of types by itself.
    db: { executeSql: (text, values) => app.store.pool.query({ text, ...(values && { values }), types: pg.types }) },
  })
  boss.on('error', (error) => app.log.warn({ err: error }, 'the job queue has trouble'))
  boss.on('warning', ({ message }) => app.log.warn({ warning: message }, 'the job queue warns'))
  // The first start makes the tables of the queue; several at the same moment would trip over each other.
  await oneAtATime(app.store.pool, LOCKS.jobs, () => boss.start())
  const stop = () => boss.stop({ graceful: true, timeout: STOP_MS })
  try {
    for (const job of JOBS) await offer(app, boss, job, telemetry)
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}

async function offer(app: App, boss: PgBoss, job: Job, telemetry: Telemetry): Promise<void> {
  const log = app.log.child({ job: job.name })
  await boss.createQueue(job.name, {
    // One at a time, also where a run of it takes longer than the time to the next.
    policy: 'exclusive',
    expireInSeconds: HOUR_SECONDS,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retryLimit: 2,
    retryDelay: 10,
    retentionSeconds: DAY_SECONDS,
    deleteAfterSeconds: HOUR_SECONDS,
  })
  await boss.schedule(job.name, job.cron, null, { tz: 'UTC' })
  await boss.work(job.name, { pollingIntervalSeconds: 2 }, async ([given]) => {
    if (!given) return
    const startedAt = performance.now()
    try {
      await telemetry.span(`job ${job.name}`, {}, () => job.run(app, given.signal))
      log.debug({ ms: Math.round(performance.now() - startedAt) }, 'done')
    } catch (error) {
      log.warn({ err: error }, 'failed; it is tried again')
      throw error
    }
  })
}
