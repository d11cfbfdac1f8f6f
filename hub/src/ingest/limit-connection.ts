import type { Store } from '../store/open-store.ts'

/**
 * Limits a connection to other projects. What a sync by hand brought in stays wanted within them; what lies outside of them
 * leaves with the next complete sync of its kind.
 */
export async function limitConnection(store: Store, connectionId: number, projects: readonly string[]): Promise<void> {
  await store.pool.query('UPDATE connection SET project_ids = $2, updated_at = now() WHERE id = $1', [
    connectionId,
    projects,
  ])
}
