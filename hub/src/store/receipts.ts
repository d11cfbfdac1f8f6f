import type { Kind } from '../kinds/kind.ts'
import { hasConnection } from '../kinds/kind.ts'
import type { Claim } from './claims.ts'
import type { ReceiptMode, ReceiptState } from './database.ts'
import { holdClaim } from './hold-claim.ts'
import type { Store } from './open-store.ts'
import { transaction } from './transaction.ts'

/** What the parts of a kind add up to when it is judged. */
export interface ReceiptFacts {
  readonly mode: ReceiptMode
  readonly state: ReceiptState
  readonly scope: Record<string, unknown>
  readonly walkStartedAt: string
  /** The total Wiz gave for the whole, or for the delta; null where it gave none. */
  readonly expected: number | null
  /** Wiz counted the whole, so that a missing row would show. */
  readonly isCounted: boolean
  readonly rejected: number
  readonly incomplete: number
  readonly walkedAgain: boolean
  readonly failure: { readonly code: string; readonly sentence: string } | undefined
  readonly notes: readonly string[]
}

/** Adds up the parts of a kind within a run. */
export async function receiptFacts(store: Store, runId: number, kind: Kind): Promise<ReceiptFacts> {
  const { rows } = await store.pool.query<
    Omit<ReceiptFacts, 'failure' | 'isCounted'> & { failures: [string, string][] }
  >(
    `SELECT r.mode, r.state, r.scope, coalesce(r.walk_started_at, run.started_at) AS "walkStartedAt",
       (SELECT expected FROM run_partition p WHERE p.run_id = r.run_id AND p.kind = r.kind AND p.role = 'walk'
        ORDER BY id LIMIT 1) AS expected,
       coalesce(sum(p.rejected), 0)::int AS rejected, coalesce(sum(p.incomplete), 0)::int AS incomplete,
       coalesce(bool_or(p.label = 'once more'), false) AS "walkedAgain",
       coalesce(jsonb_agg(jsonb_build_array(p.error_code, p.error) ORDER BY p.id) FILTER (WHERE p.state = 'failed'), '[]') AS failures,
       coalesce((SELECT jsonb_agg(note) FROM (
         SELECT DISTINCT note FROM run_partition q, jsonb_array_elements(q.notes) note
         WHERE q.run_id = r.run_id AND q.kind = r.kind LIMIT 15) few), '[]') AS notes
     FROM receipt r JOIN run ON run.id = r.run_id
     LEFT JOIN run_partition p ON p.run_id = r.run_id AND p.kind = r.kind
     WHERE r.run_id = $1 AND r.kind = $2
     GROUP BY r.run_id, r.kind, run.started_at`,
    [runId, kind.name],
  )
  const row = rows[0]
  if (!row) throw new Error(`run ${runId} has no receipt for ${kind.name}`)
  const { failures, ...facts } = row
  const [code, sentence] = failures[0] ?? []
  return {
    ...facts,
    isCounted: facts.expected !== null || !hasConnection(kind),
    failure: code === undefined ? undefined : { code, sentence: sentence ?? code },
  }
}

/**
 * Remembers up to where a complete kind is known: to the last change that is known of, but never past the moment Wiz was
 * last asked. A delta in which nothing came leaves it where it was.
 */
export async function keepWatermark(
  store: Store,
  claim: Claim,
  kind: Kind,
  facts: ReceiptFacts,
  newest: string | null,
): Promise<void> {
  const isFull = facts.mode !== 'delta'
  await transaction(store.pool, async (client) => {
    // A plan that was deleted meanwhile has taken its watermarks along: one that came later would be taken for its own.
    await holdClaim(client, claim)
    await client.query(
      `INSERT INTO watermark (connection_id, kind, scope, reached, full_run_id, full_at, success_at, by_hand)
     VALUES ($1, $2, $3, $7, $4, $5, now(), (SELECT plan_id IS NULL FROM run WHERE id = $4))
     ON CONFLICT (connection_id, kind, scope) DO UPDATE SET success_at = now(),
       reached = greatest(watermark.reached, excluded.reached),
       by_hand = watermark.by_hand OR excluded.by_hand,
       full_run_id = CASE WHEN $6 THEN excluded.full_run_id ELSE watermark.full_run_id END,
       full_at = CASE WHEN $6 THEN excluded.full_at ELSE watermark.full_at END`,
      [
        claim.connectionId,
        kind.name,
        JSON.stringify(facts.scope),
        claim.runId,
        facts.walkStartedAt,
        isFull,
        hasConnection(kind) && kind.source.delta ? reachedWith(facts, newest) : null,
      ],
    )
  })
}

function reachedWith({ mode, walkStartedAt }: ReceiptFacts, newest: string | null): string | null {
  if (newest === null) return mode === 'delta' ? null : walkStartedAt
  return Date.parse(newest) < Date.parse(walkStartedAt) ? newest : walkStartedAt
}

/** Notes when the walk of a kind began, once: what is stored later cannot have been missed by it. */
export async function startWalk(store: Store, claim: Claim): Promise<void> {
  await store.pool.query(
    `UPDATE receipt SET state = 'walking', walk_started_at = now()
     WHERE run_id = $1 AND kind = $2 AND state = 'waiting'`,
    [claim.runId, claim.kind],
  )
}
