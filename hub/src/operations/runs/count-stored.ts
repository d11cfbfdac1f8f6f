import type { Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import { isTallied, rowCount } from '../../store/kind-summary.ts'
import type { Store } from '../../store/open-store.ts'
import { literal } from '../../store/sql-name.ts'

/**
 * How many rows of each kind of a run are stored: whoever follows a run asks again and again, so rows are counted by the
 * tally that is kept of them, or once their kind has ended.
 */
export async function countStored(
  store: Store,
  receipts: readonly { readonly kind: string; readonly connectionId: number; readonly finishedAt: string | null }[],
): Promise<ReadonlyMap<string, number>> {
  const counts = receipts.flatMap(({ kind: name, finishedAt }) => {
    const kind = kindNamed(name)
    return isTallied(kind) || finishedAt !== null ? [countOf(kind)] : []
  })
  const [first] = receipts
  if (!first || counts.length === 0) return new Map()
  const { rows } = await store.pool.query<{ kind: string; n: number }>(counts.join(' UNION ALL '), [first.connectionId])
  return new Map(rows.map(({ kind, n }) => [kind, n]))
}

function countOf(kind: Kind): string {
  const { number, table } = rowCount(kind)
  return `SELECT ${literal(kind.name)} AS kind, (${number})::float8 AS n FROM ${table} WHERE connection_id = $1`
}
