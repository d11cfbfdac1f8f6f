import { type GraphQLField, isInputObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../src/graphql/schema.ts'
import { codeOf, dataOf, listRoots, startWorld, walk } from './graphql-client.ts'

const client = startWorld(1000)
const { ask, world } = client

const queryFields = { ...schema.getQueryType()?.getFields() } as Record<string, GraphQLField<unknown, unknown>>

/** What lies at a path such as `entitySnapshot.type`; a list for paths through lists. */
function read(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => {
    const step = (one: unknown) => (typeof one === 'object' && one !== null ? Reflect.get(one, name) : null)
    return Array.isArray(at) ? at.flatMap(step) : step(at)
  }, value)
}

/** The selection that reads a path; names with a capital are types to read through, several of them with bars between. */
const selectionOf = (path: string) =>
  path.split('.').reduceRight((inner, name) => {
    if (!/^[A-Z]/.test(name)) return `${name} { ${inner} }`
    return name
      .split('|')
      .map((type) => `... on ${type} { ${inner} }`)
      .join(' ')
  })
const pathOf = (path: string) =>
  path
    .split('.')
    .filter((name) => !/^[A-Z]/.test(name))
    .join('.')

const is =
  (...words: unknown[]) =>
  (value: unknown) =>
    words.includes(value)
const has = (wanted: unknown) => (value: unknown) => Array.isArray(value) && value.includes(wanted)
const not = (test: (value: unknown) => boolean) => (value: unknown) => !test(value)
const after = (when: string) => (value: unknown) => typeof value === 'string' && Date.parse(value) > Date.parse(when)
const before = (when: string) => (value: unknown) => typeof value === 'string' && Date.parse(value) < Date.parse(when)
const holds = (word: string) => (value: unknown) => String(value).toLowerCase().includes(word)

const when = '2026-02-01T00:00:00Z'
const end = '2026-04-01T00:00:00Z'
const between = (value: unknown) => after(when)(value) && before(end)(value)
const monthAgo = new Date(world.now().getTime() - 30 * 86_400_000).toISOString()
const anyRule = 'Control|CloudConfigurationRule|CloudEventRule'
const every = 'status: [OPEN, IN_PROGRESS, RESOLVED, REJECTED]'
const allStatuses = `filterBy: {${every}}`
const bothTypes = 'type: {equals: [MATCH_ONLY, GENERATED_THREAT]}'

const sample = (root: string, fits: (node: Record<string, unknown>) => unknown): Record<string, unknown> => {
  const found = world.snapshotNodes(root).find((node) => fits(node))
  if (!found) throw new Error(`no such ${root}`)
  return found
}
const project = sample('projects', ({ name }) => name === 'Commerce').id
const account = sample('cloudAccounts', ({ cloudProvider }) => cloudProvider === 'AWS')
const onBucket = sample('issuesV2', (node) => read(node, 'entitySnapshot.type') === 'BUCKET')
const bucket = read(onBucket, 'entitySnapshot.id')
const [rule] = read(onBucket, 'sourceRules.id') as string[]

type Case = [root: string, filter: string, path: string, fits: (value: unknown) => boolean, everything?: string]

