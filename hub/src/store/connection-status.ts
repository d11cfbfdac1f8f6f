import type { PoolClient } from 'pg'

/** What is wrong with the service account or the way to it, and not with a kind, a page or the weather. */
const ACCOUNT_CODES = [
  'wrong-credentials',
  'account-disabled',
  'ip-not-allowed',
  'not-authenticated',
  'wrong-audience',
  'wrong-region',
  'not-wiz',
  'tls',
]

/** Notes at a connection why nothing can be read through it; one that was disconnected stays so. */
export async function noteFailure(client: PoolClient, connectionId: number, sentence: string): Promise<void> {
  await client.query(
    `UPDATE connection SET status = 'inactive', status_reason = $2 WHERE id = $1 AND status <> 'not-connected'`,
    [connectionId, sentence],
  )
}

/** Notes what a run that has just ended tells about its connection. */
export async function noteRunEnd(client: PoolClient, runId: number): Promise<void> {
  const { rows } = await client.query<{
    connectionId: number
    problem: string | null
    isRotated: boolean
    works: boolean
  }>(
    `SELECT connection.id AS "connectionId", connection.updated_at > run.started_at AS "isRotated",
       (SELECT error FROM receipt WHERE run_id = run.id AND error_code = ANY ($2) ORDER BY kind LIMIT 1) AS problem,
       EXISTS (SELECT FROM receipt WHERE run_id = run.id AND state = 'complete') AS works
     FROM run JOIN connection ON connection.id = run.connection_id
     WHERE run.id = $1 AND run.status IN ('complete', 'partial', 'failed')`,
    [runId, ACCOUNT_CODES],
  )
  const end = rows[0]
  if (!end) return
  // A run that began before the credentials were changed tells of the old ones.
  if (end.problem !== null && !end.isRotated) return noteFailure(client, end.connectionId, end.problem)
  if (end.problem !== null || !end.works) return
  await client.query(
    `UPDATE connection SET status = 'active', status_reason = NULL WHERE id = $1 AND status = 'inactive'`,
    [end.connectionId],
  )
}
