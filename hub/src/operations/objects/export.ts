import { z } from 'zod'
import { Refused } from '../../errors.ts'
import { findKind, KINDS } from '../../kinds/kinds.ts'
import { parseFilter } from '../../store/query/filter.ts'
import { findingRelation } from '../../store/query/finding-relation.ts'
import { kindRelation } from '../../store/query/kind-relation.ts'
import { eachBatch } from '../../store/query/list-rows.ts'
import { parseOrder } from '../../store/query/order.ts'
import type { Relation } from '../../store/query/relation.ts'
import { restrictionOf } from '../listing.ts'
import { operation } from '../operation.ts'
import { formatInput, streamRows } from '../stream-rows.ts'
import { textStream } from '../text-stream.ts'

/** All rows of a list as a file, however many there are. */
export const exportRows = operation({
  name: 'export',
  about: 'Writes out all objects of a kind, all findings or all assets, as CSV or as one JSON object per line.',
  access: 'viewer',
  http: 'GET /export/:kind',
  args: ['kind'],
  streams: true,
  examples: ["export findings --format csv --filter 'severity>=HIGH'", 'export issues --format ndjson --raw'],
  input: z.strictObject({
    kind: z.string().describe(`What to write: findings, assets, ${KINDS.map((kind) => kind.plural).join(', ')}.`),
    format: formatInput,
    filter: z.array(z.string().max(2000)).max(100).default([]).describe('As for the list of that kind.'),
    search: z.string().max(200).optional().describe('As for the list of that kind.'),
    sort: z.array(z.string().max(200)).max(4).default([]).describe('Fields to sort by; by id without it.'),
    raw: z.boolean().default(false).describe('Also write the whole object as Wiz sent it.'),
  }),
  output: textStream,
  async run({ app, caller, signal }, { kind, format, ...query }) {
    const relation = relationNamed(kind)
    // Mistakes are told before the first line is written.
    parseFilter(relation, query.filter)
    parseOrder(relation, query.sort)
    const batches = eachBatch(app.store, relation, { ...query, restriction: restrictionOf(caller) })
    const columns = [...relation.fields.keys(), ...(query.raw && relation.hasRaw ? ['raw'] : [])]
    return streamRows(batches, { name: kind, format, columns, signal })
  },
})

function relationNamed(name: string): Relation {
  if (name === 'findings' || name === 'finding') return findingRelation
  const kind = name === 'assets' ? findKind('cloud-resource') : findKind(name)
  if (kind) return kindRelation(kind)
  const names = ['findings', 'assets', ...KINDS.map((each) => each.plural)].join(', ')
  throw new Refused('unknown-kind', `There is no kind "${name.slice(0, 60)}". There are ${names}.`)
}
