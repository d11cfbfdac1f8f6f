import { z } from 'zod'
import type { Caller } from '../access/caller.ts'
import { FILTER_HELP } from '../store/query/filter.ts'
import { type ListQuery, listRows } from '../store/query/list-rows.ts'
import type { Field, Relation } from '../store/query/relation.ts'
import type { Restriction } from '../store/query/restriction.ts'
import { type Operation, operation } from './operation.ts'

/** What the caller may see, as the store is told. */
export function restrictionOf({ connectionIds, projectIds }: Caller): Restriction {
  return { connectionIds, projectIds }
}

/** What of a list is wanted, without where to begin and end. */
export function selectionInput(relation: Relation) {
  const names = [...relation.fields.keys()].join(', ')
  return {
    filter: z
      .array(z.string().max(2000))
      .max(100)
      .default([])
      .describe(`Only rows that fulfil all of these: ${FILTER_HELP} Fields: ${names}.`),
    search: z.string().max(200).optional().describe('Only rows with all of these words somewhere in their names.'),
    sort: z
      .array(z.string().max(200))
      .max(4)
      .optional()
      .describe(`field or field:desc; rows without a value come last. Without it: ${relation.order.join(', ')}.`),
  }
}

/** The input of the operation that lists a relation. */
function listInput(relation: Relation) {
  return z.strictObject({
    ...selectionInput(relation),
    cursor: z.string().max(20_000).optional().describe('nextCursor of the page before.'),
    limit: z.int().min(1).max(1000).default(50).describe('How many rows a page holds at most.'),
    total: z.boolean().default(false).describe('Also count the rows that the filter lets through.'),
    exactTotal: z.boolean().default(false).describe('Count all of them, even where that takes long.'),
    ...(relation.hasRaw && { raw: z.boolean().default(false).describe('Also give the whole object as Wiz sent it.') }),
  })
}

/** A page of a list. */
export function listOutput<T>(item: z.ZodType<T>) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Leads to the next page; null at the end.'),
    total: z.int().optional().describe('How many rows the filter lets through, if asked for.'),
    totalIsAtLeast: z.boolean().optional().describe('There are more rows than total; exactTotal counts them all.'),
  })
}

const ZOD_TYPES: Readonly<Record<Field['type'], z.ZodType>> = {
  text: z.string(),
  time: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  texts: z.array(z.string()),
  json: z.unknown(),
}

/** The schema of rows that look like `T`. */
export type RowSchema<T extends object> = z.ZodObject<{ [Name in keyof T]-?: z.ZodType<T[Name]> }> & z.ZodType<T>

/** A row of a relation; `known` says more of fields than their types do. */
export function rowSchema<T extends object>(relation: Relation<T>, known: z.ZodRawShape = {}): RowSchema<T> {
  const fields = [...relation.fields.values()].map(({ name, type, about, isNullable }) => {
    const schema = isNullable ? ZOD_TYPES[type].nullable() : ZOD_TYPES[type]
    return [name, schema.describe(about)]
  })
  const raw = { raw: z.unknown().optional().describe('The whole object as Wiz sent it, if asked for.') }
  const shape = { ...Object.fromEntries(fields), ...(relation.hasRaw && raw), ...known }
  // Which fields there are is known when this runs; that they are those of T is what the relation says of itself.
  return z.object(shape) as unknown as RowSchema<T>
}

/** What the rows of the list hold that an operation answers with; undefined where it answers with something else. */
export function fieldsOfRows({ output }: Pick<Operation, 'output'>): string[] | undefined {
  const items = output instanceof z.ZodObject ? output.shape.items : undefined
  const row = items instanceof z.ZodArray ? items.element : undefined
  return row instanceof z.ZodObject ? Object.keys(row.shape) : undefined
}

/** Makes the operation that lists a relation. */
export function listOperation<T extends object>(
  relation: Relation<T>,
  declaration: Pick<Operation, 'name' | 'about' | 'http' | 'columns' | 'examples'>,
) {
  const input = listInput(relation)
  return operation({
    ...declaration,
    access: 'viewer',
    input,
    output: listOutput<T>(rowSchema(relation)),
    async run({ app, caller }, { exactTotal, ...query }) {
      const total = exactTotal ? 'exact' : query.total
      const wanted: ListQuery = { ...query, total, raw: query.raw === true, restriction: restrictionOf(caller) }
      const { rows, ...page } = await listRows(app.store, relation, wanted)
      return { items: rows, ...page }
    },
  })
}
