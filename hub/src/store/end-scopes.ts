import type { Pool, PoolClient } from 'pg'
import type { Kind } from '../kinds/kind.ts'
import type { Scope } from './scope.ts'

/** Scopes of a kind that nobody wants any more, and the one of a sync by hand. */
export interface Ended {
  readonly connectionId: number
  readonly kind: Kind
  readonly ended: readonly Scope[]
  readonly byHand: Scope
}

/**
 * Notes that rows of some scopes are about to leave: should one of them be wanted again before all have left, everything is
 * read, because no change would tell of those that have.
 */
export async function beginLeaving(client: Pool | PoolClient, { connectionId, kind, ended }: Ended): Promise<void> {
  await client.query(
    `UPDATE watermark SET reached = NULL WHERE connection_id = $1 AND kind = $2 AND scope IN (SELECT jsonb_array_elements($3::jsonb))`,
    [connectionId, kind.name, JSON.stringify(ended)],
  )
}

/**
 * Forgets scopes. That a kind was brought in by hand is not forgotten with the projects the connection was limited to then:
 * else the next run of any plan would clear it out.
 */
export async function endScopes(
  client: Pool | PoolClient,
  { connectionId, kind, ended, byHand }: Ended,
): Promise<void> {
  await client.query(
    `WITH gone AS (
       DELETE FROM watermark WHERE connection_id = $1 AND kind = $2 AND scope IN (SELECT jsonb_array_elements($3::jsonb)) RETURNING *
     )
     INSERT INTO watermark (connection_id, kind, scope, reached, full_run_id, full_at, success_at, by_hand, client_id, scopes)
     SELECT connection_id, kind, $4::jsonb, NULL, full_run_id, full_at, success_at, true, client_id, scopes
     FROM gone WHERE by_hand ORDER BY success_at DESC LIMIT 1
     ON CONFLICT (connection_id, kind, scope) DO UPDATE SET by_hand = true`,
    [connectionId, kind.name, JSON.stringify(ended), JSON.stringify(byHand)],
  )
}
