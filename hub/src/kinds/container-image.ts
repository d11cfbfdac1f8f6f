import { CLOUD_RESOURCE_FIELDS } from './cloud-resource.ts'
import { boolean, json, number, text, texts, time } from './column.ts'
import { defineKind } from './kind.ts'

/** An image that containers are started from. */
export const containerImage = defineKind({
  name: 'container-image',
  plural: 'images',
  about: 'An image that containers are started from.',
  scopes: ['read:resources'],
  source: {
    // The fields of Wiz's own containerImages root are not attested; images are resources of this type.
    connection: 'cloudResourcesV2',
    filterType: 'CloudResourceV2Filters',
    always: { type: { equals: ['CONTAINER_IMAGE'] } },
    order: { field: 'FIRST_SEEN', direction: 'ASC' },
    pageSize: 500,
    partitions: [],
  },
  version: 'updatedAt',
  title: 'name',
  deletedWhen: { column: 'deletedAt', is: 'set' },
  select: CLOUD_RESOURCE_FIELDS,
  columns: {
    id: text('id', 'Wiz id of the image.'),
    name: text('name', 'Its name.').nullable().index(),
    digest: text('externalId', 'Its digest or registry id.').nullable().index(),
    providerId: text('providerUniqueId', "The registry's unique id.").nullable().index(),
    platform: text('cloudPlatform', 'The cloud its registry is in.').nullable(),
    region: text('region', 'The region its registry is in.').nullable(),
    operatingSystem: text('typeFields.operatingSystemDistribution.name', 'The distribution it is built on.').nullable(),
    subscriptionId: text('cloudAccount.externalId', 'The cloud account or subscription.').nullable(),
    isExposed: boolean('isAccessibleFromInternet', 'It can be reached from the internet.').nullable(),
    issueCount: number('issueAnalytics.issueCount', 'How many open issues it has.').nullable(),
    projectIds: texts('projects[].id', 'The Wiz projects it belongs to.').nullable().index(),
    tags: json('tags', 'Its tags, as a list of keys and values.').nullable(),
    firstSeenAt: time('firstSeen', 'When Wiz first saw it.').nullable().index(),
    updatedAt: time('updatedAt', 'When Wiz last touched it.').nullable(),
    deletedAt: time('deletedAt', 'When it was deleted.').nullable(),
  },
  planFilters: {
    projects: { column: 'projectIds', wiz: (equals) => ({ project: { idV2: { equals } } }) },
    platforms: { column: 'platform', wiz: (equals) => ({ cloudPlatform: { equals } }) },
  },
})
