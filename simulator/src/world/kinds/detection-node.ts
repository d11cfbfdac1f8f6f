import { mix, pick } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import { namespaceOf } from '../estate/resource-node.ts'
import type { Resources } from '../estate/resources.ts'
import { formatFiner, MINUTE, type Micros, SECOND } from '../time/timestamp.ts'
import type { Detections } from './detections.ts'
import type { Issues } from './issues.ts'

type Json = Record<string, unknown>

function actorOf(estate: Estate, roll: number): Json {
  const unknown = mix(roll, 1) % 6 === 0
  const user = estate.users.node(mix(roll, 2) % estate.users.size())
  return {
    id: unknown ? '' : user.id,
    name: unknown ? null : user.name,
    externalId: unknown ? null : `AIDA${mix(roll, 3)}`,
    providerUniqueId: null,
    type: unknown ? 'UNKNOWN' : 'USER_ACCOUNT',
    nativeType: unknown ? '' : 'user',
    email: unknown ? null : user.email,
    userAgent: 'aws-cli/2.15',
    MFA: mix(roll, 4) % 2 === 0,
    federated: false,
    friendlyName: unknown ? null : user.name,
    accessKeyId: null,
    hasHighPrivileges: mix(roll, 5) % 3 === 0,
    hasAdminPrivileges: mix(roll, 6) % 5 === 0,
    hasHighKubernetesPrivileges: false,
    hasAdminKubernetesPrivileges: false,
    inactiveInLast90Days: false,
    actingAs: null,
    cloudAccount: null,
  }
}

function resourceOf(resources: Resources, row: number): Json {
  const facts = resources.facts(row)
  return {
    id: facts.id,
    type: resources.typeOf(row),
    name: resources.name(row),
    externalId: facts.externalId,
    region: facts.region || null,
  }
}

/** The events behind a detection; there are as many as the detection says, `first` are shown. */
function triggeringEvents(
  estate: Estate,
  resources: Resources,
  detections: Detections,
  row: number,
  at: Micros,
  first: number,
): Json {
  const roll = detections.table.roll(row, 50)
  const total = 1 + (roll % 14)
  const resource = resources.facts(detections.resource(row))
  const origin = detections.origin(row)
  const sensed = origin.startsWith('WIZ_')
  const nodes = Array.from({ length: Math.min(first, total) }, (_, n): Json => {
    const each = mix(roll, n + 1)
    const id = uuidOf(detections.table.spec.key ^ 0x65766e74, row * 16 + n)
    return {
      __typename: 'CloudEvent',
      id,
      origin,
      name: pick(each, ['ProcessExecution', 'ConsoleLogin', 'GetObject', 'CreateAccessKey', 'FileChange']),
      description: `:runtime-program[/usr/sbin/sshd]{runtimeProgramId="${mix(each, 1)}" cloudEventId="${id}"} acted on :cloud-resource[${resource.name}]{resourceId="${resource.id}" resourceType="${resource.kind.type}"}`,
      cloudProviderUrl: '',
      cloudPlatform: resource.platform,
      timestamp: formatFiner(at - n * SECOND, String(each % 10)),
      source: origin,
      category: pick(mix(each, 2), ['EXECUTION', 'CREDENTIAL_ACCESS', 'DISCOVERY']),
      status: 'SUCCESS',
      actor: actorOf(estate, each),
      actorIP: `198.51.100.${mix(each, 3) % 254}`,
      actorIPMeta: {
        country: pick(mix(each, 4), ['NL', 'US', 'BR', null]),
        autonomousSystemNumber: 64500 + (mix(each, 5) % 10),
        autonomousSystemOrganization: 'Example Transit',
        reputation: pick(mix(each, 6), ['Benign', 'Suspicious', 'Unknown']),
        reputationDescription: '',
        reputationSource: null,
        relatedAttackGroupNames: mix(each, 7) % 2 === 0 ? 'None' : [],
        customIPRanges: [],
        isForeign: mix(each, 8) % 2 === 0,
      },
      resources: [resourceOf(resources, detections.resource(row))],
      rawAuditLogRecord: { eventVersion: '1.09', eventID: id },
      commandLine: sensed ? 'sh -c "id; uname -a"' : null,
      runtimeProgram: sensed ? { name: '/bin/sh' } : null,
      parentRuntimeProgram: sensed ? { name: '/usr/sbin/sshd' } : null,
      extraDetails: sensed
        ? {
            __typename: 'CloudEventRuntimeDetails',
            processTree: [
              {
                id: `${id}-1`,
                command: 'sh -c id',
                path: '/bin/sh',
                hash: mix(each, 9).toString(16).padStart(40, '0'),
                size: 125_688,
                executionTime: formatFiner(at - n * SECOND, String(each % 10)),
                userId: '0',
                username: 'root',
                container: null,
              },
            ],
          }
        : null,
    }
  })
  return { totalCountV2: total, nodes }
}