const cases: Case[] = [
  ['issuesV2', '{status: [OPEN, REJECTED]}', 'status', is('OPEN', 'REJECTED')],
  ['issuesV2', '{severity: CRITICAL}', 'severity', is('CRITICAL')],
  ['issuesV2', '{type: TOXIC_COMBINATION}', 'type', is('TOXIC_COMBINATION')],
  ['issuesV2', `{project: ["${project}"]}`, 'projects.id', has(project)],
  ['issuesV2', '{project: ["*"]}', 'id', () => true],
  ['issuesV2', `{createdAt: {after: "${when}"}}`, 'createdAt', after(when)],
  ['issuesV2', `{createdAt: {after: "${when}", before: "${end}"}}`, 'createdAt', between],
  [
    'vulnerabilityFindings',
    `{${every}, firstSeenAt: {after: "${when}", before: "${end}"}}`,
    'firstDetectedAt',
    between,
    allStatuses,
  ],
  [
    'vulnerabilityFindings',
    `{${every}, updatedAt: {after: "${when}", before: "${end}"}}`,
    'updatedAt',
    between,
    allStatuses,
  ],
  ['configurationFindings', `{updatedAt: {after: "${when}", before: "${end}"}}`, 'updatedAt', between],
  ['issuesV2', `{dueAt: {before: "${when}"}}`, 'dueAt', before(when)],
  ['issuesV2', `{resolvedAt: {after: "${when}"}}`, 'resolvedAt', after(when)],
  ['issuesV2', '{createdAt: {inLast: {amount: 30, unit: DurationFilterValueUnitDays}}}', 'createdAt', after(monthAgo)],
  ['issuesV2', '{relatedEntity: {type: [BUCKET, CONTAINER]}}', 'entitySnapshot.type', is('BUCKET', 'CONTAINER')],
  ['issuesV2', '{relatedEntity: {status: [Inactive]}}', 'entitySnapshot.status', is('Inactive')],
  ['issuesV2', '{relatedEntity: {cloudPlatform: [Azure]}}', 'entitySnapshot.cloudPlatform', is('Azure')],
  ['issuesV2', '{relatedEntity: {region: ["us-east-1"]}}', 'entitySnapshot.region', is('us-east-1')],
  ['issuesV2', `{relatedEntity: {ids: ["${bucket}"]}}`, 'entitySnapshot.id', is(bucket)],
  ['issuesV2', `{relatedEntity: {id: "${bucket}"}}`, 'entitySnapshot.id', is(bucket)],
  ['issuesV2', '{relatedEntity: {nativeType: ["bucket"]}}', 'entitySnapshot.nativeType', is('bucket')],
  ['issuesV2', `{relatedEntity: {subscriptionId: ["${account.id}"]}}`, 'entitySnapshot.subscriptionId', is(account.id)],
  ['issuesV2', `{cloudAccountOrCloudOrganizationId: ["${account.id}"]}`, 'cloudAccounts.id', has(account.id)],
  ['issuesV2', `{sourceRule: {id: ["${rule}"]}}`, 'sourceRules.Control.id', has(rule)],
  ['issuesV2', '{sourceControl: ["wc-id-1"]}', 'control.id', is('wc-id-1')],
  ['issuesV2', '{resolutionReason: [OBJECT_DELETED]}', 'resolutionReason', is('OBJECT_DELETED')],
  ['issuesV2', '{hasServiceTicket: true}', 'serviceTickets.id', (list) => Array.isArray(list) && list.length > 0],
  ['issuesV2', '{hasNote: false}', 'notes.id', (list) => !Array.isArray(list) || list.length === 0],
  ['issuesV2', '{hasRemediation: false}', 'control.id', (id) => id === null],
  [
    'issuesV2',
    '{riskEqualsAny: ["wct-id-3"]}',
    `sourceRules.${anyRule}.securitySubCategories.category.id`,
    has('wct-id-3'),
  ],
  [
    'issuesV2',
    '{frameworkCategory: ["wct-id-3"]}',
    `sourceRules.${anyRule}.securitySubCategories.category.id`,
    has('wct-id-3'),
  ],
  ['vulnerabilityFindings', `{${every}, severity: [HIGH]}`, 'severity', is('HIGH'), allStatuses],
  ['vulnerabilityFindings', `{${every}, vendorSeverity: [LOW]}`, 'vendorSeverity', is('LOW'), allStatuses],
  ['vulnerabilityFindings', `{${every}, updatedAt: {after: "${when}"}}`, 'updatedAt', after(when), allStatuses],
  ['vulnerabilityFindings', `{${every}, firstSeenAt: {after: "${when}"}}`, 'firstDetectedAt', after(when), allStatuses],
  ['vulnerabilityFindings', `{${every}, hasFix: false}`, 'hasFix', is(false), allStatuses],
  ['vulnerabilityFindings', `{${every}, hasExploit: true}`, 'hasExploit', is(true), allStatuses],
  ['vulnerabilityFindings', `{${every}, hasCisaKevExploit: true}`, 'hasCisaKevExploit', is(true), allStatuses],
  ['vulnerabilityFindings', `{${every}, isEndOfLife: true}`, 'isOperatingSystemEndOfLife', is(true), allStatuses],
  ['vulnerabilityFindings', `{${every}, detectionMethod: [LIBRARY]}`, 'detectionMethod', is('LIBRARY'), allStatuses],
  [
    'vulnerabilityFindings',
    `{${every}, assetType: [CONTAINER_IMAGE]}`,
    'vulnerableAsset.VulnerableAssetBase.type',
    is('CONTAINER_IMAGE'),
    allStatuses,
  ],
  [
    'vulnerabilityFindings',
    `{${every}, subscriptionExternalId: ["${account.externalId}"]}`,
    'vulnerableAsset.VulnerableAssetBase.subscriptionExternalId',
    is(account.externalId),
    allStatuses,
  ],
  [
    'vulnerabilityFindings',
    `{${every}, projectIdV2: {equals: ["${project}"]}}`,
    'projects.id',
    has(project),
    allStatuses,
  ],
  [
    'vulnerabilityFindings',
    `{${every}, projectIdV2: {notEquals: ["${project}"]}}`,
    'projects.id',
    not(has(project)),
    allStatuses,
  ],
  ['vulnerabilityFindings', `{${every}, projectId: ["${project}"]}`, 'projects.id', has(project), allStatuses],
  [
    'vulnerabilityFindings',
    `{${every}, vulnerabilityExternalIdV2: {equals: ["CVE-2021-44228"]}}`,
    'name',
    is('CVE-2021-44228'),
    allStatuses,
  ],
  [
    'vulnerabilityFindings',
    `{${every}, vulnerabilityExternalId: ["CVE-2021-44228"]}`,
    'name',
    is('CVE-2021-44228'),
    allStatuses,
  ],
  ['configurationFindings', '{result: [FAIL]}', 'result', is('FAIL')],
  ['configurationFindings', '{status: [REJECTED]}', 'status', is('REJECTED')],
  ['configurationFindings', '{severity: [HIGH, CRITICAL]}', 'severity', is('HIGH', 'CRITICAL')],
  ['configurationFindings', `{updatedAt: {after: "${when}"}}`, 'updatedAt', after(when)],
  [
    'configurationFindings',
    '{analyzedAt: {after: "2026-06-01T00:00:00Z"}}',
    'analyzedAt',
    after('2026-06-01T00:00:00Z'),
  ],
  ['configurationFindings', '{resource: {cloudPlatform: [GCP]}}', 'resource.cloudPlatform', is('GCP')],
  ['configurationFindings', `{resource: {subscriptionId: ["${account.id}"]}}`, 'subscription.id', is(account.id)],
  ['configurationFindings', `{resource: {projectId: ["${project}"]}}`, 'resource.projects.id', has(project)],
  [
    'configurationFindings',
    '{securityFramework: ["wf-id-4"]}',
    'securitySubCategories.category.framework.id',
    has('wf-id-4'),
  ],
  ['configurationFindings', '{frameworkCategory: ["wct-id-3"]}', 'securitySubCategories.category.id', has('wct-id-3')],
  ['hostConfigurationRuleAssessments', '{result: [FAIL]}', 'result', is('FAIL')],
  ['hostConfigurationRuleAssessments', '{severity: [HIGH]}', 'severity', is('HIGH')],
  [
    'hostConfigurationRuleAssessments',
    `{resource: {subscriptionId: ["${account.id}"]}}`,
    'resource.subscription.id',
    is(account.id),
  ],
  ['cloudResourcesV2', '{type: {equals: [VIRTUAL_MACHINE]}}', 'type', is('VIRTUAL_MACHINE')],
  ['cloudResourcesV2', '{type: {notEquals: [VIRTUAL_MACHINE]}}', 'type', not(is('VIRTUAL_MACHINE'))],
  ['cloudResourcesV2', '{nativeType: {contains: ["MICROSOFT"]}}', 'nativeType', holds('microsoft')],
  ['cloudResourcesV2', '{cloudPlatform: {equals: [EKS, GitHub]}}', 'cloudPlatform', is('EKS', 'GitHub')],
  [
    'cloudResourcesV2',
    `{cloudAccountV2: {externalId: {equals: ["${account.externalId}"]}}}`,
    'cloudAccount.externalId',
    is(account.externalId),
  ],
  ['cloudResourcesV2', `{project: {idV2: {equals: ["${project}"]}}}`, 'projects.id', has(project)],
  ['cloudResourcesV2', '{hasAdminPrivileges: {equals: true}}', 'hasAdminPrivileges', is(true)],
  ['cloudResourcesV2', '{hasSensitiveData: {equals: false}}', 'hasSensitiveData', is(false)],
  ['cloudResourcesV2', '{isAccessibleFromInternet: {equals: true}}', 'isAccessibleFromInternet', is(true)],
  ['cloudResources', '{type: [BUCKET]}', 'type', is('BUCKET')],
  [
    'cloudResources',
    '{nativeType: ["bucket"]}',
    'graphEntity.properties',
    (value) => read(value, 'nativeType') === 'bucket',
  ],
  [
    'cloudResources',
    `{subscriptionExternalId: ["${account.externalId}"]}`,
    'subscriptionExternalId',
    is(account.externalId),
  ],
  ['cloudResources', `{projectId: ["${project}"]}`, 'graphEntity.projects.id', has(project)],
  ['repositories', '{search: "PROD"}', 'name', holds('prod')],
  ['versionControlResources', '{type: ["REPOSITORY_BRANCH"]}', 'type', is('REPOSITORY_BRANCH')],
  ['projects', '{includeArchived: true}', 'id', () => true, 'filterBy: {includeArchived: true}'],
  ['projects', '{impact: [HBI]}', 'riskProfile.businessImpact', is('HBI')],
  ['projects', '{root: true}', 'nestingLevel', is(0)],
  ['projects', '{search: "CHECK"}', 'name', holds('check')],
  ['controls', '{type: [CLOUD_CONFIGURATION]}', 'type', is('CLOUD_CONFIGURATION')],
  ['controls', '{severity: [HIGH]}', 'severity', is('HIGH')],
  ['controls', '{enabled: false}', 'enabled', is(false)],
  ['controls', '{hasAutoRemediation: true}', 'hasAutoRemediation', is(true)],
  ['controls', '{search: "bucket"}', 'name', holds('bucket')],
  ['controls', '{frameworkCategory: ["wct-id-3"]}', 'securitySubCategories.category.id', has('wct-id-3')],
  ['cloudConfigurationRules', '{cloudProvider: [AWS]}', 'cloudProvider', is('AWS')],
  ['cloudConfigurationRules', '{serviceType: [GCP]}', 'serviceType', is('GCP')],
  ['cloudConfigurationRules', '{supportsNRT: true}', 'supportsNRT', is(true)],
  ['cloudConfigurationRules', '{targetNativeType: ["bucket"]}', 'targetNativeTypes', has('bucket')],
  ['securityFrameworks', '{enabled: true}', 'enabled', is(true)],
  ['technologies', '{search: "sql"}', 'name', holds('sql')],
  ['hostedTechnologies', '{technologyV2: {category: {stackLayer: [CODE]}}}', 'technology.stackLayer', is('CODE')],
  ['cloudAccounts', '{cloudProvider: [GCP]}', 'cloudProvider', is('GCP')],
  [
    'cloudAccounts',
    `{projectId: ["${project}"]}`,
    'id',
    (id) =>
      world
        .snapshot('cloudAccounts', { clientId: 'x', scopes: new Set(['read:all']), projectIds: [String(project)] })
        .includes(String(id)),
  ],
  ['detections', '{type: {equals: [MATCH_ONLY]}}', 'type', is('MATCH_ONLY')],
  ['detections', `{${bothTypes}, severity: {equals: [HIGH]}}`, 'severity', is('HIGH')],
  ['detections', `{${bothTypes}, origin: {equals: [WIZ_SENSOR]}}`, 'origins', has('WIZ_SENSOR')],
  [
    'detections',
    `{${bothTypes}, createdAt: {after: "2026-05-01T00:00:00Z"}}`,
    'createdAt',
    after('2026-05-01T00:00:00Z'),
  ],
  ['users', '{authProviderTypeV2: [SAML]}', 'identityProviderTypeV2', is('SAML')],
  ['serviceAccounts', '{type: [THIRD_PARTY]}', 'type', is('THIRD_PARTY')],
  ['serviceAccounts', '{source: [LEGACY]}', 'authenticationSource', is('LEGACY')],
  ['auditLogEntries', '{status: [FAILED, ACCESS_DENIED]}', 'status', is('FAILED', 'ACCESS_DENIED')],
  ['auditLogEntries', '{action: ["Login"]}', 'action', is('Login')],
  ['reports', '{search: "all issues"}', 'name', holds('all issues')],
]

