import type { Store } from '../store/open-store.ts'
import type { AuditRow } from './audit.ts'
import { type AuditOutcome, accessTables } from './tables.ts'

/** Which entries to list. */
export interface AuditFilter {
  actor?: string | undefined
  action?: string | undefined
  outcome?: AuditOutcome | undefined
  since?: string | undefined
  until?: string | undefined
}

/** Entries of the audit log, the latest first. */
export async function listAudit(
  store: Store,
  { actor, action, outcome, since, until }: AuditFilter,
  page: { before?: number | undefined; limit: number },
): Promise<(AuditRow & { hash: string })[]> {
  let query = accessTables(store)
    .selectFrom('audit_entry')
    .select(['seq', 'at', 'actor', 'action', 'target', 'outcome', 'address', 'details', 'hash'])
  if (page.before !== undefined) query = query.where('seq', '<', page.before)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  if (action !== undefined) query = query.where('action', '=', action)
  if (outcome !== undefined) query = query.where('outcome', '=', outcome)
  if (since !== undefined) query = query.where('at', '>=', since)
  if (until !== undefined) query = query.where('at', '<', until)
  return query.orderBy('seq', 'desc').limit(page.limit).execute()
}
