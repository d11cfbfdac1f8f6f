import type { Restriction } from '../../store/query/restriction.ts'

/** The findings that a caller may see, as the name `f`, with what they may see as parameters $1 and $2. */
export const FINDINGS = `(
  SELECT *, status IN ('OPEN', 'IN_PROGRESS') AS is_open,
    CASE WHEN status IN ('RESOLVED', 'REJECTED') THEN coalesce(resolved_at, updated_at) END AS closed_at
  FROM finding
  WHERE ($1::bigint[] IS NULL OR connection_id = ANY ($1)) AND ($2::text[] IS NULL OR project_ids && $2)
) f`

/** The parameters that go with it. */
export function findingParameters({ connectionIds, projectIds }: Restriction): unknown[] {
  return [connectionIds ?? null, projectIds ?? null]
}
