import { mix, pick } from '../chance/hash.ts'
import type { Node } from '../collection.ts'
import { formatNullable, formatTimestamp } from '../time/timestamp.ts'
import type { Estate } from './estate.ts'
import { addressesOf } from './resource-names.ts'
import { byPlatform } from './resource-types.ts'
import type { ResourceFacts, Resources } from './resources.ts'

const operatingSystems = [
  'Ubuntu',
  'Debian',
  'Amazon Linux 2',
  'Amazon Linux 2023',
  'Red Hat Enterprise Linux',
  'Windows Server',
] as const
const locations: Record<string, string> = {
  us: 'US',
  eu: 'EU',
  we: 'EU',
  no: 'EU',
  uk: 'GB',
  ap: 'SG',
  as: 'JP',
  ea: 'US',
  cn: 'CN',
}

/** The operating system of a machine or image, as a technology. */
export function operatingSystemOf(estate: Estate, roll: number): Node | null {
  return estate.technologies.named(pick(mix(roll, 70), operatingSystems))
}

/** The technology a resource is. */
function technologyOf(estate: Estate, facts: ResourceFacts): Node | null {
  const words = facts.kind.technology
  return words === null ? null : estate.technologies.named(byPlatform(words, facts.provider || facts.platform || ''))
}

/** A resource's page in its cloud's console; empty for many. */
export function consoleUrl(facts: ResourceFacts, roll: number): string {
  if (mix(roll, 71) % 4 === 0) return ''
  const id = encodeURIComponent(facts.externalId)
  if (facts.provider === 'AWS')
    return `https://${facts.region}.console.aws.amazon.com/go/view?arn=${encodeURIComponent(facts.providerId)}`
  if (facts.provider === 'Azure') return `https://portal.azure.com/#resource${facts.externalId}`
  if (facts.provider === 'GCP') return `https://console.cloud.google.com/home/dashboard?resource=${id}`
  return ''
}

/** Traits of exposure and privilege, one set for all views of a resource. */
export function traitsOf(roll: number, type: string) {
  const identity =
    type === 'USER_ACCOUNT' || type === 'SERVICE_ACCOUNT' || type === 'ACCESS_ROLE' || type === 'SERVERLESS'
  const open = mix(roll, 72) % 6 === 0
  return {
    isAccessibleFromInternet: open,
    isOpenToAllInternet: open && mix(roll, 73) % 2 === 0,
    hasSensitiveData: mix(roll, 74) % 8 === 0,
    hasAccessToSensitiveData: mix(roll, 75) % 9 === 0,
    hasAdminPrivileges: identity && mix(roll, 76) % 6 === 0,
    hasHighPrivileges: identity && mix(roll, 77) % 3 === 0,
  }
}

function typeFieldsOf(
  estate: Estate,
  resources: Resources,
  facts: ResourceFacts,
  roll: number,
): Node | Record<string, unknown> | null {
  if (facts.kind.type === 'VIRTUAL_MACHINE') {
    return {
      __typename: 'CloudResourceV2VirtualMachine',
      instanceType: pick(mix(roll, 78), ['t3.medium', 'm6i.large', 'Standard_D2s_v5', 'e2-standard-2']),
      operatingSystem: operatingSystemOf(estate, roll)?.name === 'Windows Server' ? 'Windows' : 'Linux',
      ipAddresses: addressesOf(roll),
      image: mix(roll, 79) % 3 === 0 ? null : { name: `base-image-${mix(roll, 80) % 40}` },
      kubernetesCluster: facts.cluster >= 0 ? { name: resources.plainName(facts.cluster) } : null,
    }
  }
  if (facts.kind.type === 'CONTAINER_IMAGE') {
    return { __typename: 'CloudResourceV2ContainerImage', operatingSystemDistribution: operatingSystemOf(estate, roll) }
  }
  if (facts.kind.type === 'DATABASE') {
    return {
      __typename: 'CloudResourceV2Database',
      kind: pick(mix(roll, 81), ['PostgreSQL', 'MySQL', 'SQLServer', null]),
    }
  }
  return null
}

