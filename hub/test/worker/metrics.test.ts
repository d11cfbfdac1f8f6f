import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createLog } from '../../src/log.ts'
import { READINESS } from '../../src/readiness.ts'
import { resumeRun } from '../../src/store/runs.ts'
import { openTelemetry } from '../../src/telemetry.ts'
import { clearOut } from '../../src/worker/clear-out.ts'
import { JOBS } from '../../src/worker/jobs.ts'
import { joinRuns, type RunJoiner } from '../../src/worker/join-runs.ts'
import { renderMetrics } from '../../src/worker/metrics.ts'
import { runJobs } from '../../src/worker/run-jobs.ts'
import { type Fleet, openFleet } from './fleet.ts'

const NO_TRACES = openTelemetry(undefined, createLog({ level: 'silent' }), '0')
const MONITORING = path.resolve(import.meta.dirname, '../../../deploy/monitoring')

let fleet: Fleet
let joiner: RunJoiner
let connection: number

beforeAll(async () => {
  fleet = await openFleet({ issues: 60 })
  joiner = joinRuns(fleet.app, NO_TRACES)
  connection = await fleet.connect('measured')
})

afterAll(async () => {
  await joiner?.stop()
  await fleet?.stop()
})

async function sync(): Promise<number> {
  const runId = await fleet.sync(connection)
  expect(await fleet.ended(runId)).toBe('complete')
  return runId
}

