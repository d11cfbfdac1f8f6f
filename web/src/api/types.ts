/** What somebody may do; each role may do all that the ones before it may. */
export type Role = 'viewer' | 'operator' | 'admin'

/** How to sign in here, and who is signed in. */
export interface Auth {
  readonly caller: { readonly name: string; readonly role: Role } | null
  readonly passwords: boolean
  readonly singleSignOn: boolean
  readonly needsSetup: boolean
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  readonly total?: number
  /** There are more than `total`. */
  readonly totalIsAtLeast?: boolean
}

/** A Wiz tenant and service account. */
export interface Connection {
  readonly id: number
  readonly name: string
  readonly apiUrl: string
  readonly tokenUrl: string | null
  readonly clientId: string
  readonly projectIds: readonly string[]
  readonly status: 'active' | 'inactive' | 'not-connected'
  readonly statusReason: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly lastSuccessAt: string | null
  /** The latest run that holds back a removal until somebody decides. */
  readonly waitingRun: number | null
}

/** A connection with what came through it. */
export interface ConnectionDetail extends Connection {
  readonly openRun: number | null
  readonly kinds: readonly KindFreshness[]
}

/** Up to where a kind is known. */
export interface KindFreshness {
  readonly kind: string
  readonly stored: number
  readonly reached: string | null
  readonly fullAt: string | null
  readonly successAt: string | null
}

/** One question of a connection test. */
export interface Check {
  readonly ok: boolean | null
  readonly code: string | null
  readonly sentence: string | null
}

/** What a test of a connection found for one kind. */
export interface KindProbe {
  readonly kind: string
  readonly state: 'allowed' | 'empty' | 'forbidden' | 'unknown'
  readonly count: number | null
  readonly isAtLeast: boolean
  readonly missingScopes: readonly string[]
  readonly sentence: string | null
}

/** What a test of a connection answers, each question by itself. */
export interface Probe {
  readonly ok: boolean
  readonly credentials: Check
  readonly endpoint: Check
  readonly region: Check
  readonly apiUrl: string
  readonly tokenUrl: string
  readonly dataCentre: string | null
  readonly scopes: readonly string[] | null
  readonly unneededScopes: readonly string[]
  readonly kinds: readonly KindProbe[]
}

/** Something of an object that can be shown, filtered and sorted by. */
export interface Field {
  readonly name: string
  readonly type: 'text' | 'time' | 'number' | 'boolean' | 'texts' | 'json'
  readonly about: string
  readonly values: readonly string[] | null
}

/** A kind of object. */
export interface Kind {
  readonly name: string
  readonly plural: string
  readonly about: string
  readonly title: string
  readonly isFinding: boolean
  readonly scopes: readonly string[]
  readonly fields: readonly Field[]
}

/** An object by the names of its fields. */
export type Row = Readonly<Record<string, unknown>>

/** What happened to an object. */
export interface HistoryEntry {
  readonly at: string
  readonly event: 'changed' | 'deleted' | 'restored'
  readonly field: string | null
  readonly before: string | null
  readonly after: string | null
  readonly cause: string
  readonly runId: number | null
}

/** How far an answer is about a moment of the past. */
export interface AsOf {
  readonly at: string
  readonly presence: 'here' | 'removed' | 'unknown'
  /** The fields that are as they were then; all others are as they are now. */
  readonly fieldsThen: readonly string[]
}

/** All that is known of one object, or was at a moment. */
export type Detail = Row & {
  readonly raw?: unknown
  readonly history: readonly HistoryEntry[]
  readonly tombstone: { readonly reason: string; readonly runId: number | null; readonly deletedAt: string } | null
  readonly asOf: AsOf | null
}

/** Who may sign in. */
export interface User {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  readonly hasPassword: boolean
  readonly singleSignOn: boolean
  readonly createdAt: string
  readonly signedInAt: string | null
}

/** A key of a program. */
export interface ApiKey {
  readonly id: number
  readonly name: string
  readonly prefix: string
  readonly role: Role
  readonly createdBy: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly usedAt: string | null
}

/** By which master keys secrets are sealed; never a key itself. */
export interface MasterKeys {
  readonly where: string
  readonly keys: readonly {
    readonly id: string
    readonly seals: boolean
    readonly isHere: boolean
    readonly secrets: number
  }[]
  readonly isFile: boolean
  readonly changedAt: string | null
  readonly retired: readonly { readonly id: string; readonly at: string }[]
}

/** What a rotation of the master key did, and what is left to do. */
export interface MasterKeyRotation {
  readonly key: string
  readonly resealed: number
  readonly next: string
}

/** A view of a list under a name. */
export interface SavedView {
  readonly id: number
  readonly name: string
  readonly list: string
  /** The part of an address behind the question mark. */
  readonly search: string
  readonly isShared: boolean
  readonly isDefault: boolean
  readonly isMine: boolean
  readonly owner: string
}

/** Something that was done, or was refused. */
export interface AuditEntry {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly target: string | null
  /** What that is called, where the target is its number. */
  readonly targetName: string | null
  readonly outcome: 'done' | 'refused' | 'failed' | 'unknown'
  readonly address: string | null
  readonly details: Readonly<Record<string, unknown>>
}

