import { z } from 'zod'
import { refuseLimited } from '../../access/caller.ts'
import { createPasswordLink } from '../../access/links.ts'
import { userRelation } from '../../access/relations.ts'
import * as users from '../../access/users.ts'
import { operation } from '../operation.ts'
import { accessListOperation, accessRowSchema } from './access-listing.ts'
import {
  connectionIdsField,
  emailField,
  idField,
  nameField,
  passwordField,
  projectIdsField,
  roleField,
} from './fields.ts'

const userSchema = accessRowSchema(userRelation)
const columns = ['id', 'email', 'name', 'role', 'disabled', 'signedInAt']
const linkField = z.string().nullable().describe('An address at which the user chooses a password, once, within a day.')

/** Who may sign in. */
export const listUsers = accessListOperation(userRelation, {
  name: 'users.list',
  about: 'Lists who may sign in.',
  http: 'GET /users',
  columns,
  examples: ['users list --filter role=admin'],
})

/** Lets somebody sign in. */
export const createUser = operation({
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
    const user = await users.createUser(app.store, input)
    const path = input.password === undefined ? await createPasswordLink(app.store, user.id) : null
    return { ...user, link: path && app.config.publicUrl + path }
  },
})

/** Changes what somebody may do. */
export const updateUser = operation({
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
    return { ...(await users.updateUser(app.store, id, changes)) }
  },
})

/** Removes somebody. */
export const deleteUser = operation({
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
    await users.deleteUser(app.store, id)
    return { deleted: true as const }
  },
})

/** Lets somebody choose a new password. */
export const inviteUser = operation({
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
    await users.findUser(app.store, { id })
    return { link: app.config.publicUrl + (await createPasswordLink(app.store, id)) }
  },
})
