import { mix, pick } from '../chance/hash.ts'
import { rowIds } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import { consoleUrl, graphEntityNode, namespaceOf } from '../estate/resource-node.ts'
import type { ResourceFacts, Resources } from '../estate/resources.ts'
import { hostileNames } from '../names/hostile-names.ts'
import { noteTexts } from '../names/words.ts'
import type { Table } from '../table/table.ts'
import { DAY, formatFiner, formatTimestamp, HOUR, type Micros } from '../time/timestamp.ts'
import type { Issues } from './issues.ts'

/** How many notes an issue was made with. */
export function noteCount(table: Table, row: number): number {
  const roll = table.roll(row, 40)
  return roll % 14 === 0 ? 1 + (mix(roll, 1) % 2) : 0
}

/** How many tickets an issue was made with. */
export function ticketCount(table: Table, row: number): number {
  const roll = table.roll(row, 41)
  return roll % 9 === 0 ? 1 + (mix(roll, 1) % 12 === 0 ? 1 : 0) : 0
}

/** The ids of notes issues were made with: four numbers per issue. */
export function noteIds(table: Table) {
  const ids = rowIds(mix(table.spec.key, 0x6e6f7465))
  return {
    id: (row: number, n: number) => ids.id(row * 4 + n),
    issue: (id: string) => {
      const number = ids.row(id)
      return number < 0 ? -1 : Math.floor(number / 4)
    },
  }
}

const nano = (roll: number) => String(roll % 1000).padStart(3, '0')

function notesOf(estate: Estate, table: Table, row: number, at: Micros): Node[] | null {
  const count = noteCount(table, row)
  const roll = table.roll(row, 42)
  if (count === 0) return roll % 5 < 2 ? null : []
  return Array.from({ length: count }, (_, n): Node => {
    const each = mix(roll, n)
    const written = Math.min(at + (1 + (each % 96)) * HOUR + (each % 999_983), estate.start)
    const byUser = mix(each, 1) % 3 !== 0
    const hostile = mix(each, 2) % 60 === 0
    return {
      id: noteIds(table).id(row, n),
      createdAt: formatFiner(written, nano(each)),
      updatedAt: mix(each, 3) % 4 === 0 ? null : formatFiner(written, nano(each)),
      text: hostile ? pick(mix(each, 4), hostileNames) : pick(mix(each, 4), noteTexts),
      user: byUser ? estate.users.node(mix(each, 5) % estate.users.size()) : null,
      serviceAccount: byUser ? null : estate.serviceAccounts.node(mix(each, 5) % estate.serviceAccounts.size()),
    }
  })
}

const integrations = [
  { type: 'JIRA', name: 'Jira (security project)' },
  { type: 'SERVICE_NOW', name: 'ServiceNow' },
  { type: 'SLACK_BOT', name: 'Slack #security-findings' },
] as const

function ticketsOf(estate: Estate, table: Table, row: number): Node[] | null {
  const count = ticketCount(table, row)
  const roll = table.roll(row, 43)
  if (count === 0) return roll % 5 < 2 ? null : []
  return Array.from({ length: count }, (_, n): Node => {
    const each = mix(roll, n)
    const kind = each % integrations.length
    const number = 1000 + (mix(each, 1) % 90000)
    const integration = integrations[kind] as (typeof integrations)[number]
    const outside = [
      {
        externalId: String(100000 + number),
        name: `SEC-${number}`,
        url: `https://jira.example.com/browse/SEC-${number}`,
      },
      {
        externalId: [1, 2, 3, 4].map((word) => mix(each, word).toString(16).padStart(8, '0')).join(''),
        name: `SIR00${number}`,
        url: `https://servicenow.example.com/nav_to.do?uri=sn_si_incident.do?sys_id=${mix(each, 1).toString(16)}`,
      },
      {
        externalId: `slackThread/T${mix(each, 5) % 1e8}/C${mix(each, 6) % 1e8}/17${mix(each, 7) % 1e8}.${String(mix(each, 8) % 1e6).padStart(6, '0')}`,
        name: 'Slack thread',
        url: `https://example.slack.com/archives/C${mix(each, 6) % 1e8}/p17${mix(each, 7) % 1e8}`,
      },
    ][kind]
    return {
      id: rowIds(mix(table.spec.key, 0x7469636b)).id(row * 4 + n),
      ...outside,
      project: mix(each, 9) % 4 === 0 ? estate.projects.node(mix(each, 10) % estate.projects.size()) : null,
      integration: {
        id: rowIds(mix(estate.seed, 0x696e7467)).id(kind),
        ...integration,
        typeConfiguration: { type: integration.type, iconUrl: null },
      },
    }
  })
}