/** The value of each sample, by its name and labels as they are written. */
async function scrape(): Promise<Map<string, number>> {
  // A store of its own identity, because answers are kept for some seconds.
  const text = await renderMetrics({ ...fleet.app, store: { ...fleet.app.store } })
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

it('RUN-5 tells what syncs did, from the database', async () => {
  await sync()
  const metrics = await scrape()
  const issues = fleet.simulator.world.snapshot('issuesV2').length
  const labels = 'connection="measured",kind="issue"'
  expect(metrics.get(`wizbridge_rows_total{${labels},outcome="inserted"}`)).toBe(issues)
  const { rows } = await fleet.app.store.pool.query<{ kind: string; fetched: number }>(
    `SELECT kind, sum(fetched) AS fetched FROM run_partition WHERE role = 'walk' GROUP BY kind`,
  )
  for (const { kind, fetched } of rows) {
    const ofKind = [...metrics].filter(([name]) =>
      name.startsWith(`wizbridge_rows_total{connection="measured",kind="${kind}"`),
    )
    expect(
      ofKind.reduce((total, [, n]) => total + n, 0),
      kind,
    ).toBe(fetched)
  }
  expect(metrics.get(`wizbridge_sync_last_complete{${labels}}`)).toBe(1)
  expect(metrics.get(`wizbridge_sync_last_success_timestamp_seconds{${labels}}`)).toBeGreaterThan(1_700_000_000)
  expect(metrics.get(`wizbridge_sync_lag_seconds{${labels}}`)).toBeLessThan(600)
  expect(metrics.get(`wizbridge_pages_total{${labels}}`)).toBeGreaterThan(0)
  expect(metrics.get('wizbridge_runs_total{connection="measured",status="complete"}')).toBe(1)
  expect(metrics.get('wizbridge_connection_active{connection="measured"}')).toBe(1)
  expect(metrics.get('wizbridge_database_up')).toBe(1)
  const allowed = [...metrics].find(([name]) => name.startsWith('wizbridge_rate_allowed_per_second'))
  expect(allowed?.[1]).toBeGreaterThan(0)
})

it('RUN-5 tells how late the kinds of a connection are that has become inactive, and no longer of one that was disconnected', async () => {
  const lag = 'wizbridge_sync_lag_seconds{connection="measured",kind="issue"}'
  const withStatus = async (status: string) => {
    await fleet.app.store.pool.query('UPDATE connection SET status = $1', [status])
    return (await scrape()).get(lag)
  }
  expect(await withStatus('inactive')).toBeGreaterThan(0)
  expect(await withStatus('not-connected')).toBeUndefined()
  expect(await withStatus('active')).toBeGreaterThan(0)
})

it('RUN-5 counts every call of a connection by how it ended, and tokens apart', async () => {
  const { simulator } = fleet
  const counted = async () => {
    const metrics = await scrape()
    const sum = (name: string, outcome = '') =>
      [...metrics]
        .filter(([key]) => key.startsWith(`${name}{connection="measured",outcome="${outcome}`))
        .reduce((total, [, value]) => total + value, 0)
    const calls = 'wizbridge_api_calls_total'
    return {
      calls: sum(calls),
      failed: sum(calls) - sum(calls, 'ok'),
      away: sum(calls, 'unavailable"'),
      tokens: sum('wizbridge_token_requests_total'),
    }
  }
  const before = await counted()
  simulator.journal.clear()
  simulator.faults.add({ fault: 'gateway-error', times: 2 })
  await sync()
  simulator.faults.clear()
  const after = await counted()
  const { calls, tokens } = simulator.journal
  // A worker may be refused where it asks faster than this tenant allows.
  const { refusals } = simulator.journal.summary()
  expect(calls.some(({ roots }) => roots.length > 0)).toBe(true)
  expect(after).toEqual({
    calls: before.calls + calls.length,
    failed: before.failed + 2 + refusals,
    away: before.away + 2,
    tokens: before.tokens + tokens.length,
  })
})

it('RUN-5 counts on when old runs are removed, and removes nothing that is still needed', async () => {
  const { pool } = fleet.app.store
  await sync()
  const last = await sync()
  const counters = async () =>
    [...(await scrape())].filter(([name]) => /^wizbridge_(rows|runs|pages)_total/.test(name)).sort()
  const before = await counters()
  const deleted = before.filter(([name]) => name.includes('outcome="deleted"'))
  expect(deleted.reduce((total, [, n]) => total + n, 0)).toBeGreaterThan(0)
  await pool.query(`UPDATE run SET finished_at = finished_at - interval '91 days'`)
  await clearOut(fleet.app, new AbortController().signal)
  const { rows } = await pool.query<{ id: number }>('SELECT id FROM run')
  expect(rows).toEqual([{ id: last }])
  expect(await counters()).toEqual(before)
})

it('ING-9 an old unfinished run that is resumed after its pages were cleared out walks again and deletes nothing', async () => {
  const { pool } = fleet.app.store
  await joiner.stop()
  const runId = await fleet.sync(connection)
  joiner = joinRuns(fleet.app, NO_TRACES)
  expect(await fleet.ended(runId)).toBe('complete')
  const { rows: before } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM issue')
  // As a run that was interrupted after its walk, eight days ago.
  await pool.query(`UPDATE run SET status = 'partial', finished_at = now() - interval '8 days' WHERE id = $1`, [runId])
  await pool.query(`UPDATE receipt SET state = 'partial' WHERE run_id = $1 AND kind = 'issue'`, [runId])
  await pool.query(
    `INSERT INTO run_page (run_id, kind, partition_id, seq, ids)
     SELECT run_id, kind, id, 1, '{some}' FROM run_partition WHERE run_id = $1 AND kind = 'issue' AND role = 'walk'`,
    [runId],
  )
  await clearOut(fleet.app, new AbortController().signal)
  await resumeRun(fleet.app.store, runId)
  expect(await fleet.ended(runId)).toBe('complete')
  const { rows: after } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM issue')
  expect(after).toEqual(before)
})

it('RUN-5 tells the depth of each queue, also where nothing waits', async () => {
  const jobs = await runJobs(fleet.app, NO_TRACES)
  const metrics = await scrape()
  await jobs.stop()
  for (const { name } of JOBS) {
    for (const state of ['created', 'retry', 'active', 'failed']) {
      expect(
        metrics.get(`wizbridge_jobs{queue="${name}",state="${state}"}`),
        `${name} ${state}`,
      ).toBeGreaterThanOrEqual(0)
    }
    expect(metrics.get(`wizbridge_jobs{queue="${name}",state="failed"}`)).toBe(0)
  }
})

it('RUN-5 is not ready where migrations are missing, and says what to do', async () => {
  const { pool } = fleet.app.store
  await READINESS.migrations(fleet.app)
  const { rows } = await pool.query<{ name: string }>(
    'DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration) RETURNING name',
  )
  const name = rows[0]?.name ?? ''
  await expect(READINESS.migrations(fleet.app)).rejects.toMatchObject({
    code: 'migrations-missing',
    message: expect.stringMatching(new RegExp(`${name}\\)\\. Restart this process`)),
  })
  await pool.query('INSERT INTO schema_migration (name) VALUES ($1)', [name])
})

it('RUN-5 every metric that the alert rules and the dashboard name exists', async () => {
  const text = await renderMetrics(fleet.app)
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]))
  const rules = parse(readFileSync(path.join(MONITORING, 'alerts.yaml'), 'utf8')) as {
    groups: { rules: { expr: string }[] }[]
  }
  const dashboard = JSON.parse(readFileSync(path.join(MONITORING, 'grafana-dashboard.json'), 'utf8')) as {
    panels: { targets: { expr: string }[] }[]
  }
  const expressions = [
    ...rules.groups.flatMap((group) => group.rules.map((rule) => rule.expr)),
    ...dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr)),
  ]
  const named = expressions.flatMap((expression) => expression.match(/\b(?:wizbridge|process|nodejs)_\w+/g) ?? [])
  expect(named.length).toBeGreaterThan(expressions.length - 1)
  expect(named.filter((name) => !known.has(name))).toEqual([])
})
