import { boolean, json, number, oneOf, text, texts, time } from './column.ts'
import { defineKind } from './kind.ts'
import { PROJECTS } from './selections.ts'
import { PLATFORMS } from './vocabulary.ts'

/** The fields of a cloud resource that Wizbridge keeps; container images are read with the same ones. */
export const CLOUD_RESOURCE_FIELDS = `
    id name externalId providerUniqueId type nativeType cloudPlatform status region regionLocation firstSeen lastSeen
    createdAt updatedAt deletedAt isAccessibleFromInternet isOpenToAllInternet hasSensitiveData hasAccessToSensitiveData
    hasAdminPrivileges hasHighPrivileges tags { key value }
    cloudAccount { id externalId name cloudProvider }
    resourceGroup { name }
    technology { id name icon description categories { name } }
    owners { graphEntity { name } }
    ${PROJECTS}
    issueAnalytics { issueCount criticalSeverityCount highSeverityCount mediumSeverityCount lowSeverityCount informationalSeverityCount }
    graphEntity { id type properties technologies { id name deploymentModel } }
    typeFields {
      __typename
      ... on CloudResourceV2VirtualMachine { instanceType operatingSystem ipAddresses image { name } kubernetesCluster { name } }
      ... on CloudResourceV2ContainerImage { operatingSystemDistribution { name } }
      ... on CloudResourceV2Database { kind }
    }`

/** An asset: anything in a cloud, a cluster or a code platform that Wiz knows of. */
export const cloudResource = defineKind({
  name: 'cloud-resource',
  plural: 'resources',
  about: 'An asset: anything in a cloud, a cluster or a code platform that Wiz knows of.',
  scopes: ['read:resources'],
  source: {
    connection: 'cloudResourcesV2',
    filterType: 'CloudResourceV2Filters',
    order: { field: 'FIRST_SEEN', direction: 'ASC' },
    pageSize: 500,
    // No date filter is attested for this connection, so there is no delta and no cutting by time.
    partitions: [
      {
        by: 'values',
        column: 'platform',
        values: PLATFORMS,
        filter: (platform) => ({ cloudPlatform: { equals: [platform] } }),
      },
    ],
  },
  version: 'updatedAt',
  title: 'name',
  deletedWhen: { column: 'deletedAt', is: 'set' },
  select: CLOUD_RESOURCE_FIELDS,
  columns: {
    id: text('id', 'Wiz id of the resource.'),
    name: text('name', 'Its name.').nullable().index(),
    type: text('type', 'What it is, in the words of the security graph.').nullable().index(),
    nativeType: text('nativeType', "What it is, in the cloud's own words.").nullable(),
    platform: text('cloudPlatform', 'The cloud it is in.').nullable().index(),
    region: text('region', 'The region it is in.').nullable(),
    status: oneOf('status', 'Whether it runs.', ['Active', 'Inactive', 'Error']).nullable().tracked(),
    externalId: text('externalId', "The cloud's own id.").nullable().index(),
    providerId: text('providerUniqueId', "The cloud's own unique id, e.g. an ARN.").nullable().index(),
    subscriptionId: text('cloudAccount.externalId', 'The cloud account or subscription.').nullable(),
    subscriptionName: text('cloudAccount.name', 'The name of that account.').nullable(),
    resourceGroup: text('resourceGroup.name', 'The resource group it sits in.').nullable(),
    technology: text('technology.name', 'The main technology it is made of.').nullable(),
    assetTypes: texts('graphEntity.technologies[].name', 'Asset types: all technologies found on it.')
      .nullable()
      .index(),
    kubernetesCluster: text('typeFields.kubernetesCluster.name', 'The cluster it belongs to.').nullable(),
    ipAddresses: texts('typeFields.ipAddresses', 'Its addresses.').nullable().index(),
    isExposed: boolean('isAccessibleFromInternet', 'It can be reached from the internet.').nullable(),
    hasSensitiveData: boolean('hasSensitiveData', 'Sensitive data was found on it.').nullable(),
    hasAdminPrivileges: boolean('hasAdminPrivileges', 'It holds administrator rights.').nullable(),
    issueCount: number('issueAnalytics.issueCount', 'How many open issues it has.').nullable(),
    criticalCount: number('issueAnalytics.criticalSeverityCount', 'How many of them are critical.').nullable(),
    projectIds: texts('projects[].id', 'The Wiz projects it belongs to.').nullable().index(),
    tags: json('tags', 'Its tags, as a list of keys and values.').nullable(),
    firstSeenAt: time('firstSeen', 'When Wiz first saw it.').nullable().index(),
    lastSeenAt: time('lastSeen', 'When Wiz last saw it.').nullable(),
    createdAt: time('createdAt', 'When it was created.').nullable(),
    updatedAt: time('updatedAt', 'When Wiz last touched it.').nullable().index(),
    deletedAt: time('deletedAt', 'When it was deleted in the cloud.').nullable(),
  },
  planFilters: {
    projects: { column: 'projectIds', wiz: (equals) => ({ project: { idV2: { equals } } }) },
    platforms: { column: 'platform', wiz: (equals) => ({ cloudPlatform: { equals } }) },
    assetTypes: { column: 'type', wiz: (equals) => ({ type: { equals } }) },
  },
})