describe('filters', () => {
  it.each(listRoots)('%s knows every filter that the schema declares', (root) => {
    const type = queryFields[root]?.args.find(({ name }) => name === 'filterBy')?.type
    const declared = isInputObjectType(type) ? Object.keys(type.getFields()) : []
    expect(world.listings[root]?.filters.toSorted()).toEqual(declared.toSorted())
  })

  it.each(cases)('%s by %s', async (root, filter, path, fits, everything = '') => {
    const selection = `id ${selectionOf(path)}`
    const filtered = await walk(client, root, { args: `filterBy: ${filter}`, selection })
    const all = await walk(client, root, { args: everything, selection })
    const wanted = all.filter((node) => fits(read(node, pathOf(path))))
    expect(filtered.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted())
    expect(filtered.length).toBeGreaterThan(0)
    const count = await ask(`{ page: ${root}(first: 1, filterBy: ${filter}) { totalCount } }`)
    expect(dataOf<{ page: { totalCount: number } }>(count).page.totalCount).toBe(filtered.length)
  })

  it('vulnerability findings leave resolved ones out unless a status is named', async () => {
    const statuses = (nodes: Record<string, unknown>[]) => new Set(nodes.map(({ status }) => status))
    const selection = 'id status'
    expect(statuses(await walk(client, 'vulnerabilityFindings', { selection }))).toEqual(
      new Set(['OPEN', 'IN_PROGRESS', 'REJECTED']),
    )
    expect(
      statuses(await walk(client, 'vulnerabilityFindings', { selection, args: allStatuses })).has('RESOLVED'),
    ).toBe(true)
  })

  it('configuration findings show deleted ones on request only', async () => {
    const deleted = (nodes: Record<string, unknown>[]) => nodes.filter((node) => node.deleted)
    const selection = 'id deleted'
    expect(deleted(await walk(client, 'configurationFindings', { selection }))).toHaveLength(0)
    const all = await walk(client, 'configurationFindings', { selection, args: 'filterBy: {includeDeleted: true}' })
    expect(deleted(all).length).toBeGreaterThan(0)
    expect(all).toHaveLength(world.configurationFindings.count())
  })

  it('any filter on detections drops MATCH_ONLY unless a type is named', async () => {
    const types = async (args: string) =>
      new Set((await walk(client, 'detections', { selection: 'id type', args })).map(({ type }) => type))
    expect(await types('')).toEqual(new Set(['GENERATED_THREAT', 'MATCH_ONLY']))
    expect(await types('filterBy: {createdAt: {after: "2020-01-01T00:00:00Z"}}')).toEqual(new Set(['GENERATED_THREAT']))
  })

  it('names the few filters it does not answer', async () => {
    for (const [root, filter] of [
      ['issuesV2', '{relatedEntity: {tag: {a: "b"}}}'],
      ['cloudConfigurationRules', '{matcherType: ["CLOUD"]}'],
      ['cloudConfigurationRules', '{createdByType: ["BUILT_IN"]}'],
    ]) {
      const result = await ask(`{ ${root}(first: 1, filterBy: ${filter}) { totalCount } }`)
      expect(codeOf(result)).toBe('BAD_USER_INPUT')
      expect(result.errors?.[0]?.message).toMatch(/filter ".*" is not supported/)
    }
    const related =
      '{ graphSearch(first: 1, query: {type: [BUCKET], relationships: [{type: [{type: ANY}], with: {type: [BUCKET]}}]}) { totalCount } }'
    expect(codeOf(await ask(related))).toBe('BAD_USER_INPUT')
  })

  it('finds resources by what identifies them outside of Wiz', async () => {
    const target = sample(
      'cloudResourcesV2',
      ({ type, providerUniqueId }) => type === 'VIRTUAL_MACHINE' && providerUniqueId,
    )
    const byId = await walk(client, 'cloudResources', {
      args: `filterBy: {providerUniqueId: ["${target.providerUniqueId}"]}`,
    })
    expect(byId).toEqual([{ id: target.id }])
    const query = `query S($query: GraphEntityQueryInput!) { graphSearch(first: 5, query: $query) { nodes { entities { id } } } }`
    const where = { providerUniqueId: { EQUALS: [target.providerUniqueId] } }
    const found = await ask(query, { query: { type: ['VIRTUAL_MACHINE'], select: true, where } })
    expect(dataOf(found)).toEqual({ graphSearch: { nodes: [{ entities: [{ id: target.id }] }] } })
  })
})
