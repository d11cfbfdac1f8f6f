import { openApp } from '../hub/src/app.ts'
import { loadConfig } from '../hub/src/config.ts'
import { createLog } from '../hub/src/log.ts'
import { showFacets } from '../hub/src/operations/dashboard/facets.ts'
import type { OperationContext } from '../hub/src/operations/operation.ts'
import { findingRelation } from '../hub/src/store/query/finding-relation.ts'
import { eachBatch, type ListQuery, listRows } from '../hub/src/store/query/list-rows.ts'

const ROUNDS = 20

/** How long the questions of a list take over so many issues: the 95th percentile of each, in milliseconds. */
export async function timeQueries(rows: number): Promise<Record<string, number>> {
  const app = await openApp(loadConfig(), createLog({ level: 'error' }))
  try {
    await fill(app.store.pool, rows)
    const caller = { name: 'bench', role: 'admin' } as const
    const context: OperationContext = { app, caller, signal: new AbortController().signal }
    const list = (query: Partial<ListQuery>) => () => listRows(app.store, findingRelation, { limit: 50, ...query })
    const second = await listRows(app.store, findingRelation, { limit: 50 })
    const facets = (filter: string[]) => () =>
      showFacets.run(context, {
        kind: 'findings',
        field: ['severity', 'status', 'platform'],
        filter,
        search: undefined,
      })
    return {
      'first page': await p95(list({})),
      'second page': await p95(list({ cursor: second.nextCursor ?? undefined })),
      'filtered by severity and status': await p95(list({ filter: ['severity=CRITICAL', 'status=OPEN'] })),
      'one project, newest first': await p95(list({ filter: ['projectIds=project-7'], sort: ['updatedAt:desc'] })),
      search: await p95(list({ search: 'bucket 4711' })),
      'count of a filter': await p95(list({ filter: ['severity=CRITICAL'], total: true })),
      'three facets': await p95(facets([])),
      'three facets of a filter': await p95(facets(['severity=CRITICAL'])),
      'start of an export': await p95(async () => (await eachBatch(app.store, findingRelation, {}).next()).value),
    }
  } finally {
    await app.close()
  }
}

async function p95(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    await ask()
    times.push(performance.now() - began)
  }
  return Math.round(times.toSorted((a, b) => a - b)[Math.ceil(ROUNDS * 0.95) - 1] ?? 0)
}

async function fill(pool: { query(text: string, values?: unknown[]): Promise<unknown> }, rows: number): Promise<void> {
  await pool.query(
    `INSERT INTO connection (name, api_url, client_id) VALUES ('bench', 'https://api.us1.app.wiz.io/graphql', 'x')`,
  )
  await pool.query(
    `INSERT INTO issue (connection_id, id, type, status, severity, rule_id, rule_name, asset_id, asset_name, asset_type,
       platform, project_ids, created_at, updated_at, raw, hash, observed_at)
     SELECT c.id, gen_random_uuid()::text, 'TOXIC_COMBINATION',
       (ARRAY['OPEN', 'OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED'])[1 + (random() * 4.99)::int % 5],
       (ARRAY['INFORMATIONAL', 'LOW', 'LOW', 'MEDIUM', 'MEDIUM', 'HIGH', 'CRITICAL'])[1 + (random() * 6.99)::int % 7],
       'wc-id-' || (random() * 300)::int, 'Rule about something ' || (random() * 300)::int,
       'asset-' || (random() * 50000)::int, 'bucket ' || n, (ARRAY['BUCKET', 'VIRTUAL_MACHINE'])[1 + n % 2],
       (ARRAY['AWS', 'Azure', 'GCP'])[1 + n % 3], ARRAY['project-' || (random() * 40)::int],
       now() - random() * interval '700 days', now() - random() * interval '300 days',
       jsonb_build_object('id', n, 'description', repeat('what happened and what to do ', 30)), gen_random_uuid(), now()
     FROM connection c, generate_series(1, $1::int) n`,
    [rows],
  )
  await pool.query('VACUUM ANALYZE issue')
}
