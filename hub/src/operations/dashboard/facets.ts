import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { findKind } from '../../kinds/kinds.ts'
import type { Store } from '../../store/open-store.ts'
import { countValues } from '../../store/query/count-values.ts'
import { fieldNamed, parseFilter } from '../../store/query/filter.ts'
import { findingRelation } from '../../store/query/finding-relation.ts'
import { kindRelation } from '../../store/query/kind-relation.ts'
import type { Field, Relation } from '../../store/query/relation.ts'
import { readSearch } from '../../store/query/search.ts'
import { restrictionOf } from '../listing.ts'
import { operation } from '../operation.ts'

const MOST = 12
const value = z.object({
  value: z.string().nullable().describe('Null stands for rows without one.'),
  label: z.string().nullable().describe('Its name, where the value is the id of a project.'),
  count: z.number(),
})

/** How often the values of some fields occur in a list. */
export const showFacets = operation({
  name: 'facets.show',
  about: 'Counts the values of fields in a list, each as if there were no filter on that field itself.',
  access: 'viewer',
  http: 'GET /facets/:kind',
  args: ['kind'],
  examples: ['facets show findings --field severity --field status'],
  input: z.strictObject({
    kind: z.string().describe('A kind in plural, findings or assets.'),
    field: z.array(z.string().max(100)).min(1).max(20).describe('Which fields to count.'),
    filter: z.array(z.string().max(2000)).max(100).default([]).describe('As for the list of that kind.'),
    search: z.string().max(200).optional().describe('As for the list of that kind.'),
  }),
  output: z.object({
    items: z.array(
      z.object({
        field: z.string(),
        values: z.array(value).describe('Severities from the worst on, other values from the most frequent on.'),
        hasMore: z.boolean().describe(`There are more than ${MOST} values.`),
        isAtLeast: z.boolean().describe('The rows are so many that only the first of them were counted.'),
      }),
    ),
  }),
  async run({ app, caller }, { kind, field: names, filter, search = '' }) {
    const relation = relationNamed(kind)
    const fields = [...new Set(names)].map((name) => countable(relation, name))
    const restriction = restrictionOf(caller)
    const conditions = parseFilter(relation, filter)
    const words = await readSearch(app.store, relation, search, conditions, restriction)
    const selection = { relation, conditions, search: words, restriction }
    const counted = await countValues(app.store, selection, fields, MOST + 1)
    const items = []
    for (const [field, { values: counts, isAtLeast }] of counted) {
      const labels =
        field.name === relation.projects ? await projectNames(app.store, counts) : new Map<string, string>()
      const values = counts.slice(0, MOST).map((each) => ({ ...each, label: labels.get(each.value ?? '') ?? null }))
      items.push({ field: field.name, values: byRank(values, field), hasMore: counts.length > MOST, isAtLeast })
    }
    items.sort((a, b) => names.indexOf(a.field) - names.indexOf(b.field))
    return { items }
  },
})

interface Count {
  readonly value: string | null
  readonly count: number
}

async function projectNames(store: Store, counts: readonly Count[]): Promise<Map<string, string>> {
  const ids = counts.flatMap((each) => each.value ?? [])
  const text = 'SELECT DISTINCT ON (id) id, name FROM project WHERE id = ANY ($1) AND name IS NOT NULL'
  const { rows } = await store.pool.query<{ id: string; name: string }>(text, [ids])
  return new Map(rows.map((row) => [row.id, row.name]))
}

function byRank<T extends Count>(values: readonly T[], { ranks }: Field): T[] {
  if (!ranks) return [...values]
  return values.toSorted((a, b) => (ranks[b.value ?? ''] ?? 0) - (ranks[a.value ?? ''] ?? 0))
}

function relationNamed(name: string): Relation {
  if (name === 'findings') return findingRelation
  const kind = name === 'assets' ? findKind('cloud-resource') : findKind(name)
  if (kind) return kindRelation(kind)
  throw new Refused('unknown-kind', `There is no kind "${name.slice(0, 60)}". See GET /api/v1/kinds.`)
}

function countable(relation: Relation, name: string): Field {
  const field = fieldNamed(relation, name)
  if (field.type !== 'json' && field.type !== 'time') return field
  throw new Refused('bad-input', `The values of ${name} are too many to count. Count another field.`)
}
