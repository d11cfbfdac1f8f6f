import type { Account } from '../world/account.ts'
import type { Node } from '../world/collection.ts'
import { type Listing, listedRows } from '../world/listing/listing.ts'
import type { Filter } from '../world/listing/row-test.ts'
import type { World } from '../world/world.ts'
import { type Connection, type ConnectionArgs, CountCache, readPage, refusable } from './connection.ts'
import { makeGraphSearch } from './graph-search.ts'
import { checkIssueId } from './issue-id.ts'
import { makeMutations } from './mutations.ts'
import { maxFirstOf, schema } from './schema.ts'
import { internal, notFound } from './user-error.ts'

/** Answers one root field. */
type Root = (args: never, account: Account) => unknown

const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const

const rootFields = { ...schema.getQueryType()?.getFields() }

/** Resolvers of all root fields, queries and mutations alike. */
export function makeRoots(world: World): Record<string, Root> {
  const { tenant, listings } = world
  const counts = new CountCache(() => world.revision())
  const maxOf = (root: string) => (rootFields[root] && maxFirstOf(rootFields[root])) ?? 500

  const connection = (root: string, listing: Listing, args: ConnectionArgs, account: Account): Connection =>
    readPage(root, listing, args, { account, max: maxOf(root), counts, now: tenant.estate.now() })

  /** The visible node with an id, or nothing. */
  const one = (listing: Listing | undefined, id: string, account: Account): Node | undefined => {
    const row = listing?.table.row(id) ?? -1
    const visible = listing?.visible(account)
    return listing && row >= 0 && (!visible || visible(row)) ? listing.node(row) : undefined
  }
  const oneOrNotFound = (name: string) => (args: { id: string }, account: Account) => {
    const node = one(listings[name], args.id, account)
    if (!node) throw notFound()
    return node
  }

  const issueListing = listings.issues as Listing
  const issuePage = (root: string) => (args: ConnectionArgs, account: Account) => {
    const page = connection(root, issueListing, args, account)
    const tally = () => {
      const sums = { bySeverity: new Map<string, number>(), entities: new Set<number>() }
      for (const row of refusable(() => [...listedRows(issueListing, args.filterBy ?? null, account)])) {
        const word = tenant.issues.severity.word(row).toLowerCase()
        sums.bySeverity.set(word, (sums.bySeverity.get(word) ?? 0) + 1)
        sums.entities.add(tenant.issues.resource(row))
      }
      return sums
    }
    let sums: ReturnType<typeof tally> | undefined
    const once = () => (sums ??= tally())
    for (const word of severities) page[`${word}SeverityCount`] = () => once().bySeverity.get(word) ?? 0
    page.uniqueEntityCount = () => once().entities.size
    return page
  }

  const roots: Record<string, Root> = {
    issuesV2: issuePage('issuesV2'),
    issues: issuePage('issues'),
    issue: ({ id }: { id: string }, account) => {
      const node = one(issueListing, id, account)
      if (node) return node
      checkIssueId(id)
      throw notFound()
    },
    issuesGroupedByValue: ({ groupBy, filterBy }: { groupBy: string; filterBy?: Filter | null }, account) => {
      const groups = new Set<unknown>()
      for (const row of refusable(() => [...listedRows(issueListing, filterBy ?? null, account)])) {
        groups.add(groupBy === 'RESOURCE' ? tenant.issues.resource(row) : tenant.issues.rule(row))
      }
      return { totalCount: groups.size }
    },
    vulnerabilityFinding: oneOrNotFound('vulnerabilityFindings'),
    configurationFinding: oneOrNotFound('configurationFindings'),
    project: oneOrNotFound('projects'),
    report: oneOrNotFound('reports'),
    control: ({ id }: { id: string }, account) => {
      const node = one(listings.controls, id, account)
      if (!node) throw internal()
      return node
    },
    cloudConfigurationRules: (args: ConnectionArgs, account) => ({
      ...connection('cloudConfigurationRules', listings.cloudConfigurationRules as Listing, args, account),
      analyticsUpdatedAt: world.now().toISOString(),
    }),
    requestSecurityScanUpload: ({ filename }: { filename: string }, account) => ({
      upload: world.uploads.request(filename, account.clientId),
    }),
    systemActivity: ({ id }: { id: string }) => {
      const activity = world.uploads.activity(id)
      if (!activity) throw notFound()
      return activity
    },
    ...makeGraphSearch(world),
    ...makeMutations(world),
  }
  for (const [name, listing] of Object.entries(listings)) {
    roots[name] ??= (args: ConnectionArgs, account: Account) => connection(name, listing, args, account)
  }
  return roots
}
