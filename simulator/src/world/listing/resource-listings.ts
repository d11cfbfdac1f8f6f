import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import { graphEntityNode, traitsOf } from '../estate/resource-node.ts'
import type { Resources } from '../estate/resources.ts'
import type { HostedTechnologies } from '../kinds/hosted-technologies.ts'
import type { Listing } from './listing.ts'
import { inProjects, projectVisibility } from './project-visibility.ts'
import {
  allOf,
  type Comparator,
  compared,
  compileFilter,
  type DateFilter,
  type Filter,
  type FilterMembers,
  found,
  oneOf,
  within,
} from './row-test.ts'

type Words = readonly string[]

const self = (row: number) => row

/** Lists the estate as cloudResourcesV2, cloudResources, repositories and versionControlResources show it. */
export function resourceListings(estate: Estate, resources: Resources): Record<string, Listing> {
  const { table } = resources
  const visible = projectVisibility(estate, resources, self)
  const traits = (row: number) => traitsOf(table.roll(row, 2), resources.typeOf(row))
  const externalId = (row: number) => estate.accountPlans[resources.account(row)]?.externalId
  const trait = (name: keyof ReturnType<typeof traitsOf>) => {
    return ({ equals }: { equals?: boolean | null }) =>
      typeof equals === 'boolean'
        ? (row: number) => (table.changedField(row, name) ?? traits(row)[name]) === equals
        : null
  }
  const membersV2: FilterMembers = {
    type: (comparator: Comparator) => compared((row) => resources.typeOf(row), comparator),
    nativeType: (comparator: Comparator) => compared((row) => resources.nativeType(row), comparator),
    cloudPlatform: (comparator: Comparator) => compared((row) => resources.platformOf(row), comparator),
    cloudAccountV2: ({ externalId: comparator }: { externalId?: Comparator | null }) =>
      comparator ? compared(externalId, comparator) : null,
    project: ({ idV2 }: { idV2?: Comparator | null }) => {
      const out = idV2?.notEquals?.length ? inProjects(estate, resources, self, idV2.notEquals) : null
      return allOf([
        idV2?.equals?.length ? inProjects(estate, resources, self, idV2.equals) : null,
        out ? (row) => !out(row) : null,
      ])
    },
    hasAdminPrivileges: trait('hasAdminPrivileges'),
    hasSensitiveData: trait('hasSensitiveData'),
    isAccessibleFromInternet: trait('isAccessibleFromInternet'),
  }
  const identifiers = (row: number) => {
    const { providerId, externalId } = resources.facts(row)
    return [resources.name(row), providerId, externalId]
  }
  const membersV1: FilterMembers = {
    type: (types: Words) => oneOf((row) => resources.typeOf(row), types),
    search: (text: string) => found(identifiers, text),
    subscriptionExternalId: (ids: Words) => oneOf(externalId, ids),
    providerUniqueId: (ids: Words) => {
      const rows = new Set(ids.map((id) => resources.find(id)))
      return (row) => rows.has(row)
    },
    projectId: (ids: Words) =>
      ids.length === 0 || ids.includes('*') ? null : inProjects(estate, resources, self, ids),
    nativeType: (words: Words) => oneOf((row) => resources.nativeType(row), words),
    updatedAt: (date: DateFilter) => within((row) => resources.updatedAt.at(row), date, estate.now()),
  }
  // The default key moves while a client walks: a resource can turn up on two pages.
  const ordering = () => ({ by: 'UPDATED_AT', direction: 'ASC' }) as const
  // Code platforms leave no tombstones.
  const isRepository = (row: number) => resources.typeOf(row) === 'REPOSITORY' && !resources.isGone(row)
  const repositoryMembers: FilterMembers = { search: (text: string) => found((row) => [resources.name(row)], text) }
  const branchMembers: FilterMembers = {
    type: (types: Words) => oneOf((row) => resources.typeOf(row), types),
    search: (text: string) => found(identifiers, text),
  }
  const isBranch = (row: number) => resources.typeOf(row) === 'REPOSITORY_BRANCH' && !resources.isGone(row)
  const byRow = () => ({ by: 'ROW', direction: 'ASC' }) as const
  return {
    cloudResourcesV2: {
      table,
      filters: Object.keys(membersV2),
      select: (filter) => compileFilter(membersV2, filter),
      visible,
      ordering,
      orders: { FIRST_SEEN: 'FIRST_SEEN' },
      node: (row) => table.node(row),
    },
    cloudResources: {
      table,
      filters: Object.keys(membersV1),
      select: (filter) => compileFilter(membersV1, filter),
      visible,
      ordering,
      orders: {},
      node: (row) => firstGenerationNode(estate, resources, row),
    },
    repositories: {
      table,
      filters: Object.keys(repositoryMembers),
      select: (filter) => allOf([isRepository, compileFilter(repositoryMembers, filter)]),
      visible,
      ordering: byRow,
      orders: { FIRST_SEEN: 'FIRST_SEEN' },
      node: (row) => repositoryNode(resources, row),
    },
    versionControlResources: {
      table,
      filters: Object.keys(branchMembers),
      select: (filter) => allOf([isBranch, compileFilter(branchMembers, filter)]),
      visible,
      ordering: byRow,
      orders: { FIRST_SEEN: 'FIRST_SEEN' },
      node: (row) => branchNode(resources, row),
    },
  }
}

