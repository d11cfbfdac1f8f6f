import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { TestApp } from '../fixture.ts'
import type { Tenant } from './fixture.ts'
import { runOnce } from './run-once.ts'

/** A process that works on a run. */
export interface WorkerProcess {
  readonly child: ChildProcess
  /** How it ended, and how many calls it made where it came to its end. */
  readonly ended: Promise<{ exitCode: number | null; calls: number; errors: string }>
}

/** Starts a process that works on a run of a test's database to its end. */
export function startWorker(test: TestApp, tenant: Tenant, runId: number, pageSize: number, width = 4): WorkerProcess {
  const child = spawn(process.execPath, [runOnce, tenant.name, String(runId), String(pageSize), String(width)], {
    env: {
      ...process.env,
      DATABASE_URL: test.databaseUrl,
      WIZBRIDGE_DATA_DIR: test.dataDir,
      // What is to be seen is the sync, not the pace.
      WIZBRIDGE_CALLS_PER_SECOND: '200',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[exitCode], said, errors]) => ({ exitCode: exitCode as number | null, calls: Number(said), errors }),
  )
  return { child, ended }
}

/** Waits until so many pages of a run are kept, or it has ended; answers whether it goes on. */
export async function untilPages(test: TestApp, runId: number, pages: number): Promise<boolean> {
  for (;;) {
    const { rows } = await test.app.store.pool.query<{ pages: number; status: string }>(
      `SELECT (SELECT coalesce(sum(pages), 0)::int FROM run_partition WHERE run_id = $1) AS pages, status FROM run WHERE id = $1`,
      [runId],
    )
    if (!['queued', 'running'].includes(rows[0]?.status ?? '')) return false
    if ((rows[0]?.pages ?? 0) >= pages) return true
  }
}

/** How many pages of a run are kept so far. */
export async function pagesOf(test: TestApp, runId: number): Promise<number> {
  const { rows } = await test.app.store.pool.query<{ pages: number }>(
    'SELECT coalesce(sum(pages), 0)::int AS pages FROM run_partition WHERE run_id = $1',
    [runId],
  )
  return rows[0]?.pages ?? 0
}