/** A detection as the API shows it. */
export function detectionNode(
  estate: Estate,
  resources: Resources,
  issues: Issues,
  detections: Detections,
  row: number,
): Node {
  const roll = detections.table.roll(row, 40)
  const createdAt = detections.createdAt.at(row)
  const resource = detections.resource(row)
  const account = resources.account(resource)
  const issue = detections.issue(row)
  const actor = actorOf(estate, roll)
  const digit = String(roll % 10)
  const shown = resourceOf(resources, resource)
  const namespace = namespaceOf(roll)
  const organization = estate.organizations[estate.accountPlans[account]?.organization ?? -1]
  return {
    id: detections.table.id(row),
    type: detections.type.word(row),
    severity: detections.severity.word(row),
    description: (args: { format?: string | null } = {}) =>
      mix(roll, 1) % 12 === 0
        ? pick(mix(roll, 2), ['', null])
        : args.format === 'MARKDOWN'
          ? `**${detections.rule(row).name}** on :cloud-resource[${shown.name}]{resourceId="${shown.id}" resourceType="${shown.type}"} in \`${namespace}\``
          : `${detections.rule(row).name} on ${shown.name}`,
    createdAt: formatFiner(createdAt, digit),
    updatedAt: formatFiner(detections.updatedAt.at(row), digit),
    startedAt: formatFiner(createdAt - 7 * MINUTE, digit),
    endedAt: mix(roll, 3) % 3 === 0 ? null : formatFiner(createdAt - MINUTE, digit),
    origins: [detections.origin(row)],
    issue: () => (issue >= 0 && issues.table.isLive(issue) ? issues.table.node(issue) : null),
    cloudAccounts: account >= 0 ? [estate.accounts.node(account)] : [],
    cloudOrganizations: organization ? [organization] : null,
    actors: mix(roll, 4) % 5 === 0 ? null : [actor],
    primaryActor: mix(roll, 4) % 5 === 0 ? null : actor,
    primaryResource: shown,
    resources: [shown],
    ruleMatch: { rule: detections.rule(row) },
    triggeringEvents: (args: { first?: number | null }) =>
      triggeringEvents(estate, resources, detections, row, createdAt, args.first ?? 0),
  }
}

/** What a threat issue is made of. */
export function threatDetails(
  estate: Estate,
  resources: Resources,
  issues: Issues,
  detections: Detections,
  issue: number,
): Json {
  const rows = detections.forIssue(issue)
  const roll = issues.table.roll(issue, 60)
  const id = issues.table.id(issue)
  const resource = resourceOf(resources, issues.resource(issue))
  const main = rows[0]
  return {
    id: `${id}-threat`,
    isAntiBurstThreat: roll % 20 === 0,
    hasRetroactiveDetections: roll % 15 === 0,
    eventOrigin: [...new Set(rows.map((row) => detections.origin(row)))],
    detections: (args: { first?: number | null }) => ({
      totalCount: rows.length,
      nodes: rows.slice(0, args.first ?? 0).map((row) => detections.table.node(row)),
      pageInfo: { hasNextPage: rows.length > (args.first ?? 0), endCursor: null },
    }),
    actors: [actorOf(estate, roll)],
    actorsTotalCount: 1,
    actorsMaxCountReached: false,
    resources: [resource],
    resourcesTotalCount: 1,
    resourcesMaxCountReached: false,
    mainDetection: main === undefined ? null : () => detections.table.node(main),
    cloudEventGroups: [],
    threatCenterAdvisories: null,
    detectionSignals: [
      { id: `${id}-signal`, name: 'Unusual for this workload', description: null, category: 'ANOMALY' },
    ],
    aiAnalysis: null,
  }
}
