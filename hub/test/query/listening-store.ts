import type { Store } from '../../src/store/open-store.ts'

/** The store, which lets a listener hear each statement before it is asked. */
export function listeningStore(store: Store, hear: (text: string, values: unknown[]) => unknown): Store {
  const query = async (text: string, values: unknown[]) => {
    await hear(text, values)
    return store.pool.query(text, values)
  }
  // What reads lists and counts asks in no other way, and needs nothing else of a pool.
  return { ...store, pool: { query } } as unknown as Store
}
