import type { Row } from '../../api/types.ts'
import type { Layout } from './layout.ts'

/** An object of a list, as the address of its page names it. */
export interface Member {
  readonly plural: string
  readonly id: string
  readonly connection: string
}

let last: readonly Member[] = []

/** Keeps the rows that a list shows, for leafing through them on the pages of its objects. */
export function rememberList({ pluralOf }: Layout, rows: readonly Row[]): void {
  last = rows.map((row) => {
    const plural = pluralOf(String(row.kind ?? ''))
    return {
      plural: plural === 'assets' ? 'resources' : plural,
      id: String(row.id),
      connection: String(row.connection),
    }
  })
}

/** The objects of the list that was shown last, as far as it was loaded. */
export function membersOfLastList(): readonly Member[] {
  return last
}
