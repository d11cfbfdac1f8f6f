import type { RefusalForm } from '../answer.ts'
import type { Faults } from '../faults/faults.ts'
import type { Executor } from '../graphql/execute.ts'
import type { Load } from '../load/load.ts'
import type { World } from '../world/world.ts'
import type { Accounts } from './accounts.ts'
import type { Clock } from './clock.ts'
import type { JournalWriter } from './journal.ts'
import type { Pages } from './pages.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Tokens } from './tokens.ts'

/** The identity provider in front of the token endpoint. */
export type Idp = 'cognito' | 'auth0'

/** Switches of the server. */
export interface Settings {
  idp: Idp
  /** Whether the audience must be the identity provider's own. */
  strictAudience: boolean
  tokenSeconds: number
  /** HTTP status for wrong credentials. */
  tokenErrorStatus: 400 | 401
  /** How a dead token is told. */
  unauthenticated: RefusalForm
  /** Data centre of this API; tokens of others are refused. */
  dc: string
  latencyMs: number
  gzip: boolean
}

/** All that the endpoints stand on. */
export interface Services {
  settings: Settings
  clock: Clock
  accounts: Accounts
  tokens: Tokens
  rate: RateLimit
  journal: JournalWriter
  faults: Faults
  pages: Pages
  world: World
  execute: Executor
  load: Load | null
  /** Lets real time pass in the world. */
  catchUp(): void
  /** Moves all clocks on. */
  advance(ms: number): void
}