/** A resource as a CloudResourceV2. */
export function resourceNode(estate: Estate, resources: Resources, row: number): Node {
  const roll = resources.table.roll(row, 2)
  const facts = resources.facts(row)
  const projects = resources.projects(row)
  const firstSeen = resources.firstSeen.at(row)
  const account = facts.account >= 0 ? estate.accounts.node(facts.account) : null
  return {
    id: facts.id,
    name: facts.name,
    externalId: facts.externalId,
    providerUniqueId: mix(roll, 82) % 30 === 0 ? null : facts.providerId,
    type: resources.typeOf(row),
    nativeType: facts.nativeType,
    cloudPlatform: facts.platform,
    status: resources.status.word(row),
    region: facts.region || null,
    regionLocation: locations[facts.region.slice(0, 2)] ?? null,
    firstSeen: formatTimestamp(firstSeen),
    lastSeen: formatTimestamp(resources.lastSeen(row)),
    createdAt:
      mix(roll, 83) % 9 === 0
        ? null
        : formatTimestamp(Math.floor((firstSeen - (mix(roll, 84) % 900) * 3_600e6) / 1e6) * 1e6),
    updatedAt: resources.updatedAt.text(row),
    deletedAt: formatNullable(resources.deletedAt.at(row)),
    ...traitsOf(roll, facts.kind.type),
    tags: Object.entries(facts.tags).map(([key, value]) => ({ key, value })),
    cloudAccount: account,
    resourceGroup: facts.resourceGroup === null ? null : { name: facts.resourceGroup },
    technology: technologyOf(estate, facts),
    owners: mix(roll, 85) % 4 === 0 ? [{ graphEntity: ownerOf(estate, roll) }] : mix(roll, 85) % 4 === 1 ? null : [],
    projects: projects.length === 0 && mix(roll, 86) % 2 === 0 ? null : projects,
    issueAnalytics: () => estate.issueCounts(row),
    graphEntity: () => graphEntityNode(estate, resources, row),
    typeFields: () => typeFieldsOf(estate, resources, facts, roll),
  }
}

function ownerOf(estate: Estate, roll: number): Record<string, unknown> {
  const user = estate.users.node(mix(roll, 87) % estate.users.size())
  return {
    id: user.id,
    name: user.name,
    type: 'USER_ACCOUNT',
    providerUniqueId: null,
    properties: { email: user.email },
    projects: null,
    technologies: null,
  }
}

/** A resource as a node of the security graph. */
export function graphEntityNode(estate: Estate, resources: Resources, row: number): Node {
  const roll = resources.table.roll(row, 2)
  const facts = resources.facts(row)
  const technology = technologyOf(estate, facts)
  const traits = traitsOf(roll, facts.kind.type)
  return {
    id: facts.id,
    name: resources.name(row),
    type: resources.typeOf(row),
    providerUniqueId: facts.providerId,
    properties: {
      _vertexID: facts.id,
      name: resources.name(row),
      nativeType: facts.nativeType,
      externalId: facts.externalId,
      providerUniqueId: facts.providerId,
      cloudPlatform: facts.platform,
      region: facts.region || null,
      subscriptionExternalId: estate.accountPlans[facts.account]?.externalId ?? null,
      status: resources.status.word(row),
      tags: facts.tags,
      ...(facts.kind.type === 'VIRTUAL_MACHINE'
        ? { privateIpAddresses: addressesOf(roll), instanceId: facts.externalId }
        : {}),
      ...(facts.cluster >= 0
        ? { kubernetes_clusterName: resources.plainName(facts.cluster), kubernetes_namespace: namespaceOf(roll) }
        : {}),
      ...traits,
    },
    projects: resources.projects(row),
    technologies: technology
      ? [technology, ...(mix(roll, 88) % 2 === 0 ? [operatingSystemOf(estate, roll)] : [])]
      : null,
    publicExposures: () => ({ totalCount: traits.isAccessibleFromInternet ? 1 + (mix(roll, 89) % 3) : 0 }),
    firstSeen: formatTimestamp(resources.firstSeen.at(row)),
    lastSeen: formatTimestamp(resources.lastSeen(row)),
  }
}

/** Namespace of what lives in a cluster. */
export function namespaceOf(roll: number): string {
  return pick(mix(roll, 90), ['default', 'kube-system', 'checkout', 'data', 'monitoring', 'ingress'])
}
