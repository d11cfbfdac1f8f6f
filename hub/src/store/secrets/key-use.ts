import type { Store } from '../open-store.ts'
import { quoted } from '../sql-name.ts'
import { type KeySource, loadKeyRing, masterKeyFile } from './master-key-file.ts'
import { SEALED_COLUMNS } from './sealed-columns.ts'
import { keyIdOf } from './secrets.ts'

/** A master key as it can be shown: by its fingerprint. */
interface KeyUse {
  readonly id: string
  /** New secrets are sealed with it. */
  readonly seals: boolean
  /** Without it, the secrets under it cannot be opened. */
  readonly isHere: boolean
  /** How many secrets are sealed with it. */
  readonly secrets: number
}

/** Which master keys there are, where they come from, and how many secrets each of them seals. */
export async function keyUse(store: Store, source: KeySource): Promise<{ where: string; keys: KeyUse[] }> {
  const ring = await loadKeyRing(source)
  const uses = new Map(ring.map(({ id }) => [id, 0]))
  for (const { table, column } of SEALED_COLUMNS) {
    const { rows } = await store.pool.query<{ sealed: string }>(
      `SELECT ${quoted(column)} AS sealed FROM ${quoted(table)} WHERE ${quoted(column)} IS NOT NULL`,
    )
    for (const { sealed } of rows) {
      const id = keyIdOf(sealed) ?? 'damaged'
      uses.set(id, (uses.get(id) ?? 0) + 1)
    }
  }
  const isHere = (id: string) => ring.some((key) => key.id === id)
  return {
    where: source.masterKeys?.length ? 'WIZBRIDGE_MASTER_KEY' : masterKeyFile(source.dataDir),
    keys: [...uses].map(([id, secrets]) => ({ id, seals: id === ring[0].id, isHere: isHere(id), secrets })),
  }
}
