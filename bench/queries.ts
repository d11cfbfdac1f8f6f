import { openApp } from '../hub/src/app.ts'
import { loadConfig } from '../hub/src/config.ts'
import { issue } from '../hub/src/kinds/issue.ts'
import { createLog } from '../hub/src/log.ts'
import { showFacets } from '../hub/src/operations/dashboard/facets.ts'
import { visibleTo } from '../hub/src/operations/dashboard/findings-view.ts'
import { readDashboard, showDashboard } from '../hub/src/operations/dashboard/show.ts'
import type { OperationContext } from '../hub/src/operations/operation.ts'
import { findingRelation } from '../hub/src/store/query/finding-relation.ts'
import { kindRelation } from '../hub/src/store/query/kind-relation.ts'
import { eachBatch, type ListQuery, listRows } from '../hub/src/store/query/list-rows.ts'
import { writeIssues } from './issues.ts'

const ROUNDS = 20
const PAGE = 100
// What the interface shows beside the list of all findings, and beside that of issues.
const FACETS = {
  findings: ['severity', 'status', 'kind', 'platform', 'projectIds', 'assetType', 'connection'],
  issues: ['severity', 'status', 'type', 'platform', 'projectIds', 'assetType', 'frameworks', 'connection'],
}

const HALF = Array.from({ length: 30 }, (_, n) => `project-${2 * n}`)

/**
 * How long the questions of a list take over so many issues, in milliseconds: the 95th percentile of each. Asked of the
 * embedded PostgreSQL, and of the one at DATABASE_URL if it is set, which has to be empty before.
 */
export async function timeQueries(rows: number): Promise<Record<string, number>> {
  const embedded = await timeOn(loadConfig({ ...process.env, DATABASE_URL: '' }), rows)
  if (!process.env.DATABASE_URL) return embedded
  const other = Object.entries(await timeOn(loadConfig(), rows))
  return { ...embedded, ...Object.fromEntries(other.map(([name, ms]) => [`at DATABASE_URL: ${name}`, ms])) }
}

async function timeOn(config: ReturnType<typeof loadConfig>, rows: number): Promise<Record<string, number>> {
  const app = await openApp(config, createLog({ level: 'error' }))
  try {
    const known = await app.store.db.selectFrom('connection').select('name').execute()
    if (known.some(({ name }) => name !== 'bench')) throw new Error('Give the benchmark a database of its own.')
    if (known.length === 0) await writeIssues(app.store.pool, rows)
    const caller = { name: 'bench', role: 'admin' } as const
    const context: OperationContext = { app, caller, signal: new AbortController().signal }
    const times: Record<string, number> = {}
    const dashboard = () => showDashboard.run(context, { days: 90 })
    times['dashboard, the first call'] = await p95(dashboard, 1)
    times['dashboard, called again'] = await p95(dashboard)
    for (const [name, ask] of Object.entries(questions(context))) times[name] = await p95(ask)
    return times
  } finally {
    await app.close()
  }
}

type Questions = Record<string, () => Promise<unknown>>

function questions(context: OperationContext): Questions {
  const { store } = context.app
  const list = (query: Partial<ListQuery>) => () => listRows(store, findingRelation, { limit: PAGE, ...query })
  const issues = (query: Partial<ListQuery>) => () => listRows(store, kindRelation(issue), { limit: PAGE, ...query })
  const count = (query: Partial<ListQuery>) => list({ ...query, sort: ['id'], limit: 1, total: true })
  const facets = (kind: keyof typeof FACETS, filter: string[], search?: string) => () =>
    showFacets.run(context, { kind, field: FACETS[kind], filter, search })
  const page = async (query: Partial<ListQuery>) => (await list(query)()).nextCursor ?? undefined
  const counted = (days: number, projectIds?: string[]) => async () =>
    readDashboard(store, await visibleTo(store, { projectIds }), days)
  const narrow = ['projectIds=project-7', 'status=OPEN', 'severity=CRITICAL']
  return {
    'first page': list({}),
    'second page': async () => list({ cursor: await page({}) })(),
    'by severity': list({ sort: ['severity:desc'] }),
    'by date': list({ sort: ['detectedAt:desc'] }),
    'issues, first page': issues({}),
    'one project': list({ filter: ['projectIds=project-7'] }),
    'one status': list({ filter: ['status=IN_PROGRESS'] }),
    'one severity': list({ filter: ['severity=LOW'] }),
    'project, status and severity': list({ filter: narrow }),
    'project and severity, by date': list({
      filter: ['projectIds=project-7', 'severity=HIGH'],
      sort: ['updatedAt:desc'],
    }),
    'one asset': list({ filter: ['assetName~server-4711'] }),
    'count of all': count({}),
    'count of a severity': count({ filter: ['severity=CRITICAL'] }),
    'count of a project, status and severity': count({ filter: narrow }),
    'count since a day': count({ filter: ['detectedAt>=2026-01-01'] }),
    'facets of findings': facets('findings', []),
    'facets of findings, one severity': facets('findings', ['severity=CRITICAL']),
    'facets of findings, project, status and severity': facets('findings', narrow),
    'facets of issues': facets('issues', []),
    ...Object.fromEntries(
      Object.entries({
        'rare word': 'server-4711',
        'common word': 'storage',
        'word of assets': 'container',
        'two words': 'public database-12',
        'word that does not exist': 'xyzzy',
      }).flatMap(([name, search]) => [
        [`search for a ${name}`, list({ search })],
        [`count of a ${name}`, count({ search })],
        [`facets of a ${name}`, facets('findings', [], search)],
      ]),
    ),
    'dashboard, counted anew': counted(90),
    'dashboard of a year, counted anew': counted(366),
    'dashboard of one project, counted anew': counted(90, ['project-7']),
    'dashboard of half of all projects, counted anew': counted(90, HALF),
    'start of an export': async () => (await eachBatch(store, findingRelation, {}).next()).value,
    'start of an export of a project': async () =>
      (await eachBatch(store, findingRelation, { filter: ['projectIds=project-7'] }).next()).value,
  }
}

async function p95(ask: () => Promise<unknown>, rounds = ROUNDS): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    await ask()
    times.push(performance.now() - began)
  }
  return Math.round(times.toSorted((a, b) => a - b)[Math.ceil(rounds * 0.95) - 1] ?? 0)
}
