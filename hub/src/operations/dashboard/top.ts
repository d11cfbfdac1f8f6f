import type { Store } from '../../store/open-store.ts'
import { COUNTED_FINDINGS, CRITICAL, FINDINGS, type VisibleRows } from './findings-view.ts'

/** One of those with the most open findings. */
interface Top {
  readonly id: string
  readonly name: string | null
  readonly open: number
  readonly critical: number
}

const MOST = 8

/**
 * The assets or rules with the most critical, then the most open findings: all findings are counted only for those that
 * have enough critical ones, or where too few have any.
 */
export async function readTop(store: Store, visible: VisibleRows, what: keyof typeof NAMES): Promise<Top[]> {
  const counted = (which: string) =>
    `SELECT ${what} AS id, count(*)::int AS open, (count(*) FILTER (WHERE severity_rank = ${CRITICAL}))::int AS critical
     FROM ${FINDINGS} WHERE is_open AND ${what} IS NOT NULL AND ${which} GROUP BY ${what}`
  const text = `WITH critical AS MATERIALIZED (
      SELECT id, critical AS n FROM (${counted(`severity_rank = ${CRITICAL}`)}) one
    ), chosen AS MATERIALIZED (
      SELECT array_agg(id) AS ids FROM critical WHERE n >= (SELECT n FROM critical ORDER BY n DESC OFFSET ${MOST - 1} LIMIT 1)
    ), top AS MATERIALIZED (
      SELECT * FROM (
        ${counted(`${what} = ANY ((SELECT ids FROM chosen)::text[])`)}
        UNION ALL ${counted('(SELECT ids FROM chosen) IS NULL')}
      ) counted ORDER BY critical DESC, open DESC, id LIMIT ${MOST}
    )
    SELECT id, (SELECT ${NAMES[what]} FROM ${FINDINGS} WHERE ${what} = top.id AND ${NAMES[what]} IS NOT NULL LIMIT 1) AS name,
      open, critical FROM top ORDER BY critical DESC, open DESC, id`
  return (await store.pool.query<Top>(text, [...visible])).rows
}

const NAMES = { asset_id: 'asset_name', rule: 'title' } as const

/** The projects with the most critical, then the most open findings. */
export async function readTopProjects(
  store: Store,
  visible: VisibleRows,
  projectIds: readonly string[] | null,
): Promise<Top[]> {
  // A finding may be in projects that the caller may not see.
  const { rows } = await store.pool.query<Top>(
    `SELECT project_id AS id, (SELECT max(name) FROM project WHERE project.id = project_id) AS name, sum(n)::int AS open,
       coalesce(sum(n) FILTER (WHERE severity = 'CRITICAL'), 0)::int AS critical
     FROM ${COUNTED_FINDINGS} CROSS JOIN LATERAL unnest(project_ids) AS project_id
     WHERE is_open AND ($3::text[] IS NULL OR project_id = ANY ($3))
     GROUP BY project_id HAVING sum(n) > 0 ORDER BY critical DESC, open DESC, id LIMIT ${MOST}`,
    [...visible, projectIds],
  )
  return rows
}
