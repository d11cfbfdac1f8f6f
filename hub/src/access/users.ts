import type { Kysely, Selectable } from 'kysely'
import { Refused } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import type { Role } from './caller.ts'
import { forgetCallers } from './caller-cache.ts'
import { checkPassword, hashPassword } from './password.ts'
import { type AccessTables, accessTables } from './tables.ts'

/** A person who may sign in, without what proves it. */
export interface User {
  id: number
  email: string
  name: string
  role: Role
  connectionIds: number[] | null
  projectIds: string[] | null
  disabled: boolean
  hasPassword: boolean
  singleSignOn: boolean
  createdAt: string
  signedInAt: string | null
}

/** What is said of a new user. */
interface NewUser {
  email: string
  name?: string | undefined
  role: Role
  password?: string | undefined
  connectionIds?: readonly number[] | null | undefined
  projectIds?: readonly string[] | null | undefined
}

/** What can be changed of a user; null lifts a limit. */
type UserChanges = Partial<Omit<NewUser, 'email'>> & { disabled?: boolean | undefined }

/** The address as it is kept: case makes no difference. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** Whether anybody can sign in yet. */
export async function hasUsers(store: Store): Promise<boolean> {
  return (await accessTables(store).selectFrom('app_user').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** Adds a user. */
export async function createUser(store: Store, wanted: NewUser): Promise<User> {
  const email = normaliseEmail(wanted.email)
  if (wanted.password !== undefined) checkPassword(wanted.password, email)
  const row = await accessTables(store)
    .insertInto('app_user')
    .values({
      email,
      name: wanted.name ?? email.split('@')[0] ?? email,
      role: wanted.role,
      password_hash: wanted.password === undefined ? null : await hashPassword(wanted.password),
      connection_ids: wanted.connectionIds ? [...wanted.connectionIds] : null,
      project_ids: wanted.projectIds ? [...wanted.projectIds] : null,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!row) throw new Refused('conflict', `There is a user ${email} already. Change that one.`)
  return asUser(row)
}

/** The user with this number or address. */
export async function findUser(store: Store, by: { id: number } | { email: string }): Promise<User> {
  const row = await accessTables(store)
    .selectFrom('app_user')
    .selectAll()
    .$if('id' in by, (query) => query.where('id', '=', 'id' in by ? by.id : 0))
    .$if('email' in by, (query) => query.where('email', '=', 'email' in by ? normaliseEmail(by.email) : ''))
    .executeTakeFirst()
  if (!row) throw noSuchUser('id' in by ? String(by.id) : by.email)
  return asUser(row)
}

/** Changes a user; a new password, role or limit ends all sessions, so that nobody goes on under the old one. */
export async function updateUser(store: Store, id: number, changes: UserChanges): Promise<User> {
  const before = await findUser(store, { id })
  if (changes.password !== undefined) checkPassword(changes.password, before.email)
  const password_hash = changes.password === undefined ? undefined : await hashPassword(changes.password)
  const user = await accessTables(store)
    .transaction()
    .execute(async (trx) => {
      const admins = await countAdmins(trx)
      const row = await trx
        .updateTable('app_user')
        .set({
          name: changes.name,
          role: changes.role,
          disabled: changes.disabled,
          password_hash,
          connection_ids: changes.connectionIds === undefined ? undefined : asArray(changes.connectionIds),
          project_ids: changes.projectIds === undefined ? undefined : asArray(changes.projectIds),
          ...(password_hash ? { failures: 0, wait_until: null } : {}),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      if (!row) throw noSuchUser(String(id))
      if (admins > 0 && (await countAdmins(trx)) === 0) throw lastAdmin()
      const isMoreThanName = Object.keys(changes).some((key) => key !== 'name')
      if (isMoreThanName) await trx.deleteFrom('user_session').where('user_id', '=', id).execute()
      return asUser(row)
    })
  forgetCallers(store)
  return user
}

/** Removes a user with all sessions and their own views; what they did and what they share stays. */
export async function deleteUser(store: Store, id: number): Promise<void> {
  await accessTables(store)
    .transaction()
    .execute(async (trx) => {
      const admins = await countAdmins(trx)
      const gone = await trx.deleteFrom('app_user').where('id', '=', id).returning('email').executeTakeFirst()
      if (!gone) throw noSuchUser(String(id))
      const owner = `user:${gone.email}`
      await trx.deleteFrom('saved_view').where('owner', '=', owner).where('is_shared', '=', false).execute()
      if (admins > 0 && (await countAdmins(trx)) === 0) throw lastAdmin()
    })
  forgetCallers(store)
}

async function countAdmins(trx: Kysely<AccessTables>): Promise<number> {
  // All of them are locked: two who remove each other at once must not both succeed.
  const admins = await trx
    .selectFrom('app_user')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .where('connection_ids', 'is', null)
    .where('project_ids', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return admins.length
}

function lastAdmin(): Refused {
  return new Refused('conflict', 'This is the last administrator without limits. Make somebody else one first.')
}

function asArray<T>(limit: readonly T[] | null): T[] | null {
  return limit ? [...limit] : null
}

function noSuchUser(which: string): Refused {
  return new Refused('not-found', `There is no user ${which}. List the users to see who is there.`)
}

function asUser(row: Selectable<AccessTables['app_user']>): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    connectionIds: row.connection_ids,
    projectIds: row.project_ids,
    disabled: row.disabled,
    hasPassword: row.password_hash !== null,
    singleSignOn: row.sso_subject !== null,
    createdAt: row.created_at,
    signedInAt: row.signed_in_at,
  }
}
