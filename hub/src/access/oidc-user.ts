import { Refused } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import { forgetCallers } from './caller-cache.ts'
import type { Entitlement } from './oidc-roles.ts'
import { accessTables } from './tables.ts'

/** What somebody proved at the identity provider. */
export interface Proved {
  readonly subject: string
  readonly email: string
  readonly isVerified: boolean
  readonly name: string
  readonly entitlement: Entitlement
}

/** Finds or makes the user of whoever proved who they are, with the rights of their groups. */
export async function keepUser(store: Store, { subject, email, isVerified, name, entitlement }: Proved) {
  const db = accessTables(store)
  const namesake = await db.selectFrom('app_user').selectAll().where('email', '=', email).executeTakeFirst()
  const known = await db.selectFrom('app_user').selectAll().where('sso_subject', '=', subject).executeTakeFirst()
  if (!known && namesake && (namesake.sso_subject !== null || !isVerified)) {
    // Else anybody who can claim an address at the provider would get somebody's account here.
    throw new Refused('not-allowed', `The address ${email} belongs to another user here. Ask an administrator.`)
  }
  const before = known ?? namesake
  if (before?.disabled) throw new Refused('not-allowed', 'Your account is disabled. Ask an administrator.')
  const rights = {
    role: entitlement.role,
    project_ids: entitlement.projectIds,
    connection_ids: await idsOf(store, entitlement.connections),
    sso_subject: subject,
  }
  const user = before
    ? await db
        .updateTable('app_user')
        .set(rights)
        .where('id', '=', before.id)
        .returning(['id', 'email'])
        .executeTakeFirstOrThrow()
    : await db
        .insertInto('app_user')
        .values({ ...rights, email, name })
        .returning(['id', 'email'])
        .executeTakeFirstOrThrow()
  forgetCallers(store)
  return user
}

async function idsOf(store: Store, names: string[] | null): Promise<number[] | null> {
  if (names === null) return null
  const rows = await store.db.selectFrom('connection').select('id').where('name', 'in', names).execute()
  return rows.map((row) => row.id)
}
