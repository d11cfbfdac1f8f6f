import { z } from 'zod'
import { KINDS } from '../../kinds/kinds.ts'
import { kindRelation } from '../../store/query/kind-relation.ts'
import { operation } from '../operation.ts'

/** What there is to ask about. */
export const listKinds = operation({
  name: 'kinds.list',
  about: 'Lists the kinds of objects there are, with their fields.',
  access: 'viewer',
  http: 'GET /kinds',
  columns: ['name', 'plural', 'about'],
  input: z.strictObject({}),
  output: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        plural: z.string().describe('Its name in commands and addresses.'),
        about: z.string(),
        title: z.string().describe('The field that is shown as its name.'),
        isFinding: z.boolean(),
        scopes: z.array(z.string()).describe('Any one of these OAuth scopes of Wiz is enough to read it.'),
        fields: z.array(
          z.object({
            name: z.string(),
            type: z.enum(['text', 'time', 'number', 'boolean', 'texts', 'json']),
            about: z.string(),
            values: z.array(z.string()).nullable().describe('The known values, where there are some.'),
          }),
        ),
      }),
    ),
    nextCursor: z.null(),
  }),
  async run() {
    const items = KINDS.map((kind) => ({
      name: kind.name,
      plural: kind.plural,
      about: kind.about,
      title: kind.title,
      isFinding: kind.finding !== undefined,
      scopes: [...kind.scopes],
      fields: [...kindRelation(kind).fields.values()].map(({ name, type, about, values }) => ({
        name,
        type,
        about,
        values: values ? [...values] : null,
      })),
    }))
    return { items, nextCursor: null }
  },
})
