import { z } from 'zod'
import { refuseLimited } from '../../access/caller.ts'
import { listRows } from '../../access/list-rows.ts'
import type { Relation } from '../../store/query/relation.ts'
import { listOutput, type RowSchema, rowSchema, selectionInput } from '../listing.ts'
import { type Operation, operation } from '../operation.ts'

/** What of a list is wanted; its order is that of its key. */
export function accessSelection(relation: Relation) {
  const { filter, search } = selectionInput(relation)
  return { filter, search }
}

/** Makes the operation that lists rows which belong to no connection, for administrators without limits. */
export function accessListOperation<T extends object>(
  relation: Relation<T>,
  declaration: Pick<Operation, 'name' | 'about' | 'http' | 'columns' | 'examples'>,
) {
  return operation({
    ...declaration,
    access: 'admin',
    input: z.strictObject({
      ...accessSelection(relation),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .describe('nextCursor of the page before.'),
      limit: z.int().min(1).max(1000).default(50).describe('How many rows a page holds at most.'),
      total: z.boolean().default(false).describe('Also count all rows that the filter lets through.'),
    }),
    output: listOutput<T>(accessRowSchema(relation)),
    async run({ app, caller }, query) {
      refuseLimited(caller)
      return listRows(app.store, relation, query)
    },
  })
}

/** A row of a relation; numbers of connections are all that such rows keep as JSON in known form. */
export function accessRowSchema<T extends object>(relation: Relation<T>): RowSchema<T> {
  const connectionIds = relation.fields.get('connectionIds')
  if (!connectionIds) return rowSchema(relation)
  return rowSchema(relation, { connectionIds: z.array(z.int()).nullable().describe(connectionIds.about) })
}
