import type { Account } from './account.ts'
import type { Collection, Node } from './collection.ts'

/** What a world is made from; equal options make equal worlds. */
export interface WorldOptions {
  seed: number
  issues: number
  now: Date
}

/** One change of a row, as told to subscribers (webhooks, journals). */
export interface WorldChange {
  kind: string
  id: string
  action: 'created' | 'updated' | 'removed'
}

/** The finished CSV behind a presigned report link. */
export interface ReportFile {
  fileName: string
  contentType: 'text/csv' | 'application/gzip'
  chunks: Iterable<Uint8Array>
}

/** Reports: a collection, and the files behind `lastRun.url`. */
export interface Reports extends Collection {
  /** Answers a presigned GET; `expired`/`unknown` mean HTTP 403/404. */
  download(url: URL): ReportFile | 'expired' | 'unknown'
}

/** Enrichment uploads and the system activities that follow them. */
export interface Uploads {
  /** Answers a presigned PUT; `expired`/`unknown` mean HTTP 403/404, `used` a second PUT (accepted, not processed). */
  receive(url: URL, body: Uint8Array): 'stored' | 'used' | 'expired' | 'unknown'
  /** Files received so far, oldest first. */
  received(): readonly { systemActivityId: string; clientId: string; fileName: string; at: Date; body: Uint8Array }[]
}

/** A make-believe tenant: its rows, its clock, and exact controls over both. */
export interface World {
  now(): Date
  /** Moves time on; rows appear, change, resolve and vanish on the way, as the seed has it. */
  advance(ms: number): void
  /** Where presigned links point to: `<storageUrl>/reports/…` (GET) and `<storageUrl>/uploads/…` (PUT). */
  storageUrl: string
  issues: Collection
  vulnerabilityFindings: Collection
  configurationFindings: Collection
  hostConfigurationRuleAssessments: Collection
  cloudResources: Collection
  repositories: Collection
  detections: Collection
  projects: Collection
  controls: Collection
  cloudConfigurationRules: Collection
  securityFrameworks: Collection
  technologies: Collection
  cloudAccounts: Collection
  reports: Reports
  uploads: Uploads
  /** The ids a complete, unfiltered walk of a root field yields for this account (default: one that sees all). */
  snapshot(root: string, account?: Account): string[]
  /** The full nodes of the same walk. */
  snapshotNodes(root: string, account?: Account): Node[]
  /** Hears of every change; returns the way to stop. */
  subscribe(listener: (change: WorldChange) => void): () => void
}

/** Makes a tenant from a seed; cheap whatever its size, because nodes are built when they are read. */
export declare function createWorld(options: WorldOptions): World
