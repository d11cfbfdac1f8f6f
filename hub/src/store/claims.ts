import type pg from 'pg'
import { databaseFailure } from '../database-failure.ts'
import { LOCKS } from './locks.ts'
import type { Store } from './open-store.ts'
import { beginRun } from './runs.ts'

/** A partition that this process works on, and nobody else. */
export interface Claim {
  readonly id: number
  readonly runId: number
  readonly connectionId: number
  readonly kind: string
  readonly role: 'walk' | 'close' | 'settle'
  readonly label: string
  readonly slice: Record<string, unknown>
  /** Which claim of the partition this is; a write under an older one is refused. */
  readonly epoch: number
  readonly cursor: string | null
  readonly pages: number
}

/** A partition that can be claimed, and how its run stands. */
interface Found {
  readonly id: number
  readonly status: 'queued' | 'running'
}

/**
 * Claims partitions for one process. The claim is a lock of a database session, so it ends with the process that
 * holds it, however that dies, and another one can take over at once.
 */
export class Claims {
  readonly #store: Store
  readonly #held = new Set<number>()
  #session: Promise<pg.PoolClient> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: Store) {
    this.#store = store
  }

  /**
   * The next partition of a run that nobody works on; undefined when there is none right now. Whoever is busy when its
   * turn comes leaves those to others that nobody has begun, and takes over only from whoever died.
   */
  next(runId: number, isBusy: () => boolean): Promise<Claim | undefined> {
    return this.#inTurn(() => this.#next(runId, isBusy() ? ['running'] : ['ready', 'running']))
  }

  async #next(runId: number, states: readonly string[]): Promise<Claim | undefined> {
    try {
      const session = await this.#open()
      const found = await this.#lock(session, runId, states)
      if (!found) return undefined
      const { id, status } = found
      if (status === 'queued') await beginRun(session, runId)
      const { rows } = await session.query<Claim>(
        `UPDATE run_partition SET state = 'running', epoch = epoch + 1, started_at = coalesce(started_at, now())
         WHERE id = $1 AND state IN ('ready', 'running')
         RETURNING id, run_id AS "runId", connection_id AS "connectionId", kind, role, label, slice, epoch, cursor, pages`,
        [id],
      )
      // The lock keeps other processes out; it lets its own session in again, so that is kept out by the set.
      if (rows[0]) this.#held.add(id)
      else await session.query('SELECT pg_advisory_unlock($1, $2)', [LOCKS.claims, id % 2 ** 31])
      return rows[0]
    } catch (error) {
      throw databaseFailure(error)
    }
  }

  /** Lets go of a partition, finished or not. */
  release(claim: Claim): Promise<void> {
    return this.#inTurn(async () => {
      const session = await this.#session?.catch(() => undefined)
      await session
        ?.query('SELECT pg_advisory_unlock($1, $2)', [LOCKS.claims, claim.id % 2 ** 31])
        .catch(() => undefined)
      this.#held.delete(claim.id)
    })
  }

  /** Ends the session and with it every claim. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined)
    this.#session = undefined
    session?.release(true)
  }

  /** Locks the first open partition that nobody else has locked, in one round trip however many are locked. */
  async #lock(session: pg.PoolClient, runId: number, states: readonly string[]): Promise<Found | undefined> {
    const { rows } = await session.query<Found>(
      `WITH open AS MATERIALIZED (
         SELECT p.id, run.status FROM run_partition p JOIN run ON run.id = p.run_id
         WHERE p.run_id = $1 AND p.state = ANY ($4) AND p.id <> ALL ($2) AND run.status IN ('queued', 'running')
         ORDER BY p.state DESC, p.id)
       SELECT id, status FROM open WHERE pg_try_advisory_lock($3, (id % 2147483648)::int) LIMIT 1`,
      [runId, [...this.#held], LOCKS.claims, states],
    )
    return rows[0]
  }

  /** A session does one thing at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  #open(): Promise<pg.PoolClient> {
    if (this.#session) return this.#session
    const session = this.#store.pool.connect().then((client) => {
      const forget = () => {
        if (this.#session !== session) return
        // The server has ended the session: its locks are gone, and whoever holds them now has raised the epoch.
        this.#session = undefined
        this.#held.clear()
        // The pool waits for what it has lent out, dead or not.
        client.release(true)
      }
      client.once('error', forget)
      client.once('end', forget)
      return client
    })
    this.#session = session
    session.catch(() => {
      if (this.#session === session) this.#session = undefined
    })
    return session
  }
}