/** How a run stands, or how it ended. */
export type RunStatus = 'queued' | 'running' | 'complete' | 'partial' | 'failed' | 'cancelled'

/** A sync. */
export interface Run {
  readonly id: number
  readonly connection: string
  readonly action: string
  /** The plan it followed, as it was called then. */
  readonly plan: string | null
  readonly startedBy: string
  readonly status: RunStatus
  readonly errorCode: string | null
  readonly error: string | null
  /** When it began; while it is queued, when it was asked for. */
  readonly startedAt: string
  readonly finishedAt: string | null
  /** How long it took, or takes already; while it is queued, how long it has waited. */
  readonly durationSeconds: number
  /** Like every count of a run, null for who sees certain projects only. */
  readonly fetched: number | null
  readonly removed: number | null
}

/** What became of one kind in a run. */
export interface Receipt {
  readonly kind: string
  readonly mode: 'full' | 'delta' | 'inside'
  readonly state: 'waiting' | 'walking' | 'closing' | 'settling' | 'complete' | 'partial' | 'failed' | 'cancelled'
  readonly expected: number | null
  readonly fetched: number | null
  readonly inserted: number | null
  readonly updated: number | null
  readonly unchanged: number | null
  readonly stored: number | null
  readonly rejected: number | null
  readonly leftOut: Readonly<Record<string, number>>
  readonly removed: number | null
  readonly marked: number | null
  readonly held: number | null
  readonly heldState: 'waiting' | 'approved' | 'refused' | null
  readonly errorCode: string | null
  readonly error: string | null
  readonly notes: readonly string[]
  readonly calls: number | null
  readonly bytes: number | null
  readonly finishedAt: string | null
}

/** All about one run. */
export interface RunDetail extends Run {
  readonly receipts: readonly Receipt[]
  readonly failedParts: readonly { kind: string; part: string; code: string | null; error: string | null }[]
  readonly rejected: readonly { kind: string; id: string | null; code: string; reason: string; at: string }[]
  readonly held: readonly { kind: string; id: string; title: string | null }[]
}

/** How often the values of a field occur in a list. */
export interface Facet {
  readonly field: string
  readonly values: readonly { readonly value: string | null; readonly label: string | null; readonly count: number }[]
  readonly hasMore: boolean
  /** There are more rows than were counted. */
  readonly isAtLeast: boolean
}

/** The numbers of the dashboard. */
export interface Dashboard {
  readonly days: readonly {
    readonly day: string
    readonly open: Readonly<Record<string, number>>
    readonly opened: number
    readonly closed: number
  }[]
  readonly open: Readonly<Record<string, number>>
  readonly timeToFix: readonly { readonly severity: string; readonly fixed: number; readonly medianHours: number }[]
  readonly ages: readonly {
    readonly age: string
    readonly since: string | null
    readonly until: string | null
    readonly open: Readonly<Record<string, number>>
  }[]
  readonly topAssets: readonly Top[]
  readonly topProjects: readonly Top[]
  readonly topRules: readonly Top[]
  readonly freshness: readonly {
    readonly connection: string
    readonly kind: string
    readonly successAt: string | null
    readonly fullAt: string | null
  }[]
}

/** One of those with the most open findings. */
export interface Top {
  readonly id: string
  readonly name: string | null
  readonly open: number
  readonly critical: number
}

/** How far a run is, in few numbers. */
export interface RunProgress {
  readonly run: number
  readonly connection: string
  readonly status: RunStatus
  readonly kinds: number
  readonly kindsDone: number
  /** Of how many kinds it is known how many records there are. */
  readonly kindsCounted: number
  readonly expected: number | null
  readonly fetched: number | null
  readonly calls: number | null
  readonly rate: number | null
  readonly etaSeconds: number | null
  /** What it waits for or, once it has ended, what went wrong. */
  readonly error: string | null
}

/** A template of ingestion plans. */
export interface Template {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly kinds: readonly string[]
  readonly rules: readonly { readonly name: string; readonly sentence: string }[]
  readonly options: readonly {
    readonly name: string
    readonly label: string
    readonly about: string
    readonly default: boolean
  }[]
  readonly schedule: string
  readonly scopes: readonly string[]
}

/** What is brought in through a connection, and how often. */
export interface Plan {
  readonly id: number
  readonly name: string
  readonly connection: string
  readonly template: string
  readonly kinds: readonly string[]
  readonly filters: Readonly<Record<string, readonly string[]>>
  readonly options: Readonly<Record<string, boolean>>
  readonly schedule: string
  readonly timeZone: string
  readonly enabled: boolean
  readonly lastRunId: number | null
  readonly lastRunStatus: string | null
  readonly lastRunAt: string | null
  readonly nextRunAt: string | null
}

/** What a plan would bring in, and what it costs. */
export interface Forecast {
  readonly items: readonly {
    readonly kind: string
    readonly state: 'allowed' | 'forbidden' | 'unknown'
    readonly count: number | null
    readonly isAtLeast: boolean
    readonly calls: number
    readonly sentence: string | null
    readonly inspected: number
    readonly leftOut: Readonly<Record<string, number>>
  }[]
  readonly calls: number
  readonly minutes: number | null
  readonly callsPerSecond: number | null
}
