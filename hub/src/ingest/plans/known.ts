import type { Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import type { ReadNode } from '../../kinds/read-node.ts'
import type { Store } from '../../store/open-store.ts'
import type { Scope } from '../../store/scope.ts'
import { quoted } from '../../store/sql-name.ts'
import { ASSET_KINDS, assetOf, type Known, rulesFor } from './rules.ts'

/** Looks up what is stored of the rows of a page, where a rule of the scope wants to know. */
export async function lookUpKnown(
  store: Store,
  connectionId: number,
  kind: Kind,
  scope: Scope,
  rows: readonly ReadNode[],
): Promise<Known | undefined> {
  if (!rulesFor(kind, scope.rules).some((rule) => rule.looksAtStore)) return undefined
  const assets = rows.flatMap((row) => assetOf(kind, row) ?? [])
  const ids = rows.map((row) => row.id)
  const [knownAssets, knownRows] = await Promise.all([
    stored(store, connectionId, ASSET_KINDS.map(kindNamed), assets),
    stored(store, connectionId, [kind], ids),
  ])
  return { assets: knownAssets, rows: knownRows }
}

async function stored(
  store: Store,
  connectionId: number,
  kinds: readonly Kind[],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const selects = kinds.map((kind) => `SELECT id FROM ${quoted(kind.table)} WHERE connection_id = $1 AND id = ANY ($2)`)
  const { rows } = await store.pool.query<{ id: string }>(selects.join(' UNION '), [connectionId, [...new Set(ids)]])
  return new Set(rows.map((row) => row.id))
}
