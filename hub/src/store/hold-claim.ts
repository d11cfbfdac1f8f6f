import type { PoolClient } from 'pg'
import type { Claim } from './claims.ts'
import { LostClaim } from './commit-page.ts'

/**
 * Makes sure that a claim stands and that its run goes on: as long as the transaction lasts nobody cancels or purges the run.
 */
export async function holdClaim(client: PoolClient, { id, epoch }: Claim): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT FROM run_partition p JOIN run ON run.id = p.run_id
     WHERE p.id = $1 AND p.epoch = $2 AND p.state = 'running' AND run.status = 'running' FOR SHARE OF run`,
    [id, epoch],
  )
  if (!rowCount)
    throw new LostClaim('claim-lost', 'This part has been taken over by another process, or its run has ended.')
}
