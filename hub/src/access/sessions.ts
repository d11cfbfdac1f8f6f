import { sql } from 'kysely'
import type { Store } from '../store/open-store.ts'
import type { Caller, Role } from './caller.ts'
import { forgetCallers, rememberCaller, rememberedCaller } from './caller-cache.ts'
import { type LimitColumns, limitsOf } from './limits.ts'
import { accessTables } from './tables.ts'
import { hashToken, newToken } from './token.ts'

/** How long a session lasts at most. */
export const SESSION_DAYS = 7
// Groups at an identity provider are asked for at sign-in only; whoever leaves one is out within a working day.
const SSO_HOURS = 12
const IDLE_HOURS = 24

/** Where a sign-in comes from, for the audit log. */
export interface Visitor {
  address?: string | undefined
  agent?: string | undefined
}

/** Starts a session of a user, or of a role that belongs to no user; the token is for the cookie and kept nowhere. */
export async function startSession(
  store: Store,
  owner: { userId: number; isSso?: boolean } | { role: Role },
  visitor: Visitor,
): Promise<string> {
  const token = newToken()
  const db = accessTables(store)
  const hours = 'userId' in owner && owner.isSso ? SSO_HOURS : SESSION_DAYS * 24
  await db.deleteFrom('user_session').where('expires_at', '<', sql<string>`now()`).execute()
  await db
    .insertInto('user_session')
    .values({
      token_hash: hashToken(token),
      user_id: 'userId' in owner ? owner.userId : null,
      role: 'role' in owner ? owner.role : null,
      address: visitor.address ?? null,
      agent: visitor.agent?.slice(0, 200) ?? null,
      expires_at: new Date(Date.now() + hours * 3_600_000),
    })
    .execute()
  return token
}

interface SessionRow extends LimitColumns {
  email: string | null
  role: Role
  expires_at: string
  is_stale: boolean
}

/** Whose session this is; null when it has ended, was idle for a day, or its user is disabled. */
export async function callerOfSession(store: Store, token: string): Promise<Caller | null> {
  const hash = hashToken(token)
  const known = rememberedCaller(store, 'session', hash)
  if (known) return known
  const { rows } = await store.pool.query<SessionRow>(
    `SELECT u.email, coalesce(u.role, s.role) AS role, u.connection_ids, u.project_ids, s.expires_at,
            s.seen_at < now() - interval '1 minute' AS is_stale
     FROM user_session s LEFT JOIN app_user u ON u.id = s.user_id
     WHERE s.token_hash = $1 AND s.expires_at > now() AND s.seen_at > now() - interval '${IDLE_HOURS} hours'
       AND u.disabled IS NOT TRUE`,
    [hash],
  )
  const [row] = rows
  if (!row) return null
  if (row.is_stale) await store.pool.query('UPDATE user_session SET seen_at = now() WHERE token_hash = $1', [hash])
  const caller = { name: row.email ? `user:${row.email}` : `link:${row.role}`, role: row.role, ...limitsOf(row) }
  rememberCaller(store, 'session', hash, caller, row.expires_at)
  return caller
}

/** Ends a session. */
export async function endSession(store: Store, token: string): Promise<void> {
  await accessTables(store).deleteFrom('user_session').where('token_hash', '=', hashToken(token)).execute()
  forgetCallers(store)
}
