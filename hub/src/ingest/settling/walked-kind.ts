import { hasConnection, type Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import type { Claim } from '../../store/claims.ts'
import { type ReceiptFacts, receiptFacts } from '../../store/receipts.ts'
import { countSeen, newestSeen } from '../../store/seen-rows.ts'
import { countStored, newestStored } from '../../store/stored-rows.ts'
import { missedField } from '../dropped-fields.ts'
import type { WalkContext } from '../walk-partition.ts'

/** A kind whose parts have all ended: what its parts add up to, and what has come of it. */
export interface WalkedKind extends ReceiptFacts {
  /** All that Wiz has of it was walked through. */
  readonly isWhole: boolean
  /** The kind inside whose nodes it lives. */
  readonly parent: ReceiptFacts | undefined
  readonly seen: { readonly all: number; readonly kept: number }
  /** How many rows are stored, whoever brought them; of a delta nobody asks. */
  readonly stored: number
  /** The field that Wiz no longer has and without which nothing may be removed. */
  readonly missedField: string | undefined
  /** When, by Wiz's clock, the last change that is known of was. */
  readonly newest: string | null
}

/** Adds up the parts of a kind, and looks at what has come of them. */
export async function walkedKind({ store, scope }: WalkContext, claim: Claim, kind: Kind): Promise<WalkedKind> {
  const facts = await receiptFacts(store, claim.runId, kind)
  const parent = hasConnection(kind) ? undefined : await receiptFacts(store, claim.runId, kindNamed(parentOf(kind)))
  // A delta says nothing about what it does not name, also not about what lives inside its nodes.
  const isWhole = (parent ?? facts).mode === 'full'
  const [seen, stored, newest, missed] = await Promise.all([
    countSeen(store, claim.runId, kind.name),
    isWhole ? countStored(store, kind, claim.connectionId, scope) : 0,
    isWhole ? newestStored(store, kind, claim.connectionId) : newestSeen(store, kind, claim),
    missedField(store, claim.runId, kind, scope),
  ])
  return { ...facts, isWhole, parent, seen, stored, newest, missedField: missed }
}

/** The kind inside whose nodes one lives; itself where it lives in none. */
export function parentOf(kind: Kind): string {
  return 'inside' in kind.source ? kind.source.inside : kind.name
}
