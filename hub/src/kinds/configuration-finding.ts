import { boolean, oneOf, text, texts, time } from './column.ts'
import { defineKind, SAME_NAMES } from './kind.ts'
import { FRAMEWORKS, PROJECTS } from './selections.ts'
import { FINDING_SEVERITIES, STATUSES } from './vocabulary.ts'

/** A cloud resource checked against a configuration rule. */
export const configurationFinding = defineKind({
  name: 'configuration-finding',
  plural: 'configuration-findings',
  about: 'A cloud resource checked against a configuration rule.',
  scopes: ['read:cloud_configuration'],
  source: {
    connection: 'configurationFindings',
    filterType: 'ConfigurationFindingFilters',
    always: { status: STATUSES },
    pageSize: 500,
    // The quick answer stops counting early, and a count that stops proves nothing.
    arguments: 'quick: false',
    isCountCapped: true,
    lookup: 'configurationFinding',
    // updatedAt, not analyzedAt: the latter moves at every scan even when nothing changed.
    delta: { filter: 'updatedAt', column: 'updatedAt', overlapMinutes: 5, always: { includeDeleted: true } },
    partitions: [
      { by: 'time', filter: 'updatedAt', column: 'updatedAt' },
      {
        by: 'values',
        column: 'severity',
        values: FINDING_SEVERITIES,
        filter: (severity) => ({ severity: [severity] }),
      },
    ],
  },
  version: 'updatedAt',
  title: 'ruleName',
  deletedWhen: { column: 'deleted', is: 'true' },
  select: `
    id name targetExternalId targetObjectProviderUniqueId deleted firstSeenAt analyzedAt updatedAt statusChangedAt
    severity result status source resolutionReason remediation
    note { text }
    ignoreRules { id tags { key value } }
    subscription { id name externalId cloudProvider }
    resource {
      id providerId name nativeType type region status cloudPlatform
      subscription { id name externalId cloudProvider }
      ${PROJECTS}
      tags { key value }
    }
    rule {
      id shortId graphId name description remediationInstructions functionAsControl severity tags { key value }
      ${FRAMEWORKS}
    }
    ${FRAMEWORKS}
    evidence { currentValue expectedValue configurationPath cloudConfigurationLink }`,
  columns: {
    id: text('id', 'Wiz id of the finding.'),
    ruleId: text('rule.id', 'The rule that was checked.').nullable().index(),
    ruleShortId: text('rule.shortId', 'The short id of that rule, e.g. IAM-006.').nullable(),
    ruleName: text('rule.name', 'The name of that rule.').nullable(),
    result: oneOf('result', 'What the check said.', ['PASS', 'FAIL', 'ERROR', 'NOT_ASSESSED']).nullable().tracked(),
    status: oneOf('status', 'Where it stands.', STATUSES).nullable().tracked().index(),
    severity: oneOf('severity', 'How bad it is.', FINDING_SEVERITIES).nullable().ranked().tracked().index(),
    assetId: text('resource.id', 'The resource that was checked.').nullable().index(),
    assetName: text('resource.name', 'The name of that resource.').nullable(),
    assetType: text('resource.type', 'What that resource is.').nullable(),
    platform: text('resource.cloudPlatform', 'The cloud that resource is in.').nullable(),
    region: text('resource.region', 'The region that resource is in.').nullable(),
    providerId: text('resource.providerId', "The cloud's own id of the resource.").nullable(),
    subscriptionId: text('subscription.externalId', 'The cloud account or subscription.').nullable(),
    projectIds: texts('resource.projects[].id', 'The Wiz projects it belongs to.').nullable().index(),
    frameworks: texts(
      'securitySubCategories[].category.framework.name',
      'The compliance frameworks it counts for.',
    ).nullable(),
    resolutionReason: text('resolutionReason', 'Why it ended.').nullable().tracked(),
    deleted: boolean('deleted', 'Wiz says it is gone.').nullable(),
    firstSeenAt: time('firstSeenAt', 'When Wiz first saw it.').nullable().index(),
    analyzedAt: time('analyzedAt', 'When it was last checked.').nullable(),
    updatedAt: time('updatedAt', 'When Wiz last touched it.').nullable().index(),
    statusChangedAt: time('statusChangedAt', 'When its status last changed.').nullable(),
  },
  planFilters: {
    projects: { column: 'projectIds', wiz: (projectId) => ({ resource: { projectId } }) },
    severities: { column: 'severity', wiz: (severity) => ({ severity }) },
    statuses: { column: 'status', wiz: (status) => ({ status }) },
    platforms: { column: 'platform', wiz: (cloudPlatform) => ({ resource: { cloudPlatform } }) },
    assetTypes: { column: 'assetType' },
  },
  finding: {
    ...SAME_NAMES,
    title: 'ruleName',
    rule: 'ruleId',
    detectedAt: 'firstSeenAt',
  },
})
