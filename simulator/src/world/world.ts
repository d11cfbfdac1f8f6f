import type { Account } from './account.ts'
import type { Collection, Node } from './collection.ts'
import { Evolution } from './evolution/evolution.ts'
import type { Listing } from './listing/listing.ts'
import { listedRows } from './listing/listing.ts'
import { makeListings } from './listing/listings.ts'
import type { Filter } from './listing/row-test.ts'
import { Reports } from './reports/reports.ts'
import { makeTenant, type Tenant } from './tenant.ts'
import type { Micros } from './time/timestamp.ts'
import { Uploads } from './uploads/uploads.ts'

/** What a world is made from; equal options make equal worlds. */
interface WorldOptions {
  seed: number
  issues: number
  now: Date
}

/** One change of a row, as told to subscribers. */
export interface WorldChange {
  kind: string
  id: string
  action: 'created' | 'updated' | 'removed'
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
  /** All resources; repositories, branches and images are among them, by `type`. */
  cloudResources: Collection
  repositories: Collection
  hostedTechnologies: Collection
  detections: Collection
  projects: Collection
  controls: Collection
  cloudConfigurationRules: Collection
  securityFrameworks: Collection
  technologies: Collection
  cloudAccounts: Collection
  users: Collection
  serviceAccounts: Collection
  auditLogEntries: Collection
  reports: Reports
  uploads: Uploads
  /** The ids a complete walk of a root field yields, for an account (default: one that sees all) and a filter. */
  snapshot(root: string, account?: Account, filterBy?: Filter): string[]
  /** The full nodes of the same walk. */
  snapshotNodes(root: string, account?: Account, filterBy?: Filter): Node[]
  /** Hears of every change; returns the way to stop. */
  subscribe(listener: (change: WorldChange) => void): () => void
  /** Moves whenever anything changes, time included. */
  revision(): number
  /** The rows behind the nodes. */
  tenant: Tenant
  /** How each root field lists rows. */
  listings: Record<string, Listing>
}

/** Makes a tenant from a seed; cheap whatever its size, because nodes are built when they are read. */
export function createWorld({ seed, issues, now }: WorldOptions): World {
  const start = now.getTime() * 1000
  let time: Micros = start
  let revision = 0
  const listeners = new Set<(change: WorldChange) => void>()
  const tenant = makeTenant({
    seed,
    issues,
    start,
    now: () => time,
    changed: (kind, id, action) => {
      revision++
      for (const listener of listeners) listener({ kind, id: id(), action })
    },
  })
  const listings = makeListings(tenant)
  const reports: Reports = new Reports(tenant, listings, () => world.storageUrl)
  listings.reports = reports.listing
  const uploads = new Uploads(tenant, () => world.storageUrl)
  const evolution = new Evolution(tenant, issues)

  const rowsOf = (root: string, account?: Account, filterBy?: Filter) => {
    const listing = listings[root]
    if (!listing) throw new Error(`there is no list of ${root}`)
    return { listing, rows: listedRows(listing, filterBy ?? null, account ?? null) }
  }
  const { estate } = tenant
  const world: World = {
    now: () => new Date(time / 1000),
    advance: (ms) => {
      const until = time + Math.round(ms * 1000)
      while (time < until) {
        // Stops at what is due on the way, so that one long step does what many short ones do.
        const next = Math.min(until, Math.max(time, reports.nextDue()), Math.max(time, uploads.nextDue()))
        evolution.run(next, (at) => {
          time = at
        })
        time = next
        uploads.tick(time)
        reports.tick(time)
      }
      revision++
    },
    storageUrl: 'http://127.0.0.1/storage',
    issues: tenant.issues.table,
    vulnerabilityFindings: tenant.vulnerabilities.table,
    configurationFindings: tenant.configurations.table,
    hostConfigurationRuleAssessments: tenant.hosts.table,
    cloudResources: tenant.resources.table,
    repositories: repositoryCollection(tenant, listings.repositories as Listing),
    hostedTechnologies: tenant.hosted.table,
    detections: tenant.detections.table,
    projects: estate.projects,
    controls: estate.controls,
    cloudConfigurationRules: estate.cloudRules,
    securityFrameworks: estate.frameworkTable,
    technologies: estate.technologyTable,
    cloudAccounts: estate.accounts,
    users: estate.users,
    serviceAccounts: estate.serviceAccounts,
    auditLogEntries: tenant.audit.table,
    reports,
    uploads,
    snapshot: (root, account, filterBy) => {
      const { listing, rows } = rowsOf(root, account, filterBy)
      return Array.from(rows, (row) => listing.table.id(row))
    },
    snapshotNodes: (root, account, filterBy) => {
      const { listing, rows } = rowsOf(root, account, filterBy)
      return Array.from(rows, (row) => listing.node(row))
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    revision: () => revision,
    tenant,
    listings,
  }
  return world
}

/** The repositories among the resources. */
function repositoryCollection({ resources }: Tenant, listing: Listing): Collection {
  const { table } = resources
  const rowOf = (id: string) => {
    const row = table.row(id)
    return row >= 0 && resources.typeOf(row) === 'REPOSITORY' ? row : -1
  }
  const rows = () => listedRows(listing, null, null)
  return {
    count: () => Array.from(rows()).length,
    ids: () => Iterator.from(rows()).map((row) => table.id(row)),
    get: (id) => (rowOf(id) < 0 ? undefined : listing.node(rowOf(id))),
    update: (id, patch) => {
      const row = rowOf(id)
      if (row < 0) throw new Error(`repositories has no ${id}`)
      table.change(row, patch)
      return listing.node(row)
    },
    remove: (id) => rowOf(id) >= 0 && table.remove(id),
    add: (partial = {}) => listing.node(table.append({ ...partial, type: 'REPOSITORY' })),
    shrink: (fraction) => {
      const all = Array.from(rows())
      const gone = all.filter((_, n) => Math.floor((n + 1) * fraction) > Math.floor(n * fraction))
      for (const row of gone) table.drop(row)
      return gone.length
    },
  }
}
