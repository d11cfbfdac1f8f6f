import type { Store } from '../../store/open-store.ts'

interface Known<T> {
  readonly value: T
  readonly at: number
}

// What takes no longer than this is computed each time.
const QUICK_MS = 500
const FRESH_MS = 10_000
const USABLE_MS = 60_000
const MOST = 200

const memories = new WeakMap<Store, Map<string, Known<unknown>>>()
const underWay = new WeakMap<Store, Map<string, Promise<unknown>>>()

/**
 * Answers what takes long from what was computed shortly before, for the same question and the same visibility: both
 * have to be in the key. After ten seconds it is computed again beside, after a minute before it is answered.
 */
export async function remember<T>(
  store: Store,
  key: string,
  compute: () => Promise<T>,
  clock: () => number = () => performance.now(),
): Promise<T> {
  const known = memories.get(store)?.get(key) as Known<T> | undefined
  const age = known ? clock() - known.at : Number.POSITIVE_INFINITY
  if (known && age < FRESH_MS) return known.value
  const renewed = computeOnce(store, key, compute, clock)
  if (!known || age > USABLE_MS) return renewed
  // Whoever asks next waits for it and is told why it failed.
  renewed.catch(() => undefined)
  return known.value
}

async function computeOnce<T>(store: Store, key: string, compute: () => Promise<T>, clock: () => number): Promise<T> {
  const running = underWay.get(store) ?? new Map<string, Promise<unknown>>()
  underWay.set(store, running)
  const found = running.get(key) as Promise<T> | undefined
  if (found) return found
  const work = computeAndKeep(store, key, compute, clock).finally(() => running.delete(key))
  running.set(key, work)
  return work
}

async function computeAndKeep<T>(
  store: Store,
  key: string,
  compute: () => Promise<T>,
  clock: () => number,
): Promise<T> {
  const began = clock()
  const value = await compute()
  const memory = memories.get(store) ?? new Map<string, Known<unknown>>()
  memories.set(store, memory)
  memory.delete(key)
  if (clock() - began > QUICK_MS) memory.set(key, { value, at: clock() })
  const [oldest] = memory.keys()
  if (memory.size > MOST && oldest !== undefined) memory.delete(oldest)
  return value
}
