import { mix, pick } from '../chance/hash.ts'
import type { Estate } from './estate.ts'
import { addressesOf, plainName } from './resource-names.ts'
import { consoleUrl, namespaceOf, operatingSystemOf, traitsOf } from './resource-node.ts'
import type { ResourceFacts, Resources } from './resources.ts'

type Asset = Record<string, unknown>

function executionControllers(estate: Estate, resources: Resources, roll: number): Asset[] | null {
  if (mix(roll, 100) % 3 === 0) return null
  const deployments = resources.rowsOf('DEPLOYMENT')
  const row = deployments[mix(roll, 101) % deployments.length]
  if (row === undefined) return []
  const facts = resources.facts(row)
  const account = facts.account >= 0 ? estate.accounts.node(facts.account) : null
  const subscription = {
    subscriptionId: account?.id ?? null,
    subscriptionExternalId: account?.externalId ?? null,
    subscriptionName: account?.name ?? null,
  }
  return [
    {
      id: facts.id,
      entityType: 'DEPLOYMENT',
      externalId: facts.externalId,
      providerUniqueId: facts.providerId,
      name: facts.name,
      ...subscription,
      ancestors:
        facts.cluster < 0
          ? null
          : [
              {
                id: resources.table.id(facts.cluster),
                entityType: 'KUBERNETES_CLUSTER',
                externalId: resources.facts(facts.cluster).externalId,
                providerUniqueId: resources.facts(facts.cluster).providerId,
                name: resources.name(facts.cluster),
                ...subscription,
                ancestors: null,
              },
            ],
    },
  ]
}

const extras: Record<string, (estate: Estate, resources: Resources, facts: ResourceFacts, roll: number) => Asset> = {
  VulnerableAssetVirtualMachine: (estate, _resources, facts, roll) => {
    const distribution = operatingSystemOf(estate, roll)
    return {
      operatingSystem: distribution?.name === 'Windows Server' ? 'Windows' : 'Linux',
      operatingSystemDistribution: distribution,
      ipAddresses: mix(roll, 110) % 12 === 0 ? null : addressesOf(roll),
      imageName: mix(roll, 111) % 3 === 0 ? null : `base-image-${mix(roll, 80) % 40}`,
      imageId: mix(roll, 111) % 3 === 0 ? null : `ami-0${mix(roll, 112).toString(16)}`,
      imageNativeType: mix(roll, 111) % 3 === 0 ? null : `${facts.nativeType}#image`,
      computeInstanceGroup:
        mix(roll, 113) % 4 === 0
          ? {
              id: `${facts.id}-group`,
              externalId: `asg-${mix(roll, 114) % 90}`,
              name: `asg-${mix(roll, 114) % 90}`,
              replicaCount: 1 + (mix(roll, 115) % 9),
              tags: {},
            }
          : null,
    }
  },
  VulnerableAssetServerless: (_estate, _resources, _facts, roll) => ({
    runtime: pick(mix(roll, 116), ['nodejs20.x', 'python3.12', 'java21', 'dotnet8', null]),
  }),
  VulnerableAssetContainerImage: (estate, resources, facts, roll) => {
    const registry =
      facts.parent >= 0 ? { vertexId: resources.table.id(facts.parent), name: resources.name(facts.parent) } : null
    const name = plainName(roll, 0)
    return {
      imageId: facts.externalId,
      repository: { vertexId: `${facts.id}-repository`, name },
      registry,
      scanSource: pick(mix(roll, 117), ['REGISTRY', 'WORKLOAD']),
      tagReferences:
        mix(roll, 118) % 5 === 0
          ? null
          : [`${registry?.name ?? 'registry'}/${name}:${mix(roll, 119) % 9}.${mix(roll, 120) % 20}`],
      imageTags: mix(roll, 118) % 5 === 0 ? null : [`${mix(roll, 119) % 9}.${mix(roll, 120) % 20}`, 'latest'],
      executionControllers: executionControllers(estate, resources, roll),
    }
  },
  VulnerableAssetContainer: (estate, resources, facts, roll) => ({
    ImageExternalId: facts.parent >= 0 ? resources.facts(facts.parent).externalId : null,
    VmExternalId: mix(roll, 121) % 2 === 0 ? `i-0${mix(roll, 122).toString(16)}` : null,
    ServerlessContainer: mix(roll, 123) % 7 === 0,
    PodNamespace: namespaceOf(roll),
    PodName: `${plainName(roll, 0)}-${mix(roll, 124).toString(36)}`,
    NodeName: mix(roll, 125) % 5 === 0 ? null : `node-${mix(roll, 126) % 60}`,
    executionControllers: executionControllers(estate, resources, roll),
  }),
  VulnerableAssetRepositoryBranch: (_estate, resources, facts) => ({
    repositoryId: facts.parent >= 0 ? resources.table.id(facts.parent) : null,
    repositoryName: facts.parent >= 0 ? resources.name(facts.parent) : null,
  }),
  VulnerableAssetNetworkAddress: (_estate, _resources, _facts, roll) => ({
    address: addressesOf(roll)[0],
    addressType: 'IPV4',
  }),
}

/** A resource as the asset of a vulnerability finding. */
export function vulnerableAsset(estate: Estate, resources: Resources, row: number): Asset {
  const roll = resources.table.roll(row, 2)
  const facts = resources.facts(row)
  const typename = facts.kind.vulnerable ?? 'VulnerableAssetCommon'
  const account = facts.account >= 0 ? estate.accounts.node(facts.account) : null
  const traits = traitsOf(roll, facts.kind.type)
  const anonymous = typename === 'VulnerableAssetNetworkAddress' && mix(roll, 130) % 2 === 0
  return {
    __typename: typename,
    id: anonymous ? null : facts.id,
    type: anonymous ? null : resources.typeOf(row),
    name: anonymous || mix(roll, 131) % 40 === 0 ? null : resources.name(row),
    region: facts.region || null,
    providerUniqueId: mix(roll, 132) % 20 === 0 ? null : facts.providerId,
    externalId: facts.externalId,
    cloudProviderURL: consoleUrl(facts, roll),
    cloudPlatform: facts.platform,
    status: resources.status.word(row),
    nativeType: facts.nativeType,
    subscriptionName: account?.name ?? null,
    subscriptionExternalId: account?.externalId ?? null,
    subscriptionId: account?.id ?? null,
    resourceGroupExternalId: facts.resourceGroup,
    tags: facts.tags,
    hasLimitedInternetExposure: traits.isAccessibleFromInternet && !traits.isOpenToAllInternet,
    hasWideInternetExposure: traits.isOpenToAllInternet,
    isAccessibleFromVPN: mix(roll, 133) % 9 === 0,
    isAccessibleFromOtherVnets: mix(roll, 134) % 9 === 0,
    isAccessibleFromOtherSubscriptions: mix(roll, 135) % 15 === 0,
    isUsedOnPrem: facts.kind.home === 'premises',
    ...extras[typename]?.(estate, resources, facts, roll),
  }
}
