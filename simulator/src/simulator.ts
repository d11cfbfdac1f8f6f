import type { RefusalForm } from './answer.ts'
import { createFaults, type Faults } from './faults/faults.ts'
import type { FaultSpec } from './faults/registry.ts'
import { createExecutor } from './graphql/execute.ts'
import { createLoad, type Load, type LoadOptions } from './load/load.ts'
import { type AccountSpec, type Accounts, createAccounts, DEFAULT_ACCOUNT } from './server/accounts.ts'
import { createClock, followRealTime } from './server/clock.ts'
import { createJournal, type Journal } from './server/journal.ts'
import { createPages } from './server/pages.ts'
import { createRateLimit, type RateOptions } from './server/rate-limit.ts'
import { listen } from './server/server.ts'
import type { Idp, Services } from './server/services.ts'
import { createTokens } from './server/tokens.ts'
import { createWorld, type World } from './world/world.ts'

export type { FaultName, FaultSpec } from './faults/registry.ts'
export type { AccountSpec } from './server/accounts.ts'
export type { Journal, JournalCall, JournalSummary } from './server/journal.ts'
export type { World } from './world/world.ts'

/** How a simulator is to be. */
export interface SimulatorOptions {
  /** Default: any free port. */
  port?: number
  /** Equal seeds make equal worlds. Default 1. */
  seed?: number
  /** Issues in the world, to which the other kinds are in proportion. Default 200. */
  issues?: number
  /** The world's time at the start. Default: now. */
  now?: Date
  /** Whether time passes in the world by itself (default), or only by `advance`. */
  live?: boolean
  faults?: readonly FaultSpec[]
  /** Lifetime of tokens. Default 900. */
  tokenSeconds?: number
  /** HTTP status for wrong credentials. Default 400. */
  tokenErrorStatus?: 400 | 401
  /** How a dead token is told. Default `http-401`. */
  unauthenticated?: RefusalForm
  rate?: RateOptions
  /** Added to each GraphQL call. Default 0. */
  latencyMs?: number
  /** Whether answers are compressed for clients that accept it. Default true, in load mode false. */
  gzip?: boolean
  /** Default `cognito`. */
  idp?: Idp
  /** Whether the audience must be the identity provider's own. Default true. */
  strictAudience?: boolean
  /** Data centre of API and tokens. Default `us1`. */
  dc?: string
  /** Serves these in bulk. */
  load?: LoadOptions
  /** The first is the one whose credentials the simulator shows. Default: one that may read everything. */
  accounts?: readonly AccountSpec[]
}

/** A Wiz tenant that is not there. */
export interface Simulator {
  url: string
  apiUrl: string
  tokenUrl: string
  clientId: string
  clientSecret: string
  world: World
  journal: Journal
  faults: Pick<Faults, 'add' | 'clear' | 'list'>
  accounts: Accounts
  tokens: { revokeAll(clientId?: string): number }
  rate: { set(options: RateOptions): void }
  /** Null unless in load mode. */
  load: Load | null
  /** Moves all clocks on: tokens expire, the world changes. */
  advance(ms: number): void
  close(): Promise<void>
}

function createServices(options: SimulatorOptions, accounts: Accounts): Services {
  const { seed = 1, issues = 200, now = new Date(), live = true, load } = options
  const world = createWorld({ seed, issues, now })
  const clock = createClock(now)
  const execute = createExecutor(world)
  return {
    settings: {
      idp: options.idp ?? 'cognito',
      strictAudience: options.strictAudience ?? true,
      tokenSeconds: options.tokenSeconds ?? 900,
      tokenErrorStatus: options.tokenErrorStatus ?? 400,
      unauthenticated: options.unauthenticated ?? 'http-401',
      dc: options.dc ?? 'us1',
      latencyMs: options.latencyMs ?? 0,
      gzip: options.gzip ?? load === undefined,
    },
    clock,
    accounts,
    tokens: createTokens(clock),
    rate: createRateLimit(options.rate),
    journal: createJournal(),
    faults: createFaults(options.faults),
    pages: createPages(),
    world,
    execute,
    load: load ? createLoad(load, { seed, now: clock.now, execute }) : null,
    catchUp: live ? followRealTime(world.advance) : () => undefined,
    advance(ms) {
      clock.advance(ms)
      world.advance(ms)
    },
  }
}

/** Starts a simulator on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const accounts = createAccounts(options.accounts ?? [DEFAULT_ACCOUNT])
  const [shown] = options.accounts ?? [DEFAULT_ACCOUNT]
  const services = createServices(options, accounts)
  const server = await listen(options.port ?? 0, services)
  services.world.storageUrl = `${server.origin}/storage`
  const { world, journal, faults, tokens, rate, load, advance } = services
  return {
    url: server.origin,
    apiUrl: `${server.origin}/graphql`,
    tokenUrl: `${server.origin}/oauth/token`,
    clientId: shown?.clientId ?? '',
    clientSecret: shown?.clientSecret ?? '',
    world,
    journal,
    faults,
    accounts,
    tokens,
    rate,
    load,
    advance,
    close: server.close,
  }
}
