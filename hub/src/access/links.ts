import { sql } from 'kysely'
import { Refused } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import type { Role } from './caller.ts'
import { checkPassword } from './password.ts'
import { accessTables } from './tables.ts'
import { hashToken, newToken } from './token.ts'
import { createUser, findUser, hasUsers, type User, updateUser } from './users.ts'

const LIFETIME_HOURS = 24

/** What a one-time link is for. */
type LinkPurpose = 'setup' | 'sign-in' | 'password'

/** The path at which the first administrator is made; works once, for a day, as long as there is no user. */
export async function createSetupLink(store: Store): Promise<string> {
  if (await hasUsers(store)) throw new Refused('conflict', 'There are users already. Sign in as one of them.')
  return `/setup?token=${await keepLink(store, { purpose: 'setup' })}`
}

/** The path at which a user chooses a password; works once, for a day. */
export async function createPasswordLink(store: Store, userId: number): Promise<string> {
  await accessTables(store).deleteFrom('one_time_link').where('user_id', '=', userId).execute()
  return `/setup?token=${await keepLink(store, { purpose: 'password', userId })}`
}

/** The path that signs its first visitor in with this role, as nobody in particular. */
export async function createSignInLink(store: Store, wanted: { role: Role }): Promise<string> {
  return `/enter?token=${await keepLink(store, { purpose: 'sign-in', role: wanted.role })}`
}

async function keepLink(store: Store, link: { purpose: LinkPurpose; role?: Role; userId?: number }): Promise<string> {
  const token = newToken()
  const db = accessTables(store)
  await db.deleteFrom('one_time_link').where('expires_at', '<', sql<string>`now()`).execute()
  await db
    .insertInto('one_time_link')
    .values({
      token_hash: hashToken(token),
      purpose: link.purpose,
      role: link.role ?? null,
      user_id: link.userId ?? null,
      expires_at: new Date(Date.now() + LIFETIME_HOURS * 3_600_000),
    })
    .execute()
  return token
}

/** What a set-up link asks for, without using it up. */
export async function showLink(
  store: Store,
  token: string,
): Promise<{ purpose: 'setup' | 'password'; email: string | null }> {
  const link = await accessTables(store)
    .selectFrom('one_time_link')
    .select(['purpose', 'user_id'])
    .where('token_hash', '=', hashToken(token))
    .where('expires_at', '>', sql<string>`now()`)
    .executeTakeFirst()
  if (!link || link.purpose === 'sign-in') throw usedUp()
  const user = link.user_id === null ? null : await findUser(store, { id: link.user_id })
  return { purpose: link.purpose, email: user?.email ?? null }
}

/** Uses a sign-in link up: the role it gives. */
export async function useSignInLink(store: Store, token: string): Promise<Role> {
  const link = await takeLink(store, token, 'sign-in')
  if (!link.role) throw usedUp()
  return link.role
}

/** Uses a set-up link up: the first administrator, or the user it belongs to, gets this password. */
export async function useSetupLink(
  store: Store,
  token: string,
  wanted: { email?: string | undefined; name?: string | undefined; password: string },
): Promise<User> {
  const { purpose, email: known } = await showLink(store, token)
  const email = known ?? wanted.email
  if (email === undefined) throw new Refused('bad-input', 'Say which e-mail address you will sign in with.')
  // Checked before the link is used up, so that a weak password can be mended.
  checkPassword(wanted.password, email)
  if (purpose === 'setup') {
    await takeSetupLinks(store, token)
    return createUser(store, { ...wanted, email, role: 'admin' })
  }
  const link = await takeLink(store, token, purpose)
  if (link.user_id === null) throw usedUp()
  return updateUser(store, link.user_id, { password: wanted.password })
}

async function takeSetupLinks(store: Store, token: string): Promise<void> {
  if (await hasUsers(store)) throw usedUp()
  // Every process prints a link of its own; all are used up at once, or two people could each become the first.
  const links = await accessTables(store)
    .deleteFrom('one_time_link')
    .where('purpose', '=', 'setup')
    .returning('token_hash')
    .execute()
  if (!links.some((link) => link.token_hash === hashToken(token))) throw usedUp()
}

async function takeLink(store: Store, token: string, purpose: LinkPurpose) {
  const link = await accessTables(store)
    .deleteFrom('one_time_link')
    .where('token_hash', '=', hashToken(token))
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<string>`now()`)
    .returning(['role', 'user_id'])
    .executeTakeFirst()
  if (!link) throw usedUp()
  return link
}

function usedUp(): Refused {
  return new Refused('link-used-up', 'This link was used before, or has expired. Ask for a new one.')
}
