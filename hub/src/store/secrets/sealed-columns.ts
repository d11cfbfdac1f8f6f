import type { SecretPlace } from './secrets.ts'

/** A column that holds sealed text, and the column that names its row within the seal. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  readonly row: string
}

/** Every column that is sealed with the master key; one that is not listed here would not survive a rotation. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [{ table: 'connection', column: 'client_secret', row: 'name' }]

/** The place of a secret in one row of a sealed column. */
export function placeIn({ table, column }: SealedColumn, row: string): SecretPlace {
  return { table, row, column }
}
