import { z } from 'zod'
import { databaseFailure } from '../../database-failure.ts'
import { Refused } from '../../errors.ts'
import type { Store } from '../../store/open-store.ts'
import { findConnection } from '../connections/find-connection.ts'
import { restrictionOf } from '../listing.ts'
import { operation } from '../operation.ts'
import { readAges, readTimeToFix } from './ages.ts'
import { bySeverity, dashboardFace } from './dashboard-face.ts'
import { readDays } from './days.ts'
import { COUNTED_FINDINGS, findingParameters } from './findings-view.ts'
import { remember } from './remember.ts'
import { readTop } from './top.ts'

/** The numbers of the dashboard. */
export const showDashboard = operation({
  name: 'dashboard.show',
  about: 'Shows how findings stand: open ones over time, new against fixed, time to fix, ages, the worst, freshness.',
  access: 'viewer',
  http: 'GET /dashboard',
  input: z.strictObject({
    days: z.int().min(7).max(366).default(90).describe('How many days to look back.'),
    connection: z.string().max(100).optional().describe('Only this connection.'),
  }),
  output: dashboardFace,
  async run(context, { days, connection }) {
    const { app, caller } = context
    const restriction = restrictionOf(caller)
    const only = connection === undefined ? undefined : [(await findConnection(context, connection)).id]
    const values = findingParameters({ ...restriction, connectionIds: only ?? restriction.connectionIds })
    try {
      return await remember(app.store, JSON.stringify([days, ...values]), () => readAll(app.store, values, days))
    } catch (error) {
      throw error instanceof Refused ? error : databaseFailure(error)
    }
  },
})

async function readAll(store: Store, values: unknown[], days: number): Promise<z.input<typeof dashboardFace>> {
  const asOf = new Date().toISOString()
  const [open, history, timeToFix, ages, topAssets, topProjects, topRules, freshness] = await Promise.all([
    readOpen(store, values),
    readDays(store, values, days),
    readTimeToFix(store, values, days),
    readAges(store, values),
    readTop(store, values, 'asset'),
    readTop(store, values, 'project'),
    readTop(store, values, 'rule'),
    readFreshness(store, values[0]),
  ])
  return { asOf, open, days: history, timeToFix, ages, topAssets, topProjects, topRules, freshness }
}

async function readOpen(store: Store, values: unknown[]): Promise<Record<string, number>> {
  const text = `SELECT coalesce(severity, 'NONE') AS severity, sum(n)::int AS n FROM ${COUNTED_FINDINGS} WHERE is_open GROUP BY 1 HAVING sum(n) > 0`
  const { rows } = await store.pool.query<{ severity: string; n: number }>(text, values)
  return bySeverity(rows)
}

interface Fresh {
  readonly connection: string
  readonly kind: string
  readonly successAt: string | null
  readonly fullAt: string | null
}

async function readFreshness(store: Store, connectionIds: unknown): Promise<Fresh[]> {
  const { rows } = await store.pool.query<Fresh>(
    `SELECT c.name AS connection, w.kind, w.success_at AS "successAt", w.full_at AS "fullAt"
     FROM watermark w JOIN connection c ON c.id = w.connection_id
     WHERE $1::bigint[] IS NULL OR c.id = ANY ($1) ORDER BY w.success_at, w.kind`,
    [connectionIds],
  )
  return rows
}