function snapshotOf(
  estate: Estate,
  resources: Resources,
  row: number,
  facts: ResourceFacts,
  roll: number,
): Record<string, unknown> {
  const account = facts.account >= 0 ? estate.accounts.node(facts.account) : null
  const blank = (purpose: number, value: string | null) => (mix(roll, purpose) % 25 === 0 ? '' : value)
  return {
    id: facts.id,
    type: facts.kind.type,
    nativeType: facts.nativeType,
    name: facts.name,
    status: resources.status.word(row),
    cloudPlatform: facts.platform,
    cloudProviderURL: consoleUrl(facts, roll),
    providerId: blank(1, facts.providerId),
    region: facts.region === '' ? (mix(roll, 2) % 2 === 0 ? null : '') : facts.region,
    resourceGroupId: facts.resourceGroup === null ? blank(3, null) : resources.resourceGroupId(row),
    resourceGroupExternalId: facts.resourceGroup ?? '',
    subscriptionId: account?.id ?? null,
    subscriptionExternalId: account?.externalId ?? '',
    subscriptionName: account?.name ?? '',
    subscriptionTags: account && mix(roll, 4) % 3 === 0 ? { owner: 'core-platform' } : {},
    tags: facts.tags,
    createdAt:
      mix(roll, 5) % 8 === 0 ? null : formatTimestamp(Math.floor(resources.firstSeen.at(row) / 1e6) * 1e6 - DAY),
    externalId: blank(6, facts.externalId),
    kubernetesClusterId: facts.cluster >= 0 ? resources.table.id(facts.cluster) : '',
    kubernetesClusterName: facts.cluster >= 0 ? resources.plainName(facts.cluster) : '',
    kubernetesNamespaceName: facts.cluster >= 0 ? namespaceOf(roll) : '',
  }
}

/** An issue as the API shows it. */
export function issueNode(estate: Estate, resources: Resources, issues: Issues, row: number): Node {
  const { table } = issues
  const roll = table.roll(row, 44)
  const rule = issues.rule(row)
  const resource = issues.resource(row)
  const facts = resources.facts(resource)
  const createdAt = issues.createdAt.at(row)
  const status = issues.status.word(row)
  const closed = status === 'RESOLVED' || status === 'REJECTED'
  const account = facts.account >= 0 ? estate.accounts.node(facts.account) : null
  const organization = estate.organizations[estate.accountPlans[facts.account]?.organization ?? -1]
  const projects = resources.projects(resource)
  const shownProjects = projects.length === 0 && mix(roll, 1) % 2 === 0 ? null : projects
  const id = table.id(row)
  const byUser = status === 'REJECTED' || (status === 'RESOLVED' && rule.issueType === 'THREAT_DETECTION')
  return {
    id,
    url: `https://app.wiz.io/issues#~(issue~'${id})`,
    type: issues.type.word(row),
    status,
    severity: issues.severity.word(row),
    description: mix(roll, 2) % 10 === 0 ? null : `${rule.name}: ${facts.name}`,
    createdAt: formatTimestamp(createdAt),
    updatedAt: issues.updatedAt.text(row),
    statusChangedAt: issues.statusChangedAt.text(row),
    resolvedAt: issues.resolvedAt.text(row),
    dueAt: issues.dueAt.text(row),
    rejectionExpiredAt:
      status === 'REJECTED' && mix(roll, 3) % 3 === 0 ? formatTimestamp(estate.start + (roll % 90) * DAY) : null,
    resolutionReason: issues.resolutionReason.word(row) || null,
    resolutionNote: closed && byUser && mix(roll, 4) % 2 === 0 ? pick(mix(roll, 5), noteTexts) : null,
    resolvedBy: closed
      ? { user: byUser ? estate.users.node(mix(roll, 6) % estate.users.size()) : null, serviceAccount: null }
      : null,
    assignee: mix(roll, 7) % 6 === 0 ? assigneeOf(estate, roll) : null,
    validatedAsExploitable: mix(roll, 8) % 3 === 0 ? null : issues.isExploitable(row),
    sourceRule: mix(roll, 9) % 20 === 0 ? null : rule.sourceRules[0],
    sourceRules: rule.sourceRules,
    control: rule.control,
    projects: shownProjects,
    project: shownProjects?.[0] ?? null,
    entitySnapshot: snapshotOf(estate, resources, resource, facts, mix(roll, 10)),
    entity: () => (resources.isGone(resource) ? null : graphEntityNode(estate, resources, resource)),
    serviceTickets: ticketsOf(estate, table, row),
    notes: notesOf(estate, table, row, createdAt),
    note: '',
    environments: mix(roll, 11) % 3 === 0 ? null : [facts.tags.env === 'production' ? 'PRODUCTION' : 'OTHER'],
    cloudAccounts: account ? [account] : mix(roll, 12) % 2 === 0 ? null : [],
    cloudOrganizations: organization ? [organization] : null,
    applicationServices:
      mix(roll, 13) % 8 === 0 ? [{ id: `app-${facts.tags.app ?? 'none'}`, displayName: facts.tags.app ?? null }] : null,
    commentThread: () => ({ id: `${id}-thread`, hasComments: issues.hasNote(row) }),
    threatCenterActors: null,
    privilegedActionRequests: null,
    evidenceQuery: rule.control ? rule.control.query : null,
    evidence: () => ({ rows: [{ entity: graphEntityNode(estate, resources, resource).properties }] }),
    threatDetectionDetails: () => (rule.issueType === 'THREAT_DETECTION' ? estate.threatDetails(row) : null),
  }
}

function assigneeOf(estate: Estate, roll: number): Record<string, unknown> {
  const user = estate.users.node(mix(roll, 14) % estate.users.size())
  return { id: user.id, name: user.name, primaryEmail: user.email }
}
