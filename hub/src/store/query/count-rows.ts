import type { Store } from '../open-store.ts'
import { quoted } from '../sql-name.ts'
import { ask } from './ask.ts'
import { parameters } from './condition.ts'
import { connections } from './restriction.ts'
import { candidateSql, isWhole, triesOf } from './search.ts'
import { isTallied, MANY, rowConditions, type Selection } from './selection.ts'

/** How many rows there are; with `isAtLeast`, so many and more. */
export interface Count {
  readonly count: number
  readonly isAtLeast: boolean
}

/** Counts rows: all of them where their tallies know how many there are, otherwise up to `most`. */
export async function countRows(store: Store, selection: Selection, most = MANY): Promise<Count> {
  if (isCounted(selection)) return { count: await countTallied(store, selection), isAtLeast: false }
  const { relation, search } = selection
  if (!Number.isFinite(most)) return { count: await countUpTo(store, selection, most, most), isAtLeast: false }
  let count = 0
  for (const keys of triesOf(search, relation)) {
    count = await countUpTo(store, selection, most, keys)
    if (count > most) return { count: most, isAtLeast: true }
  }
  return { count, isAtLeast: !isWhole(search, relation) }
}

/** Counts up to one more than so many rows, by so many values of each anchor that a search leads to. */
async function countUpTo(store: Store, selection: Selection, most: number, keys: number): Promise<number> {
  const { relation, restriction, search } = selection
  const list = parameters()
  const limit = Number.isFinite(most) ? ` LIMIT ${list.add(most + 1, 'bigint')}` : ''
  const parts = relation.branches.map((branch) => {
    const conditions = [
      `${branch.connection} = c.id`,
      ...rowConditions(selection, branch, list),
      ...(limit === '' ? [] : candidateSql(search, branch, list, keys)),
    ]
    return `(SELECT 1 FROM ${connections(restriction, list)} c CROSS JOIN ${branch.table} t WHERE ${conditions.join(' AND ')}${limit})`
  })
  const text = `SELECT count(*) AS n FROM (SELECT FROM (${parts.join(' UNION ALL ')}) every${limit}) part`
  const [row] = await ask<{ n: number }>(store, text, list.values)
  return row?.n ?? 0
}

/** Whether the tallies know how many rows there are. */
export function isCounted({ relation, conditions, search }: Selection): boolean {
  const fields = conditions.map(({ field }) => field)
  return search.words.length === 0 && isTallied(relation, fields)
}

async function countTallied(store: Store, selection: Selection): Promise<number> {
  const { relation, restriction } = selection
  const list = parameters()
  const parts = relation.branches.map((branch) => {
    const conditions = [`${branch.connection} = c.id`, ...rowConditions(selection, branch, list)]
    const table = quoted(branch.tally?.table ?? '')
    return `SELECT sum(t.n) AS n FROM ${connections(restriction, list)} c CROSS JOIN ${table} t WHERE ${conditions.join(' AND ')}`
  })
  const [row] = await ask<{ n: number | null }>(
    store,
    `SELECT sum(n) AS n FROM (${parts.join(' UNION ALL ')}) part`,
    list.values,
  )
  return row?.n ?? 0
}
