import type { Store } from '../open-store.ts'
import { literal, quoted } from '../sql-name.ts'
import { ask } from './ask.ts'
import { parameters } from './condition.ts'
import { isCounted } from './count-rows.ts'
import type { Field } from './relation.ts'
import { connections } from './restriction.ts'
import { candidateSql, isWhole, searchUnder, triesOf } from './search.ts'
import { isTallied, MANY, rowConditions, type Selection } from './selection.ts'
import { settleTallies } from './settle-tallies.ts'

/** How often the values of a field occur, the most frequent first. */
export interface ValueCounts {
  readonly values: readonly { readonly value: string | null; readonly count: number }[]
  /** Only so many rows were looked at; there are more. */
  readonly isAtLeast: boolean
}

/**
 * Counts the values of fields, each as if there were no condition on that field itself: in all rows where their tallies
 * tell the values apart, otherwise in the first rows that are found.
 */
export async function countValues(
  store: Store,
  selection: Selection,
  fields: readonly Field[],
  most: number,
): Promise<ReadonlyMap<Field, ValueCounts>> {
  // Fields without a condition share one look at the rows.
  const groups = Map.groupBy(fields, (field) => {
    const own = selection.conditions.some((condition) => condition.field === field) ? field.name : ''
    return `${own} ${isTallied(selection.relation, [field])}`
  })
  const counts = new Map<Field, ValueCounts>()
  // One after the other: a page of the browser must not take all connections to the database.
  for (const group of groups.values()) {
    const conditions = selection.conditions.filter((condition) => !group.includes(condition.field))
    const others = { ...selection, conditions, search: searchUnder(selection.search, conditions) }
    for (const [field, found] of await countTogether(store, others, group, most)) {
      counts.set(field, found)
    }
  }
  return counts
}

async function countTogether(
  store: Store,
  selection: Selection,
  fields: readonly Field[],
  most: number,
): Promise<ReadonlyMap<Field, ValueCounts>> {
  const { relation, search } = selection
  const isTally = isCounted(selection) && isTallied(relation, fields)
  let answers: Answer[] = []
  let looked = 0
  for (const keys of triesOf(search, relation)) {
    const { text, values } = statement(selection, fields, { most, isTally, keys })
    answers = await ask<Answer>(store, text, values)
    looked = answers.find((row) => row.field === '')?.count ?? 0
    if (isTally) settleTallies(store, relation, Number(answers.find((row) => row.field === '')?.value ?? 0))
    if (looked > MANY) break
  }
  const isAtLeast = !isTally && (looked > MANY || !isWhole(search, relation))
  return new Map(
    fields.map((field) => {
      const own = answers.filter((row) => row.field === field.name)
      return [field, { values: own.map(({ value, count }) => ({ value, count: count ?? 0 })), isAtLeast }]
    }),
  )
}

interface Answer {
  /** Empty for all that was looked at: the number of its parts, and of the rows they stand for. */
  readonly field: string
  readonly value: string | null
  readonly count: number | null
}

function statement(
  selection: Selection,
  fields: readonly Field[],
  { most, isTally, keys }: { most: number; isTally: boolean; keys: number },
): { text: string; values: readonly unknown[] } {
  const { relation, restriction, search } = selection
  const list = parameters()
  const limit = isTally ? '' : `LIMIT ${list.add(MANY + 1, 'bigint')}`
  const parts = relation.branches.map((branch) => {
    const columns = fields.map((field, at) => `${branch.columns[field.name] ?? 'NULL'}${suffix(field)} AS v${at}`)
    const conditions = [
      `${branch.connection} = c.id`,
      ...rowConditions(selection, branch, list),
      ...(isTally ? [] : candidateSql(search, branch, list, keys)),
    ]
    const table = isTally ? quoted(branch.tally?.table ?? '') : branch.table
    const from = `FROM ${connections(restriction, list)} c CROSS JOIN ${table} t WHERE ${conditions.join(' AND ')}`
    return `(SELECT ${columns.join(', ')}, ${isTally ? 't.n' : '1'} AS n ${from} ${limit})`
  })
  const found = `WITH found AS MATERIALIZED (SELECT * FROM (${parts.join(' UNION ALL ')}) part ${limit})`
  // A row may be in projects that the caller may not see.
  const { projectIds } = restriction
  const isOfProjects = (field: Field) => field.type === 'texts' && field.name === relation.projects
  const own = projectIds && fields.some(isOfProjects) ? ` WHERE value = ANY (${list.add(projectIds, 'text[]')})` : ''
  const counts = fields.map((field, at) => {
    const only = isOfProjects(field) ? own : ''
    // A row without values counts once, for none.
    const [value, from] =
      field.type === 'texts'
        ? [
            'value',
            `(SELECT unnest(CASE WHEN cardinality(v${at}) > 0 THEN v${at} ELSE '{NULL}' END) AS value, n FROM found) part`,
          ]
        : [`v${at}`, 'found']
    return `(SELECT ${literal(field.name)} AS field, ${value} AS value, sum(n)::float8 AS count FROM ${from}${only}
      GROUP BY ${value} HAVING sum(n) > 0 ORDER BY count DESC, value LIMIT ${most})`
  })
  const rows = `SELECT '' AS field, count(*)::text AS value, sum(n)::float8 AS count FROM found`
  return { text: `${found} ${[rows, ...counts].join(' UNION ALL ')}`, values: list.values }
}

/** Values of all types stand beside each other as text. */
function suffix(field: Field): string {
  return field.type === 'texts' ? '' : '::text'
}
