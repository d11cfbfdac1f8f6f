import { runRelation } from '../../store/query/own-relations.ts'
import { listOperation } from '../listing.ts'

/** The syncs there were and are. */
export const listRuns = listOperation(runRelation, {
  name: 'runs.list',
  about: 'Lists the syncs of all connections, the latest first.',
  http: 'GET /runs',
  columns: [
    ...['id', 'connection', 'status', 'startedBy', 'action', 'plan', 'startedAt', 'durationSeconds'],
    ...['fetched', 'removed', 'error'],
  ],
  examples: [
    'runs list --filter connection=prod',
    'runs list --filter plan=nightly --sort durationSeconds:desc',
    "runs list --filter status=partial --filter 'startedAt>=2026-01-01'",
  ],
})
