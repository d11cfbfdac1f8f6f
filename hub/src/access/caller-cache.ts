import type { Store } from '../store/open-store.ts'
import type { Caller } from './caller.ts'

const LIFETIME_MS = 10_000
const MOST = 2000

interface Known {
  caller: Caller
  until: number
}

const caches = new WeakMap<Store, Map<string, Known>>()

/** What a credential was shown as: a key that is sent as a cookie is none. */
type CredentialKind = 'key' | 'session'

/** Who was found behind a credential a few seconds ago, by the hash of the credential. */
export function rememberedCaller(store: Store, kind: CredentialKind, hash: string): Caller | undefined {
  const known = caches.get(store)?.get(kind + hash)
  return known && known.until > Date.now() ? known.caller : undefined
}

/** Spares the database the same question for some seconds; other processes notice a change after as long. */
export function rememberCaller(
  store: Store,
  kind: CredentialKind,
  hash: string,
  caller: Caller,
  expiresAt: string | null,
): void {
  const cache = caches.get(store) ?? new Map<string, Known>()
  if (cache.size >= MOST) cache.clear()
  const until = Math.min(
    Date.now() + LIFETIME_MS,
    expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
  )
  caches.set(store, cache.set(kind + hash, { caller, until }))
}

/** Makes this process ask again: somebody's rights have changed. */
export function forgetCallers(store: Store): void {
  caches.delete(store)
}
