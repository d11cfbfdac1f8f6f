import type { PoolClient } from 'pg'
import { Refused } from '../../errors.ts'
import { LOCKS } from '../locks.ts'
import type { Store } from '../open-store.ts'
import { quoted } from '../sql-name.ts'
import { transaction } from '../transaction.ts'
import type { KeyRing } from './key-ring.ts'
import { addMasterKey, dropMasterKeys, type KeySource, loadKeyRing } from './master-key-file.ts'
import { placeIn, SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts'
import { createSecrets, type Secrets } from './secrets.ts'

/** What a rotation did. */
interface Rotation {
  /** The key that seals from now on. */
  readonly key: string
  /** How many secrets were sealed anew. */
  readonly resealed: number
  /** Keys that are gone from the file. */
  readonly dropped: string[]
  /** Older keys that are still there. */
  readonly kept: string[]
}

/**
 * Moves every secret under a new key and drops the older ones.
 *
 * Killed anywhere, it leaves keys that open everything: the new key is in the file before it seals anything, and the
 * older ones leave it only after all secrets were seen to open without them. Keys of the environment are the
 * operator's: the first one seals, and none is dropped here.
 */
export function rotateMasterKey(store: Store, source: KeySource, options: { keepOld: boolean }): Promise<Rotation> {
  return alone(store, async () => {
    const isOurs = !source.masterKeys?.length
    const ring = isOurs ? await addMasterKey(source.dataDir) : await loadKeyRing(source)
    const [newest, ...older] = ring
    if (!isOurs && older.length === 0) {
      const next = 'Put a new key in front of it, separated by a comma, restart every process, then run this again.'
      throw new Refused(
        'conflict',
        `WIZBRIDGE_MASTER_KEY holds only one key, and the master key comes from there. ${next}`,
      )
    }
    let resealed = 0
    for (const column of SEALED_COLUMNS) {
      resealed += await transaction(store.pool, (client) => reseal(client, column, createSecrets(ring)))
    }
    const ids = older.map(({ id }) => id)
    const drops = isOurs && !options.keepOld
    resealed += await transaction(store.pool, (client) => finish(client, ring, drops ? ids : []))
    if (drops) await dropMasterKeys(source.dataDir, ids)
    return { key: newest.id, resealed, dropped: drops ? ids : [], kept: drops ? [] : ids }
  })
}

/** Seals whatever is not under the newest key anew; answers how many that were. */
async function reseal(client: PoolClient, column: SealedColumn, secrets: Secrets): Promise<number> {
  const [table, text, name] = [quoted(column.table), quoted(column.column), quoted(column.row)]
  const { rows } = await client.query<{ row: string; sealed: string }>(
    `SELECT ${name} AS row, ${text} AS sealed FROM ${table} WHERE ${text} IS NOT NULL ORDER BY ${name} FOR UPDATE`,
  )
  let resealed = 0
  for (const { row, sealed } of rows) {
    const anew = secrets.reseal(sealed, placeIn(column, row))
    if (anew === undefined) continue
    await client.query(`UPDATE ${table} SET ${text} = $2 WHERE ${name} = $1`, [row, anew])
    resealed++
  }
  return resealed
}

/** With all writers of secrets held off: the last stragglers, the proof that the newest key opens all, the end of the old. */
async function finish(client: PoolClient, ring: KeyRing, retired: readonly string[]): Promise<number> {
  let resealed = 0
  for (const column of SEALED_COLUMNS) {
    // Reading goes on meanwhile.
    await client.query(`LOCK TABLE ${quoted(column.table)} IN SHARE ROW EXCLUSIVE MODE`)
    resealed += await reseal(client, column, createSecrets(ring))
    await reseal(client, column, createSecrets([ring[0]]))
  }
  await client.query('INSERT INTO retired_master_key (id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [retired])
  return resealed
}

/** Two at once would each drop the key of the other. */
async function alone<T>({ pool }: Store, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      LOCKS.keyRotation,
    ])
    if (!rows[0]?.locked)
      throw new Refused('conflict', 'The master key is being rotated by another process. Wait for it.')
    try {
      return await work()
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [LOCKS.keyRotation])
    }
  } finally {
    client.release()
  }
}
