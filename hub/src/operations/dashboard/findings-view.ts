import { FINDING_KINDS } from '../../kinds/kinds.ts'
import { tallyTable } from '../../store/kind-summary.ts'
import type { Restriction } from '../../store/query/restriction.ts'
import { quoted } from '../../store/sql-name.ts'

const VISIBLE = '($1::bigint[] IS NULL OR connection_id = ANY ($1)) AND ($2::text[] IS NULL OR project_ids && $2)'
const IS_OPEN = "status IN ('OPEN', 'IN_PROGRESS') AS is_open"

/** The findings that a caller may see, as the name `f`, with what they may see as parameters $1 and $2. */
export const FINDINGS = `(
  SELECT *, ${IS_OPEN}, CASE WHEN status IN ('RESOLVED', 'REJECTED') THEN coalesce(resolved_at, updated_at) END AS closed_at
  FROM finding WHERE ${VISIBLE}
) f`

const TALLIES = FINDING_KINDS.map(
  (kind) => `SELECT connection_id, severity, status, project_ids, n FROM ${quoted(tallyTable(kind))}`,
)

/** How many findings there are that a caller may see, likewise: `n` of each row, where few columns are enough. */
export const COUNTED_FINDINGS = `(
  SELECT *, ${IS_OPEN} FROM (${TALLIES.join(' UNION ALL ')}) tally WHERE ${VISIBLE}
) f`

/** The parameters that go with it. */
export function findingParameters({ connectionIds, projectIds }: Restriction): unknown[] {
  return [connectionIds ?? null, projectIds ?? null]
}
