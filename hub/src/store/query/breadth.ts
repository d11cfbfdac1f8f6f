import type { Store } from '../open-store.ts'
import { quoted } from '../sql-name.ts'
import { ask } from './ask.ts'
import { parameters } from './condition.ts'
import type { Relation } from './relation.ts'
import { connections, projectConditions, type Restriction } from './restriction.ts'
import { isTallied } from './selection.ts'

const MUCH = 1 / 4

/** Whether somebody who is limited to projects sees a large part of the rows, as the tallies tell. */
export async function seesMuch(store: Store, relation: Relation, restriction: Restriction): Promise<boolean> {
  const field = relation.fields.get(relation.projects ?? '')
  if (restriction.projectIds === undefined || !field || !isTallied(relation, [field])) return false
  const list = parameters()
  const parts = relation.branches.map((branch) => {
    const seen = projectConditions(relation, branch, restriction, list).join(' AND ')
    return `SELECT sum(t.n) AS n, sum(t.n) FILTER (WHERE ${seen}) AS seen
      FROM ${connections(restriction, list)} c JOIN ${quoted(branch.tally?.table ?? '')} t ON ${branch.connection} = c.id`
  })
  const text = `SELECT coalesce(sum(seen) > ${MUCH} * sum(n), false) AS much FROM (${parts.join(' UNION ALL ')}) part`
  const [row] = await ask<{ much: boolean }>(store, text, list.values)
  return row?.much ?? false
}
