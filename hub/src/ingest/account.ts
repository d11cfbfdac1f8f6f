import type { Kind } from '../kinds/kind.ts'
import type { Claim } from '../store/claims.ts'
import type { Store } from '../store/open-store.ts'
import type { Scope } from '../store/scope.ts'
import type { Wiz } from '../wiz/client.ts'

/** As whom Wiz is asked. */
interface Account {
  readonly clientId: string
  /** Null where its tokens do not tell. */
  readonly scopes: readonly string[] | null
}

/** The service account of a connection, as it is now. */
export async function accountNow(store: Store, wiz: Wiz, connectionId: number, signal?: AbortSignal): Promise<Account> {
  const { client_id: clientId } = await store.db
    .selectFrom('connection')
    .select('client_id')
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow()
  return { clientId, scopes: (await wiz.authenticate(signal)).scopes }
}

/** Remembers as whom a scope of a kind was read in whole, beside its watermark. */
export async function keepAccount(
  { store, wiz, signal }: { store: Store; wiz: Wiz; signal: AbortSignal },
  { connectionId }: Claim,
  kind: Kind,
  scope: Record<string, unknown>,
): Promise<void> {
  const { clientId, scopes } = await accountNow(store, wiz, connectionId, signal)
  await store.pool.query(
    `UPDATE watermark SET client_id = $4, scopes = $5 WHERE connection_id = $1 AND kind = $2 AND scope = $3::jsonb`,
    [connectionId, kind.name, JSON.stringify(scope), clientId, scopes],
  )
}

/** What the account may see less of a kind than the one that read it in whole, as a sentence; null if nothing. */
export async function narrowed(
  store: Store,
  connectionId: number,
  kind: Kind,
  scope: Scope,
  now: Account,
): Promise<string | null> {
  const { rows } = await store.pool.query<{ client_id: string; scopes: string[] | null }>(
    `SELECT client_id, scopes FROM watermark WHERE connection_id = $1 AND kind = $2 AND client_id IS NOT NULL
     ORDER BY scope = $3::jsonb DESC, full_at DESC LIMIT 1`,
    [connectionId, kind.name, JSON.stringify(scope)],
  )
  const before = rows[0]
  if (!before) return null
  if (before.scopes && now.scopes) {
    const opening = [...kind.scopes, 'read:all', 'admin:all']
    const lost = before.scopes.filter((each) => opening.includes(each) && !now.scopes?.includes(each))
    return lost.length > 0 ? `The service account no longer holds the scope ${lost.join(' and ')}.` : null
  }
  if (before.client_id === now.clientId) return null
  return 'The connection uses another service account than before, and nobody knows whether it sees as much.'
}
