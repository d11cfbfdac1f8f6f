import { sql } from 'kysely'
import { Refused } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import { audit } from './audit.ts'
import { verifyPassword } from './password.ts'
import { startSession, type Visitor } from './sessions.ts'
import { accessTables } from './tables.ts'
import { normaliseEmail } from './users.ts'

const FREE_FAILURES = 5
const LONGEST_WAIT_SECONDS = 60

/** Signs a user in by e-mail address and password: the token of the session. */
export async function signIn(
  store: Store,
  given: { email: string; password: string },
  visitor: Visitor,
): Promise<string> {
  const email = normaliseEmail(given.email)
  const user = await accessTables(store)
    .selectFrom('app_user')
    .select(['id', 'password_hash', 'disabled', sql<boolean>`coalesce(wait_until > now(), false)`.as('must_wait')])
    .where('email', '=', email)
    .executeTakeFirst()
  const actor = user ? `user:${email}` : 'unknown'
  const refuse = async (reason: string, refusal: Refused): Promise<never> => {
    const details = { email: email.slice(0, 200), reason }
    await audit(store, { actor, action: 'sign-in', outcome: 'refused', address: visitor.address, details })
    throw refusal
  }
  if (user?.must_wait) {
    const sentence = 'There were too many wrong passwords for this address. Wait a minute, then try again.'
    return refuse('too many wrong passwords', new Refused('too-many-requests', sentence))
  }
  // Also compared where there is no such user, so that the time it takes tells nobody who has an account.
  const isRight = await verifyPassword(given.password, user?.password_hash ?? null)
  if (!user || !isRight || user.disabled) {
    if (user) await countFailure(store, user.id)
    const reason = !user ? 'no such user' : user.disabled ? 'disabled' : 'wrong password'
    return refuse(reason, new Refused('not-signed-in', 'The e-mail address or the password is wrong.'))
  }
  const token = await enter(store, user, visitor)
  // Nobody holds the token before this is written.
  const { address } = visitor
  await audit(store, { actor, action: 'sign-in', outcome: 'done', address, details: { by: 'password' } })
  return token
}

/** Starts the session of a user who has proved who they are; whoever calls it writes that down. */
export async function enter(
  store: Store,
  user: { id: number },
  visitor: Visitor,
  options: { isSso?: boolean } = {},
): Promise<string> {
  await accessTables(store)
    .updateTable('app_user')
    .set({ failures: 0, wait_until: null, signed_in_at: new Date() })
    .where('id', '=', user.id)
    .execute()
  return startSession(store, { userId: user.id, ...options }, visitor)
}

async function countFailure(store: Store, userId: number): Promise<void> {
  await store.pool.query(
    `UPDATE app_user SET failures = failures + 1,
       wait_until = CASE WHEN failures + 1 < $2 THEN NULL
         ELSE now() + make_interval(secs => least($3, 2 ^ least(failures + 1 - $2, 10))) END
     WHERE id = $1`,
    [userId, FREE_FAILURES, LONGEST_WAIT_SECONDS],
  )
}
