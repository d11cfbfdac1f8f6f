import { createHash } from 'node:crypto'
import type { Store } from '../../store/open-store.ts'

const RUNS = 30
const REASONS = 100

interface Receipt {
  readonly runId: number
  readonly error: string | null
  readonly notes: readonly string[]
  readonly scope: Record<string, unknown>
}

/** What was done lately and how it went: connections, runs with their receipts, paces, jobs, and what was set aside. */
export async function aboutRuns(store: Store) {
  const ask = async <R extends object>(sql: string) => (await store.pool.query<R>(sql)).rows
  const runs = await ask<{ id: number; error: string | null }>(
    `SELECT run.id, connection_id AS "connectionId", action, status, plan_id AS "planId", renewals, error_code AS "errorCode", error,
       started_at AS "startedAt", finished_at AS "finishedAt" FROM run ORDER BY id DESC LIMIT ${RUNS}`,
  )
  const receipts = await ask<Receipt>(
    `SELECT r.run_id AS "runId", r.kind, r.mode, r.state, r.scope, r.expected, r.fetched, r.removed, r.marked, r.held,
       r.held_state AS "heldState", r.error_code AS "errorCode", r.error, r.notes, r.finished_at AS "finishedAt", p.*
     FROM receipt r, LATERAL (SELECT count(*)::int AS partitions, (count(*) FILTER (WHERE state = 'failed'))::int AS failed,
         coalesce(sum(pages), 0) AS pages, coalesce(sum(inserted), 0) AS inserted, coalesce(sum(updated), 0) AS updated,
         coalesce(sum(unchanged), 0) AS unchanged, coalesce(sum(stale), 0) AS stale, coalesce(sum(rejected), 0) AS rejected,
         coalesce(sum(incomplete), 0) AS incomplete, coalesce(sum(calls), 0) AS calls, coalesce(sum(bytes), 0) AS bytes
       FROM run_partition p WHERE p.run_id = r.run_id AND p.kind = r.kind) p
     WHERE r.run_id IN (SELECT id FROM run ORDER BY id DESC LIMIT ${RUNS}) ORDER BY r.run_id DESC, r.kind`,
  )
  const ofRun = (id: number) => receipts.filter((receipt) => receipt.runId === id).map(presentable)
  return {
    connections: await connections(store),
    plans: await ask(
      `SELECT id, connection_id AS "connectionId", template, kinds, options, schedule, time_zone AS "timeZone", enabled,
         last_run_at AS "lastRunAt", next_run_at AS "nextRunAt" FROM plan ORDER BY id`,
    ),
    runs: runs.map((run) => ({ ...run, error: withoutQuotes(run.error), receipts: ofRun(run.id) })),
    watermarks: await ask(
      `SELECT connection_id AS "connectionId", kind, reached, full_at AS "fullAt", success_at AS "successAt" FROM watermark ORDER BY 1, 2`,
    ),
    setAside: await ask(
      `SELECT kind, code, CASE code WHEN 'unknown-value' THEN 'A value that is not known here.' ELSE reason END AS reason,
         count(*)::int AS records, max(at) AS "lastAt" FROM rejected_record GROUP BY 1, 2, 3 ORDER BY max(at) DESC LIMIT ${REASONS}`,
    ),
    paces: await paces(store),
    jobs: await jobs(store),
  }
}

// Which data centre is Wiz's to know; the tenant and its account are not needed to find a fault.
async function connections({ pool }: Store) {
  const { rows } = await pool.query<{ apiUrl: string; statusReason: string | null }>(
    `SELECT id, api_url AS "apiUrl", cardinality(project_ids) AS projects, status, status_reason AS "statusReason",
       created_at AS "createdAt", updated_at AS "updatedAt", last_success_at AS "lastSuccessAt" FROM connection ORDER BY id`,
  )
  return rows.map(({ apiUrl, statusReason, ...rest }) => ({
    ...rest,
    host: new URL(apiUrl).host,
    statusReason: withoutQuotes(statusReason),
  }))
}

async function paces({ pool }: Store) {
  const { rows } = await pool.query<{ account: string; state: unknown; updatedAt: string }>(
    `SELECT account, state, updated_at AS "updatedAt" FROM pace ORDER BY account`,
  )
  return rows.map(({ account, ...rest }) => {
    const [host] = account.split(' ')
    // Enough to tell accounts apart.
    return { host, account: createHash('sha256').update(account).digest('hex').slice(0, 8), ...rest }
  })
}

async function jobs({ pool }: Store) {
  const { rows } = await pool.query<{ isThere: boolean }>(`SELECT to_regclass('jobs.job') IS NOT NULL AS "isThere"`)
  if (!rows[0]?.isThere) return null
  const queues = await pool.query(
    `SELECT name, state::text AS state, count(*)::int AS jobs, min(created_on) AS oldest FROM jobs.job GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  return queues.rows
}

// Notes and scopes may name projects or repeat what Wiz said of a resource; a field that is gone is a fact about the API.
function presentable({ runId: _, error, notes, scope, ...receipt }: Receipt) {
  const missingFields = notes.filter((note) => note.startsWith('Wiz no longer has '))
  return { ...receipt, error: withoutQuotes(error), notes: notes.length, missingFields, limitedBy: Object.keys(scope) }
}

function withoutQuotes(sentence: string | null): string | null {
  return sentence?.replace(/Wiz says: ".*"/s, 'Wiz says: "…"') ?? null
}
