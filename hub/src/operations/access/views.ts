import { z } from 'zod'
import * as views from '../../access/saved-views.ts'
import { KINDS } from '../../kinds/kinds.ts'
import { operation } from '../operation.ts'
import { trueOrFalse } from '../true-or-false.ts'
import { idField } from './fields.ts'

const LISTS = ['findings', 'assets', ...KINDS.map(({ plural }) => plural)]
const PARAMETERS = ['filter', 'search', 'sort', 'columns']

const columns = ['id', 'list', 'name', 'isDefault', 'isShared', 'owner']
const nameField = z.string().trim().min(1).max(80).describe('What it is called; once for each list and user.')
const listField = z.enum(LISTS).describe('The list it is a view of.')
const searchField = z
  .string()
  .max(4000)
  .refine((text) => [...new URLSearchParams(text).keys()].every((key) => PARAMETERS.includes(key)), {
    error: `the view may only say ${PARAMETERS.join(', ')}, as the part of an address behind the question mark`,
  })
  .transform((text) => new URLSearchParams(text).toString())
  .describe('What it shows: filter, search, sort and columns, as in an address, e.g. "filter=severity=HIGH&sort=name".')
const sharedField = 'Everybody without limits sees it too; operators may do that.'
const defaultField = 'The list opens with it for you.'

const viewFace = z.object({
  id: z.int(),
  name: z.string(),
  list: z.string(),
  search: z.string(),
  isShared: z.boolean().describe(sharedField),
  isDefault: z.boolean().describe(defaultField),
  isMine: z.boolean().describe('You saved it.'),
  owner: z.string().describe('Who saved it.'),
  updatedAt: z.string(),
})

const listViews = operation({
  name: 'views.list',
  about: 'Lists your saved views of lists, and those that others share.',
  access: 'viewer',
  http: 'GET /views',
  columns,
  examples: ['views list --list findings'],
  input: z.strictObject({ list: listField.optional() }),
  output: z.object({ items: z.array(viewFace), nextCursor: z.null() }),
  async run({ app, caller }, { list }) {
    return { items: await views.listViews(app.store, caller, list), nextCursor: null }
  },
})

const createView = operation({
  name: 'views.create',
  about: 'Saves a view of a list under a name.',
  access: 'viewer',
  audit: true,
  withinProjects: true,
  http: 'POST /views',
  columns,
  examples: ["views create --list findings --name worst --search 'filter=severity=CRITICAL&filter=status=OPEN'"],
  input: z.strictObject({
    list: listField,
    name: nameField,
    search: searchField,
    isShared: z.boolean().default(false).describe(sharedField),
    isDefault: z.boolean().default(false).describe(defaultField),
  }),
  output: viewFace,
  run: ({ app, caller }, wanted) => views.createView(app.store, caller, wanted),
})

const updateView = operation({
  name: 'views.update',
  about: 'Renames, changes or shares one of your views, or makes it what its list opens with.',
  access: 'viewer',
  audit: true,
  withinProjects: true,
  http: 'PATCH /views/:id',
  args: ['id'],
  columns,
  examples: ['views update 7 --name worst --is-default true'],
  input: z.strictObject({
    id: idField,
    name: nameField.optional(),
    search: searchField.optional(),
    isShared: trueOrFalse.optional().describe(sharedField),
    isDefault: trueOrFalse.optional().describe(defaultField),
  }),
  output: viewFace,
  run: ({ app, caller }, { id, ...changes }) => views.updateView(app.store, caller, id, changes),
})

const deleteView = operation({
  name: 'views.delete',
  about: 'Deletes one of your views; an administrator may also delete what others share.',
  access: 'viewer',
  audit: true,
  withinProjects: true,
  http: 'DELETE /views/:id',
  args: ['id'],
  input: z.strictObject({ id: idField }),
  output: z.object({ deleted: z.literal(true) }),
  async run({ app, caller }, { id }) {
    await views.deleteView(app.store, caller, id)
    return { deleted: true as const }
  },
})

/** What can be asked about saved views. */
export const VIEW_OPERATIONS = [listViews, createView, updateView, deleteView] as const
