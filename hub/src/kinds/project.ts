import { boolean, number, oneOf, text, texts } from './column.ts'
import { defineKind } from './kind.ts'

/** A part of the estate with an owner: how Wiz divides responsibility. */
export const project = defineKind({
  name: 'project',
  plural: 'projects',
  portName: 'project',
  about: 'A part of the estate with an owner: how Wiz divides responsibility.',
  scopes: ['read:projects'],
  source: {
    connection: 'projects',
    filterType: 'ProjectFilters',
    // Archived projects are still named by old findings.
    always: { includeArchived: true },
    pageSize: 100,
    lookup: 'project',
    partitions: [],
  },
  title: 'name',
  select: `
    id name slug isFolder archived businessUnit description identifiers
    riskProfile {
      businessImpact isActivelyDeveloped hasAuthentication hasExposedAPI isInternetFacing isCustomerFacing isRegulated
      storesData regulatoryStandards sensitiveDataTypes
    }
    projectOwners { id name email } securityChampions { id name email } ancestorProjects { id name }
    nestingLevel childProjectCount cloudAccountCount cloudOrganizationCount kubernetesClusterCount repositoryCount
    workloadCount entityCount technologyCount teamMemberCount securityScore
    resourceTagLinks { environment resourceTags { key value } }
    cloudAccountLinks { cloudAccount { id externalId name } environment shared resourceGroups resourceTags { key value } }
    issueAnalytics { issueCount scopeSize criticalSeverityCount highSeverityCount mediumSeverityCount lowSeverityCount informationalSeverityCount }`,
  columns: {
    id: text('id', 'Wiz id of the project.'),
    name: text('name', 'Its name.').index(),
    slug: text('slug', 'Its name in links.').nullable(),
    isFolder: boolean('isFolder', 'It only holds other projects.').nullable().index(),
    isArchived: boolean('archived', 'It is no longer in use.').nullable().index().tracked(),
    businessUnit: text('businessUnit', 'The business unit it belongs to.').nullable().index(),
    description: text('description', 'What it is for.').nullable(),
    businessImpact: oneOf('riskProfile.businessImpact', 'What is at stake: low, medium or high.', ['LBI', 'MBI', 'HBI'])
      .nullable()
      .index(),
    owners: texts('projectOwners[].email', 'Who owns it.').nullable(),
    parentIds: texts('ancestorProjects[].id', 'The folders it lies in.').nullable().index(),
    securityScore: number('securityScore', "Wiz's score of it.").nullable(),
    issueCount: number('issueAnalytics.issueCount', 'How many open issues it has.').nullable().index(),
    criticalCount: number('issueAnalytics.criticalSeverityCount', 'How many of them are critical.').nullable(),
  },
  planFilters: { projects: { column: 'id' } },
})