/** Lists technologies found on resources. */
export function hostedListing(estate: Estate, resources: Resources, hosted: HostedTechnologies): Listing {
  const members: FilterMembers = {
    resource: ({ cloudPlatform }: { cloudPlatform?: Words | null }) =>
      cloudPlatform ? oneOf((row) => resources.platformOf(hosted.resource(row)), cloudPlatform) : null,
    technologyV2: ({ category }: { category?: { stackLayer?: Words | null } | null }) =>
      category?.stackLayer ? oneOf((row) => hosted.technology(row).stackLayer, category.stackLayer) : null,
  }
  return {
    table: hosted.table,
    filters: Object.keys(members),
    select: (filter: Filter | null) => compileFilter(members, filter),
    visible: projectVisibility(estate, resources, (row) => hosted.resource(row)),
    ordering: () => ({ by: 'ROW', direction: 'ASC' }),
    orders: { FIRST_SEEN: 'FIRST_SEEN', UPDATED_AT: 'UPDATED_AT' },
    node: (row) => hosted.table.node(row),
  }
}

function firstGenerationNode(estate: Estate, resources: Resources, row: number): Node {
  const account = resources.account(row)
  return {
    id: resources.table.id(row),
    name: resources.name(row),
    type: resources.typeOf(row),
    subscriptionId: account >= 0 ? estate.accounts.id(account) : null,
    subscriptionExternalId: estate.accountPlans[account]?.externalId ?? null,
    graphEntity: () => graphEntityNode(estate, resources, row),
  }
}

const hostOf = (platform: string) => (platform === 'GitLab' ? 'gitlab.com' : 'github.com')

function branchShort(resources: Resources, row: number): string {
  return resources.facts(row).externalId.split('##').at(-1) ?? ''
}

/** A code repository as the API shows it. */
function repositoryNode(resources: Resources, row: number): Node {
  const platform = resources.platformOf(row)
  const name = resources.name(row)
  const url = `https://${hostOf(platform)}/example-org/${encodeURIComponent(name)}`
  const roll = resources.table.roll(row, 5)
  const projects = resources.projects(row)
  const overlay = (field: string) => resources.table.changedField(row, field)
  return {
    id: resources.table.id(row),
    name,
    url: overlay('url') ?? url,
    platform,
    public: overlay('public') ?? roll % 7 === 0,
    archived: overlay('archived') ?? roll % 11 === 0,
    visibility: roll % 7 === 0 ? 'PUBLIC' : 'PRIVATE',
    organization: { id: `${platform.toLowerCase()}-example-org`, name: 'example-org' },
    projects: projects.length === 0 && roll % 2 === 0 ? null : projects,
    branches: () =>
      resources
        .rowsOf('REPOSITORY_BRANCH')
        .filter((branch) => resources.parent(branch) === row && !resources.isGone(branch))
        .map((branch) => {
          const short = branchShort(resources, branch)
          return { id: resources.table.id(branch), name: short, url: `${url}/tree/${short}` }
        }),
  }
}

function branchNode(resources: Resources, row: number): Node {
  return {
    id: resources.table.id(row),
    cloudPlatform: resources.platformOf(row),
    providerID: resources.providerId(row),
    type: 'REPOSITORY_BRANCH',
    repository: () => repositoryNode(resources, resources.parent(row)),
  }
}
