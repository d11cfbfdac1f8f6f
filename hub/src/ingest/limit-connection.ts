import type { Store } from '../store/open-store.ts'
import type { Scope } from '../store/scope.ts'
import { transaction } from '../store/transaction.ts'
import { orderedScope } from './scope.ts'

/**
 * Limits a connection to other projects. What a sync by hand brought in stays wanted within them; what lies outside of them
 * leaves with the next complete sync of its kind.
 */
export function limitConnection(store: Store, connectionId: number, projects: readonly string[]): Promise<void> {
  return transaction(store.pool, async (client) => {
    const { rows } = await client.query<{ project_ids: string[] }>(
      'SELECT project_ids FROM connection WHERE id = $1 FOR UPDATE',
      [connectionId],
    )
    const before = scopeByHand(rows[0]?.project_ids ?? [])
    const after = scopeByHand(projects)
    await client.query('UPDATE connection SET project_ids = $2, updated_at = now() WHERE id = $1', [
      connectionId,
      projects,
    ])
    if (before === after) return
    // Without a mark of its own nobody would want the new scope, and a run of any plan would clear out the kinds that only
    // syncs by hand bring in. It has reached nothing, so that the next sync reads everything.
    await client.query(
      `INSERT INTO watermark (connection_id, kind, scope, reached, full_run_id, full_at, success_at, by_hand, client_id, scopes)
       SELECT connection_id, kind, $3::jsonb, NULL, full_run_id, full_at, success_at, true, client_id, scopes
       FROM watermark WHERE connection_id = $1 AND by_hand AND scope = $2::jsonb
       ON CONFLICT (connection_id, kind, scope) DO UPDATE SET by_hand = true`,
      [connectionId, before, after],
    )
  })
}

function scopeByHand(projects: readonly string[]): string {
  const scope: Scope = projects.length > 0 ? { projects } : {}
  return JSON.stringify(orderedScope(scope))
}
