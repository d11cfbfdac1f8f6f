import { createHash } from 'node:crypto'

/** One GraphQL call, written down when it arrives and completed when it is answered. */
export interface JournalCall {
  at: string
  account: string | null
  userAgent: string | null
  operation: string | null
  kind: 'query' | 'mutation' | 'subscription' | null
  /** Root fields, by their names in the schema. */
  roots: string[]
  variables: Record<string, unknown>
  /** Of the first root field that is walked page by page. */
  first: number | null
  after: string | null
  page: number | null
  /** How many earlier calls were the same mutation with the same variables: above 0 it was sent again. */
  repeats: number
  /** Null while it is not answered, and for ever if the answer was lost. */
  status: number | null
  /** Code of the first GraphQL error. */
  code: string | null
  /** True if refused for its rate. */
  refused: boolean
  ms: number | null
  faults: string[]
}

/** One request for a token. */
export interface JournalToken {
  at: string
  clientId: string | null
  status: number
  userAgent: string | null
}

/** One report download or upload. */
export interface JournalTransfer {
  at: string
  endpoint: 'download' | 'upload'
  status: number
  /** Whether it carried a bearer token, which it must not. */
  authorized: boolean
  bytes: number
}

/** One visit to the place redirects lead to. */
export interface JournalTrap {
  at: string
  method: string
  authorized: boolean
}

/** What one account did. */
interface AccountSummary {
  calls: number
  tokens: number
  refusals: number
  maxConcurrency: number
  /** Most calls that arrived within any one second, refused ones included. */
  maxPerSecond: number
}

/** The journal in numbers. */
export interface JournalSummary extends AccountSummary {
  byRoot: Record<string, number>
  byStatus: Record<string, number>
  byAccount: Record<string, AccountSummary>
  tokenRefusals: number
  repeatedMutations: number
  downloads: number
  uploads: number
  trapped: number
}

/** What the simulator was asked, and how it answered. */
export interface Journal {
  readonly calls: readonly JournalCall[]
  readonly tokens: readonly JournalToken[]
  readonly transfers: readonly JournalTransfer[]
  readonly trapped: readonly JournalTrap[]
  summary(): JournalSummary
  clear(): void
}

/** The journal as the server writes it. */
export interface JournalWriter extends Journal {
  begin(
    call: Omit<JournalCall, 'repeats' | 'status' | 'code' | 'refused' | 'ms' | 'faults'> & { query: string },
  ): JournalCall
  /** Called once for each call that began, answered or not. */
  end(call: JournalCall): void
  token(entry: JournalToken): void
  transfer(entry: JournalTransfer): void
  trap(entry: JournalTrap): void
}

interface Tally extends AccountSummary {
  inFlight: number
  arrivals: number[]
}

/** Lists keep the newest entries only; the numbers count everything. */
const KEPT = 50_000

const newTally = (): Tally => ({
  calls: 0,
  tokens: 0,
  refusals: 0,
  maxConcurrency: 0,
  maxPerSecond: 0,
  inFlight: 0,
  arrivals: [],
})

const newNumbers = () => ({
  byRoot: {},
  byStatus: {},
  tokenRefusals: 0,
  repeatedMutations: 0,
  downloads: 0,
  uploads: 0,
  trapped: 0,
})

function arrive(tally: Tally, now: number): void {
  tally.calls += 1
  tally.inFlight += 1
  tally.maxConcurrency = Math.max(tally.maxConcurrency, tally.inFlight)
  tally.arrivals.push(now)
  while ((tally.arrivals[0] ?? now) <= now - 1000) tally.arrivals.shift()
  tally.maxPerSecond = Math.max(tally.maxPerSecond, tally.arrivals.length)
}

function keep<T>(list: T[], entry: T): T {
  if (list.length >= KEPT) list.splice(0, KEPT / 10)
  list.push(entry)
  return entry
}

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1
}

function publicTally({ inFlight: _inFlight, arrivals: _arrivals, ...numbers }: Tally): AccountSummary {
  return numbers
}

/** Opens an empty journal. */
export function createJournal(): JournalWriter {
  const calls: JournalCall[] = []
  const tokens: JournalToken[] = []
  const transfers: JournalTransfer[] = []
  const trapped: JournalTrap[] = []
  const accounts = new Map<string, Tally>()
  const mutations = new Map<string, number>()
  let all = newTally()
  let numbers = newNumbers()

  const talliesOf = (account: string | null): Tally[] => {
    if (account === null) return [all]
    const tally = accounts.get(account) ?? newTally()
    accounts.set(account, tally)
    return [all, tally]
  }
  const repeatsOf = (query: string, variables: unknown): number => {
    const key = createHash('sha1')
      .update(JSON.stringify([query, variables]))
      .digest('base64')
    const repeats = mutations.get(key) ?? 0
    mutations.set(key, repeats + 1)
    if (repeats > 0) numbers.repeatedMutations += 1
    return repeats
  }

  return {
    calls,
    tokens,
    transfers,
    trapped,
    begin({ query, ...call }) {
      const now = performance.now()
      for (const tally of talliesOf(call.account)) arrive(tally, now)
      for (const root of call.roots) count(numbers.byRoot, root)
      const repeats = call.kind === 'mutation' ? repeatsOf(query, call.variables) : 0
      return keep(calls, { ...call, repeats, status: null, code: null, refused: false, ms: null, faults: [] })
    },
    end(call) {
      for (const tally of talliesOf(call.account)) {
        tally.inFlight = Math.max(0, tally.inFlight - 1)
        if (call.refused) tally.refusals += 1
      }
      count(numbers.byStatus, String(call.status ?? 'none'))
    },
    token(entry) {
      keep(tokens, entry)
      if (entry.status === 200) for (const tally of talliesOf(entry.clientId)) tally.tokens += 1
      else numbers.tokenRefusals += 1
    },
    transfer(entry) {
      keep(transfers, entry)
      if (entry.endpoint === 'download') numbers.downloads += 1
      else numbers.uploads += 1
    },
    trap(entry) {
      keep(trapped, entry)
      numbers.trapped += 1
    },
    summary() {
      const byAccount = Object.fromEntries([...accounts].map(([account, tally]) => [account, publicTally(tally)]))
      return structuredClone({ ...publicTally(all), ...numbers, byAccount })
    },
    clear() {
      for (const list of [calls, tokens, transfers, trapped]) list.length = 0
      const { inFlight } = all
      all = { ...newTally(), inFlight }
      for (const [account, tally] of accounts) accounts.set(account, { ...newTally(), inFlight: tally.inFlight })
      mutations.clear()
      numbers = newNumbers()
    },
  }
}
