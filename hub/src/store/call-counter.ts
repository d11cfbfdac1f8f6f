import type { Pool } from 'pg'

/** A question to Wiz, or a request for a token. */
export type CallKind = 'call' | 'token'

/** Counts the calls that this process makes, in a table that all processes share. */
export interface CallCounter {
  add(connectionId: number, what: CallKind, outcome: string): void
  /** Writes down what has not been written yet. */
  flush(): Promise<void>
}

const FLUSH_MS = 2_000

/** Opens the counter; it writes every two seconds at most, so a process that is killed loses the calls of that time. */
export function createCallCounter(pool: Pool): CallCounter {
  let counts = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let last: Promise<void> = Promise.resolve()

  function add(key: string, n: number): void {
    counts.set(key, (counts.get(key) ?? 0) + n)
    timer ??= setTimeout(flush, FLUSH_MS).unref()
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const taken = counts
    if (taken.size === 0) return
    counts = new Map()
    const rows = [...taken].map(([key, n]) => [...(JSON.parse(key) as unknown[]), n])
    try {
      // In one order in all processes, so that two of them cannot wait for each other.
      await pool.query(
        `INSERT INTO api_call (connection_id, what, outcome, n)
         SELECT id, what, outcome, n FROM jsonb_to_recordset($1) AS added (connection_id bigint, what text, outcome text, n bigint)
         JOIN connection ON connection.id = connection_id ORDER BY 1, 2, 3
         ON CONFLICT (connection_id, what, outcome) DO UPDATE SET n = api_call.n + excluded.n`,
        [JSON.stringify(rows.map(([connection_id, what, outcome, n]) => ({ connection_id, what, outcome, n })))],
      )
    } catch {
      // A database that is away is noticed by everybody else; the counts wait for it.
      for (const [key, n] of taken) add(key, n)
    }
  }

  function flush(): Promise<void> {
    last = last.then(write)
    return last
  }

  return { add: (connectionId, what, outcome) => add(JSON.stringify([connectionId, what, outcome]), 1), flush }
}
