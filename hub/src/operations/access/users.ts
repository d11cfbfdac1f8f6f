import { z } from 'zod'
import { createPasswordLink } from '../../access/links.ts'
import { createUser, deleteUser, findUser, listUsers, updateUser } from '../../access/users.ts'
import { operation, ROLES } from '../operation.ts'
import {
  connectionIdsField,
  cursorField,
  emailField,
  idField,
  limitField,
  nameField,
  pageFrom,
  pageOf,
  passwordField,
  projectIdsField,
  refuseLimited,
  roleField,
} from './fields.ts'

/** A user as the API shows it. */
export const userSchema = z.object({
  id: z.int(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  connectionIds: z.array(z.int()).nullable().describe('The only connections they may see; null means all.'),
  projectIds: z.array(z.string()).nullable().describe('The only Wiz projects they may see; null means all.'),
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  singleSignOn: z.boolean().describe('Whether they sign in at the identity provider.'),
  createdAt: z.string(),
  signedInAt: z.string().nullable(),
})

const columns = ['id', 'email', 'name', 'role', 'disabled', 'signedInAt']
const linkField = z.string().nullable().describe('An address at which the user chooses a password, once, within a day.')

export const usersList = operation({
  name: 'users.list',
  about: 'Lists who may sign in.',
  access: 'admin',
  http: 'GET /users',
  columns,
  input: z.strictObject({ limit: limitField, cursor: cursorField }),
  output: pageOf(userSchema),
  async run({ app, caller }, { limit, cursor }) {
    refuseLimited(caller)
    const users = await listUsers(app.store, { after: Number(cursor ?? 0), limit: limit + 1 })
    return pageFrom(users, limit, (user) => user.id)
  },
})

export const usersCreate = operation({
  name: 'users.create',
  about: 'Lets somebody sign in; without a password, the answer holds a link at which they choose one.',
  access: 'admin',
  audit: true,
  http: 'POST /users',
  args: ['email'],
  secrets: ['password'],
  columns: [...columns, 'link'],
  input: z.strictObject({
    email: emailField,
    name: nameField.optional(),
    role: roleField,
    password: passwordField.optional(),
    connectionIds: connectionIdsField.optional(),
    projectIds: projectIdsField.optional(),
  }),
  output: userSchema.extend({ link: linkField }),
  async run({ app, caller }, input) {
    refuseLimited(caller)
    const user = await createUser(app.store, input)
    const path = input.password === undefined ? await createPasswordLink(app.store, user.id) : null
    return { ...user, link: path && app.config.publicUrl + path }
  },
})

export const usersUpdate = operation({
  name: 'users.update',
  about: 'Changes what a user may do, or their password; they have to sign in again.',
  access: 'admin',
  audit: true,
  http: 'PATCH /users/:id',
  args: ['id'],
  secrets: ['password'],
  columns,
  input: z.strictObject({
    id: idField,
    name: nameField.optional(),
    role: roleField.optional(),
    password: passwordField.optional(),
    disabled: z.boolean().optional().describe('A disabled user cannot sign in.'),
    connectionIds: connectionIdsField.nullable().optional(),
    projectIds: projectIdsField.nullable().optional(),
  }),
  output: userSchema,
  async run({ app, caller }, { id, ...changes }) {
    refuseLimited(caller)
    return updateUser(app.store, id, changes)
  },
})

export const usersDelete = operation({
  name: 'users.delete',
  about: 'Removes a user; what they did stays in the audit log.',
  access: 'admin',
  audit: true,
  http: 'DELETE /users/:id',
  args: ['id'],
  input: z.strictObject({ id: idField }),
  output: z.object({ deleted: z.literal(true) }),
  async run({ app, caller }, { id }) {
    refuseLimited(caller)
    await deleteUser(app.store, id)
    return { deleted: true as const }
  },
})

export const usersInvite = operation({
  name: 'users.invite',
  about: 'Makes a link at which a user chooses a new password, once, within a day.',
  access: 'admin',
  audit: true,
  http: 'POST /users/:id/invitations',
  args: ['id'],
  input: z.strictObject({ id: idField }),
  output: z.object({ link: linkField }),
  async run({ app, caller }, { id }) {
    refuseLimited(caller)
    await findUser(app.store, { id })
    return { link: app.config.publicUrl + (await createPasswordLink(app.store, id)) }
  },
})
