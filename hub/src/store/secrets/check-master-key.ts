import { codeOf, Fatal } from '../../errors.ts'
import type { Store } from '../open-store.ts'
import { quoted } from '../sql-name.ts'
import { placeIn, SEALED_COLUMNS } from './sealed-columns.ts'
import type { Secrets } from './secrets.ts'

/**
 * Refuses a process whose master keys open nothing of what is sealed: it has those of another installation. One secret
 * that does not open among others that do is the trouble of that secret alone.
 */
export async function checkMasterKey(store: Store, secrets: Secrets): Promise<void> {
  let foreign = 0
  for (const column of SEALED_COLUMNS) {
    const [table, text, row] = [quoted(column.table), quoted(column.column), quoted(column.row)]
    const { rows } = await store.pool.query<{ row: string; sealed: string }>(
      `SELECT ${row} AS row, ${text} AS sealed FROM ${table} WHERE ${text} IS NOT NULL`,
    )
    for (const { row, sealed } of rows) {
      try {
        secrets.open(sealed, placeIn(column, row))
        return
      } catch (error) {
        if (codeOf(error) === 'secret-unknown-key') foreign++
      }
    }
  }
  if (foreign === 0) return
  const next =
    'Give it the key of the other processes (WIZBRIDGE_MASTER_KEY, or master.key in the data directory); if that is lost, enter the secrets again with "wizbridge connections rotate NAME".'
  throw new Fatal(
    'wrong-master-key',
    `The master key of this process opens none of the ${foreign} secrets in the database. ${next}`,
  )
}
