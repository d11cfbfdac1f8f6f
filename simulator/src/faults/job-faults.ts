import { errorEntry } from '../answer.ts'
import { isRow, type Row } from './connection.ts'
import { addError, responseFault } from './fault.ts'

/** Reports in a value: a `report`, the one inside a mutation's payload, or the nodes of `reports`. */
function lastRunsOf(value: unknown): Row[] {
  if (!isRow(value)) return []
  const holders = [value, value.report, ...(Array.isArray(value.nodes) ? value.nodes : [])]
  return holders.flatMap((holder) => (isRow(holder) && isRow(holder.lastRun) ? [holder.lastRun] : []))
}

/** Changes only what the document selected. */
function change(row: Row, patch: Row): void {
  for (const [name, value] of Object.entries(patch)) if (name in row) row[name] = value
}

const hasRun = (value: unknown) => lastRunsOf(value).length > 0
const isActivity = (value: unknown) => isRow(value) && 'status' in value

function statsOf(activity: Row): Row[] {
  const { result } = activity
  return isRow(result) ? ['dataSources', 'findings', 'events'].map((name) => result[name]).filter(isRow) : []
}

/** What goes wrong with long jobs: report runs, and the activities that follow uploads. */
export const jobFaults = {
  'report-run-stale': responseFault({
    about: '`lastRun` is still an earlier, COMPLETED run, `ageMs` older than the true one.',
    params: { ageMs: 3_600_000 },
    times: 3,
    suits: hasRun,
    tamper: ({ value, params }) => {
      for (const run of lastRunsOf(value)) {
        const runAt =
          typeof run.runAt === 'string' ? new Date(Date.parse(run.runAt) - params.ageMs).toISOString() : null
        change(run, { status: 'COMPLETED', progress: 100, runAt })
      }
    },
  }),
  'report-run-status': responseFault({
    about: '`lastRun.status` is `status` (EXPIRED, FAILED, or any other word), without a link.',
    params: { status: 'EXPIRED' },
    suits: hasRun,
    tamper: ({ value, params }) => {
      const failedReason = params.status === 'FAILED' ? 'Report generation failed' : null
      for (const run of lastRunsOf(value)) change(run, { status: params.status, url: null, failedReason })
    },
  }),
  'report-limit-reached': responseFault({
    about: 'The run’s `results` say that its row limit was reached.',
    params: {},
    suits: hasRun,
    tamper: ({ value }) => {
      for (const run of lastRunsOf(value))
        run.results = { ...(isRow(run.results) ? run.results : {}), limitReached: true }
    },
  }),
  'activity-not-found': responseFault({
    about: 'The system activity of an upload is not registered yet: null with NOT_FOUND.',
    params: {},
    times: 2,
    suits: (_value, root) => root.field === 'systemActivity',
    tamper: ({ result, root }) => {
      result.data = { ...result.data, [root.key]: null }
      addError(result, errorEntry('NOT_FOUND', 'Resource not found', [root.key]))
    },
  }),
  'activity-skipped': responseFault({
    about: 'The system activity ends as SKIPPED and has handled `missing` fewer than came in.',
    params: { missing: 1 },
    suits: isActivity,
    tamper: ({ value, params }) => {
      if (!isRow(value)) return
      change(value, { status: 'SKIPPED', statusInfo: 'some findings could not be associated with a resource' })
      for (const stats of statsOf(value)) {
        if (typeof stats.incoming === 'number') change(stats, { handled: Math.max(0, stats.incoming - params.missing) })
      }
    },
  }),
  'activity-failed': responseFault({
    about: 'The system activity ends as FAILURE with `reason`.',
    params: { reason: 'file does not match the schema' },
    suits: isActivity,
    tamper: ({ value, params }) => {
      if (isRow(value)) change(value, { status: 'FAILURE', statusInfo: params.reason, result: null })
    },
  }),
}
