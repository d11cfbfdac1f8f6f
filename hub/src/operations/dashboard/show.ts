import { z } from 'zod'
import { databaseFailure } from '../../database-failure.ts'
import { Refused } from '../../errors.ts'
import type { Store } from '../../store/open-store.ts'
import { findConnection } from '../connections/find-connection.ts'
import { restrictionOf } from '../listing.ts'
import { operation } from '../operation.ts'
import { agesOf, OLDEST_AGE } from './ages.ts'
import { bySeverity, dashboardFace } from './dashboard-face.ts'
import { daysBack } from './days.ts'
import { COUNTED_FINDINGS, type Visible, type VisibleRows, visibleRows, visibleTo } from './findings-view.ts'
import { daysBefore, readClosed, readFound, readTimeToFix } from './moves.ts'
import { remember } from './remember.ts'
import { readTop, readTopProjects } from './top.ts'

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
    try {
      const visible = await visibleTo(app.store, { ...restriction, connectionIds: only ?? restriction.connectionIds })
      return await remember(app.store, JSON.stringify([days, visible]), () => readDashboard(app.store, visible, days))
    } catch (error) {
      throw error instanceof Refused ? error : databaseFailure(error)
    }
  },
})

/** Counts everything anew. */
export async function readDashboard(
  store: Store,
  visible: Visible,
  days: number,
): Promise<z.input<typeof dashboardFace>> {
  const now = Date.now()
  const firstDay = daysBefore(now, days - 1)
  const rows = await visibleRows(store, visible)
  const [{ open, unclosed }, found, closed, timeToFix, topAssets, topProjects, topRules, freshness] = await Promise.all(
    [
      readStanding(store, rows),
      readFound(store, rows, daysBefore(now, Math.max(days - 1, OLDEST_AGE))),
      readClosed(store, rows, firstDay),
      readTimeToFix(store, rows, firstDay),
      readTop(store, rows, 'asset_id'),
      readTopProjects(store, rows, visible.projectIds),
      readTop(store, rows, 'rule'),
      readFreshness(store, visible),
    ],
  )
  return {
    asOf: new Date(now).toISOString(),
    open,
    days: daysBack(now, days, { unclosed, found, closed }),
    timeToFix,
    ages: agesOf(now, open, found),
    topAssets,
    topProjects,
    topRules,
    freshness,
  }
}

async function readStanding(store: Store, visible: VisibleRows) {
  const { rows } = await store.pool.query<{ severity: string; open: number; unclosed: number }>(
    `SELECT coalesce(severity, 'NONE') AS severity, coalesce(sum(n) FILTER (WHERE is_open), 0)::int AS open,
       coalesce(sum(n) FILTER (WHERE is_closed IS NOT TRUE), 0)::int AS unclosed FROM ${COUNTED_FINDINGS} GROUP BY 1`,
    [...visible],
  )
  const counts = (what: 'open' | 'unclosed') => rows.map((row) => ({ severity: row.severity, n: row[what] }))
  return { open: bySeverity(counts('open').filter(({ n }) => n > 0)), unclosed: bySeverity(counts('unclosed')) }
}

interface Fresh {
  readonly connection: string
  readonly kind: string
  readonly successAt: string | null
  readonly fullAt: string | null
}

async function readFreshness(store: Store, { connectionIds }: Visible): Promise<Fresh[]> {
  const { rows } = await store.pool.query<Fresh>(
    `SELECT c.name AS connection, w.kind, w.success_at AS "successAt", w.full_at AS "fullAt"
     FROM watermark w JOIN connection c ON c.id = w.connection_id
     WHERE c.id = ANY ($1::bigint[]) ORDER BY w.success_at, w.kind`,
    [connectionIds],
  )
  return rows
}
