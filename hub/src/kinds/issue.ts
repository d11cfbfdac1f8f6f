import { json, oneOf, text, texts, time } from './column.ts'
import { defineKind, SAME_NAMES } from './kind.ts'
import { FRAMEWORKS, PROJECTS, TICKET } from './selections.ts'
import { RESOLUTION_REASONS, SEVERITIES, STATUSES } from './vocabulary.ts'

// Fields whose types differ between the members stand under names of their own, or Wiz refuses the query.
const RULE = `
  __typename
  ... on Control {
    id name controlDescription: description resolutionRecommendation type severity enabled builtin risks threats
    ${FRAMEWORKS} sourceCloudConfigurationRule { id shortId name }
  }
  ... on CloudEventRule {
    id name eventRuleDescription: description sourceType eventRuleType: type eventRuleSeverity: severity origins builtin
    generateIssues generateFindings risks threats ${FRAMEWORKS}
  }
  ... on CloudConfigurationRule {
    id name shortId configurationRuleDescription: description remediationInstructions serviceType subjectEntityType
    cloudProvider hasAutoRemediation builtin tags { key value } risks threats ${FRAMEWORKS}
    control { id name severity resolutionRecommendation }
  }`

/** A risk Wiz found, and who should act on it. */
export const issue = defineKind({
  name: 'issue',
  plural: 'issues',
  portName: 'issue',
  about: 'A risk Wiz found, and who should act on it.',
  scopes: ['read:issues', 'read:posture_issues', 'read:threat_issues'],
  scopesInPart: ['read:posture_issues', 'read:threat_issues'],
  source: {
    connection: 'issuesV2',
    filterType: 'IssueFilters',
    order: { type: 'IssueOrder', field: 'CREATED_AT', direction: 'ASC' },
    pageSize: 500,
    lookup: 'issue',
    // Ties at the microsecond get lost behind an exclusive `after`, so a delta looks back a little.
    delta: { filter: 'statusChangedAt', column: 'statusChangedAt', overlapMinutes: 5 },
    partitions: [
      { by: 'time', filter: 'createdAt', column: 'createdAt' },
      { by: 'values', column: 'severity', values: SEVERITIES, filter: (severity) => ({ severity: [severity] }) },
    ],
  },
  version: 'updatedAt',
  title: 'ruleName',
  // Left out: `evidence` and `evidenceQuery`, which make pages of toxic combinations time out,
  // the cloud events of threats, which belong to detections, and comments, which need a scope of their own.
  select: `
    id url type status severity description createdAt updatedAt statusChangedAt resolvedAt dueAt rejectionExpiredAt
    resolutionReason resolutionNote validatedAsExploitable environments
    resolvedBy { user { id name email } serviceAccount { id name type } }
    assignee { id name primaryEmail }
    sourceRule { __typename ... on Control { id name } ... on CloudEventRule { id name } ... on CloudConfigurationRule { id name } }
    sourceRules { ${RULE} }
    ${PROJECTS}
    entitySnapshot {
      id type nativeType name status cloudPlatform cloudProviderURL providerId region resourceGroupId
      resourceGroupExternalId subscriptionId subscriptionExternalId subscriptionName subscriptionTags tags createdAt
      externalId kubernetesClusterId kubernetesClusterName kubernetesNamespaceName
    }
    entity { id name }
    serviceTickets { ${TICKET} }
    notes { id createdAt updatedAt text user { id name email } serviceAccount { id name } }
    cloudAccounts { id name externalId cloudProvider }
    cloudOrganizations { id name externalId cloudProvider }
    applicationServices { id displayName }
    threatCenterActors { id name type }
    threatDetectionDetails {
      id isAntiBurstThreat hasRetroactiveDetections eventOrigin actorsTotalCount resourcesTotalCount
      mainDetection { id startedAt severity ruleMatch { rule { id name origins severity } } }
    }`,
  columns: {
    id: text('id', 'Wiz id of the issue.'),
    type: oneOf('type', 'What kind of risk it is.', ['TOXIC_COMBINATION', 'THREAT_DETECTION', 'CLOUD_CONFIGURATION']),
    status: oneOf('status', 'Where it stands.', STATUSES).tracked().index(),
    severity: oneOf('severity', 'How bad it is.', SEVERITIES).nullable().ranked().tracked().index(),
    ruleId: text('sourceRule.id|sourceRules.0.id', 'The rule that found it.').nullable().index(),
    ruleName: text('sourceRule.name|sourceRules.0.name', 'The name of that rule.').nullable(),
    assetId: text('entitySnapshot.id', 'The resource it is on.').nullable().index(),
    assetName: text('entitySnapshot.name', 'The name of that resource.').nullable(),
    assetType: text('entitySnapshot.type', 'What that resource is.').nullable(),
    platform: text('entitySnapshot.cloudPlatform', 'The cloud that resource is in.').nullable(),
    region: text('entitySnapshot.region', 'The region that resource is in.').nullable(),
    assetStatus: text('entitySnapshot.status', 'Whether the resource is Active or Inactive.').nullable(),
    providerId: text('entitySnapshot.providerId', "The cloud's own id of the resource.").nullable(),
    subscriptionId: text('entitySnapshot.subscriptionExternalId', 'The cloud account or subscription.').nullable(),
    subscriptionName: text('entitySnapshot.subscriptionName', 'The name of that account.').nullable(),
    projectIds: texts('projects[].id', 'The Wiz projects it belongs to.').nullable().index(),
    ticketIds: texts('serviceTickets[].id', 'The tickets opened for it.').nullable(),
    frameworks: texts(
      'sourceRules.0.securitySubCategories[].category.framework.name',
      'The compliance frameworks its rule counts for.',
    ).nullable(),
    resolutionReason: oneOf('resolutionReason', 'Why it ended.', RESOLUTION_REASONS).nullable().tracked(),
    assignee: text('assignee.primaryEmail', 'Who is to act on it.').nullable().tracked(),
    tags: json('entitySnapshot.tags', 'Tags of the resource.').nullable(),
    createdAt: time('createdAt', 'When Wiz opened it.').index(),
    updatedAt: time('updatedAt', 'When Wiz last touched it.').index(),
    statusChangedAt: time('statusChangedAt', 'When its status last changed.').nullable(),
    resolvedAt: time('resolvedAt', 'When it was resolved.').nullable().tracked(),
    dueAt: time('dueAt', 'When it has to be fixed.').nullable().tracked().index(),
  },
  planFilters: {
    projects: { column: 'projectIds', wiz: (project) => ({ project }) },
    severities: { column: 'severity', wiz: (severity) => ({ severity }) },
    statuses: { column: 'status', wiz: (status) => ({ status }) },
    platforms: { column: 'platform', wiz: (cloudPlatform) => ({ relatedEntity: { cloudPlatform } }) },
    assetTypes: { column: 'assetType', wiz: (type) => ({ relatedEntity: { type } }) },
  },
  finding: {
    ...SAME_NAMES,
    title: 'ruleName',
    rule: 'ruleId',
    detectedAt: 'createdAt',
    resolvedAt: 'resolvedAt',
    dueAt: 'dueAt',
  },
})
