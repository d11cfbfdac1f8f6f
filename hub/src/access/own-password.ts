import { Refused } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import type { Caller } from './caller.ts'
import { verifyPassword } from './password.ts'
import { accessTables } from './tables.ts'
import { findUser, updateUser } from './users.ts'

/** Changes the password of whoever asks, after they have proved the old one. */
export async function changeOwnPassword(
  store: Store,
  caller: Caller,
  { current, password }: { current: string; password: string },
): Promise<void> {
  const [, email] = /^user:(.+)$/.exec(caller.name) ?? []
  if (!email) throw new Refused('not-allowed', 'Only a user has a password. Sign in as one.')
  const { id } = await findUser(store, { email })
  const { password_hash } = await accessTables(store)
    .selectFrom('app_user')
    .select('password_hash')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (!(await verifyPassword(current, password_hash)))
    throw new Refused('not-allowed', 'The current password is wrong. Type it again.')
  await updateUser(store, id, { password })
}
