import { FINDING_KINDS } from '../../kinds/kinds.ts'
import { tallyTable } from '../../store/kind-summary.ts'
import { CLOSED, projectSetOf } from '../../store/kind-table.ts'
import type { Store } from '../../store/open-store.ts'
import { findingRelation } from '../../store/query/finding-relation.ts'
import type { Restriction } from '../../store/query/restriction.ts'
import { quoted } from '../../store/sql-name.ts'

const SEVERITY_RANKS = findingRelation.fields.get('severity')?.ranks ?? {}

/** What the worst severity counts for, and the condition that a finding counts for anything: the index wants to hear it. */
export const CRITICAL = SEVERITY_RANKS.CRITICAL ?? 0
export const OF_ANY_RANK = `severity_rank = ANY ('{${[0, ...new Set(Object.values(SEVERITY_RANKS))].join(',')}}'::smallint[])`

const VISIBLE = 'connection_id = ANY ($1::bigint[]) AND ($2::bigint[] IS NULL OR project_set = ANY ($2))'
const STANDING = `status IN ('OPEN', 'IN_PROGRESS') AS is_open, status IN ${CLOSED} AS is_closed`

const TALLIES = FINDING_KINDS.map(
  (kind) => `SELECT connection_id, severity, status, project_ids, n FROM ${quoted(tallyTable(kind))}`,
).join(' UNION ALL ')

/** How many findings there are that a caller may see, as the name `f`: `n` of each row, where few columns are enough. */
export const COUNTED_FINDINGS = `(
  SELECT *, ${STANDING} FROM (SELECT *, ${projectSetOf('project_ids')} AS project_set FROM (${TALLIES}) tally) counted
  WHERE ${VISIBLE}
) f`

/** What a caller may see: all projects, or some. */
export interface Visible {
  readonly connectionIds: readonly number[]
  readonly projectIds: readonly string[] | null
}

/** What a caller may see, with the connections there are where they may see all. */
export async function visibleTo(store: Store, { connectionIds, projectIds }: Restriction): Promise<Visible> {
  const all = async () => {
    const rows = await store.db.selectFrom('connection').select('id').orderBy('id').execute()
    return rows.map(({ id }) => id)
  }
  return { connectionIds: connectionIds ?? (await all()), projectIds: projectIds ?? null }
}

/** What a caller may see, as the parameters $1 and $2 of the statements about findings. */
export type VisibleRows = readonly [connectionIds: readonly number[], projectSets: readonly string[] | null]

/** Finds the lists of projects there are that hold one the caller may see: few, so that no row has to be asked for its own. */
export async function visibleRows(store: Store, { connectionIds, projectIds }: Visible): Promise<VisibleRows> {
  if (projectIds === null) return [connectionIds, null]
  const { rows } = await store.pool.query<{ set: string }>(
    `SELECT ${projectSetOf('project_ids')}::text AS set FROM (
       SELECT DISTINCT project_ids FROM (${TALLIES}) tally WHERE connection_id = ANY ($1::bigint[])
     ) lists WHERE project_ids && $2::text[]`,
    [connectionIds, projectIds],
  )
  return [connectionIds, rows.map(({ set }) => set)]
}

/**
 * The findings that a caller may see, as the name `f`. What the dashboard asks is answered by indexes alone,
 * also of certain projects.
 */
export const FINDINGS = `(SELECT *, ${STANDING}, coalesce(resolved_at, updated_at) AS closed_at FROM finding WHERE ${VISIBLE}) f`
