import type { Row } from '../../api/types.ts'
import type { Layout } from './layout.ts'
import type { ListQuestion } from './list-query.ts'

/** An object of a list, as the address of its page names it. */
export interface Member {
  readonly plural: string
  readonly id: string
  readonly connection: string
}

interface LastList {
  readonly layout: Layout
  readonly question: ListQuestion
}

let last: LastList | undefined

/** Keeps which list is shown, for leafing through it on the pages of its objects. */
export function rememberList(list: LastList): void {
  last = list
}

/** The list that was shown last. */
export function lastList(): LastList | undefined {
  return last
}

/** An object of a list. */
export function memberOf({ pluralOf }: Layout, row: Row): Member {
  const plural = pluralOf(String(row.kind ?? ''))
  return {
    plural: plural === 'assets' ? 'resources' : plural,
    id: String(row.id),
    connection: String(row.connection),
  }
}
