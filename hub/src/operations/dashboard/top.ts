import type { Store } from '../../store/open-store.ts'
import { COUNTED_FINDINGS, FINDINGS } from './findings-view.ts'

/** One of those with the most open findings. */
interface Top {
  readonly id: string
  readonly name: string | null
  readonly open: number
  readonly critical: number
}

const SOURCES = {
  asset: { id: 'f.asset_id', name: 'max(f.asset_name)', from: FINDINGS, n: '1', visible: 'true' },
  project: {
    id: 'project_id',
    name: '(SELECT max(name) FROM project WHERE project.id = project_id)',
    from: `${COUNTED_FINDINGS} CROSS JOIN LATERAL unnest(f.project_ids) AS project_id`,
    n: 'f.n',
    // A finding may be in projects that the caller may not see.
    visible: '($2::text[] IS NULL OR project_id = ANY ($2))',
  },
  rule: { id: 'f.rule', name: 'max(f.title)', from: FINDINGS, n: '1', visible: 'true' },
}

/** The assets, projects or rules with the most critical, then the most open findings. */
export async function readTop(store: Store, values: readonly unknown[], what: keyof typeof SOURCES): Promise<Top[]> {
  const { id, name, from, n, visible } = SOURCES[what]
  const { rows } = await store.pool.query<Top>(
    `SELECT ${id} AS id, ${name} AS name, sum(${n})::int AS open,
       coalesce(sum(${n}) FILTER (WHERE f.severity = 'CRITICAL'), 0)::int AS critical
     FROM ${from} WHERE f.is_open AND ${id} IS NOT NULL AND ${visible} GROUP BY ${id} HAVING sum(${n}) > 0 ORDER BY critical DESC, open DESC, id LIMIT 8`,
    [...values],
  )
  return rows
}
