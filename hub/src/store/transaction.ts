import type { Pool, PoolClient } from 'pg'
import { databaseFailure } from '../database-failure.ts'
import { Retriable } from '../errors.ts'

const TRIES = 5

/** Runs work in one transaction; when it collides with another over the same rows it is run again from its start. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await once(pool, work)
    } catch (error) {
      const failure = databaseFailure(error)
      if (failure instanceof Retriable && failure.code === 'database-busy' && tried < TRIES) continue
      throw failure
    }
  }
}

async function once<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let hasCommitted = false
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    hasCommitted = true
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    // What the work made for its session, such as temporary tables, is gone: nobody is given that session again.
    client.release(!hasCommitted)
  }
}
