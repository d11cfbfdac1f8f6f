import { below, mix, pick } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import { DAY, formatTimestamp, HOUR, type Micros } from '../time/timestamp.ts'

/** A cloud account before it becomes a node. */
export interface AccountPlan {
  provider: 'AWS' | 'Azure' | 'GCP' | 'OCI' | 'Alibaba'
  name: string
  externalId: string
  organization: number
  /** Indexes of the projects linked to it. */
  projects: number[]
}

/** The organizations accounts belong to, one per provider that has such a thing. */
const organizationPlans = [
  { provider: 'AWS', name: 'example-aws-organization', externalId: 'o-4x8m2k9q1z' },
  { provider: 'Azure', name: 'Example Tenant Root Group', externalId: '5f0d7c1e-3a52-4f1e-9b7a-2f60c1d6a9b4' },
  { provider: 'GCP', name: 'example.com', externalId: '418273645501' },
] as const

const providers = ['AWS', 'AWS', 'AWS', 'Azure', 'GCP', 'AWS', 'Azure', 'GCP', 'AWS', 'AWS', 'Azure', 'GCP'] as const
const purposes = ['commerce', 'platform', 'data', 'shared', 'corporate', 'network', 'security', 'research'] as const
const stages = ['prod', 'staging', 'dev'] as const

function externalId(provider: AccountPlan['provider'], roll: (purpose: number) => number): string {
  if (provider === 'AWS')
    return `${roll(1) % 5 === 0 ? '0' : String(1 + (roll(1) % 9))}${String(roll(2)).padStart(11, '7').slice(-11)}`
  if (provider === 'Azure') return uuidOf(roll(3), 0)
  if (provider === 'GCP') return `example-${pick(roll(4), purposes)}-${(roll(5) % 900000) + 100000}`
  return `ocid1.tenancy.oc1..aaaaaaaa${roll(6).toString(36)}${roll(7).toString(36)}`
}

/** Plans accounts; two of the last ones belong to the smaller clouds, and some are linked to no project. */
export function planAccounts(seed: number, count: number, linkable: readonly number[]): AccountPlan[] {
  const key = mix(seed, 0x61636374)
  return Array.from({ length: count }, (_, index) => {
    const roll = (purpose: number) => mix(mix(key, index), purpose)
    const provider =
      index === count - 1 ? 'OCI' : index === count - 2 ? 'Alibaba' : (providers[index % providers.length] ?? 'AWS')
    const links = roll(10) % 7 === 0 ? 0 : 1 + (roll(11) % 2)
    const projects = Array.from({ length: links }, (_, n) => linkable[below(roll(12 + n), linkable.length)] as number)
    return {
      provider,
      name: `${pick(roll(20), purposes)}-${stages[index % 3]}-${String(index + 1).padStart(2, '0')}`,
      externalId: externalId(provider, roll),
      organization: organizationPlans.findIndex((organization) => organization.provider === provider),
      projects: [...new Set(projects)].sort((a, b) => a - b),
    }
  })
}

/** Organization nodes. */
export function makeOrganizations(seed: number): Node[] {
  return organizationPlans.map(({ provider, name, externalId }, index) => ({
    id: uuidOf(mix(seed, 0x6f726761), index),
    name,
    externalId,
    cloudProvider: provider,
  }))
}

/** Account nodes; `counts` is asked when a client selects a count. */
export function makeAccounts(
  seed: number,
  plans: readonly AccountPlan[],
  projects: readonly Node[],
  now: () => Micros,
  counts: (index: number) => { resources: number; containers: number; machines: number },
): Node[] {
  const key = mix(seed, 0x61636e6f)
  const start = now()
  return plans.map((plan, index) => {
    const roll = mix(key, index)
    const status = roll % 9 === 0 ? 'PARTIALLY_CONNECTED' : roll % 13 === 0 ? 'ERROR' : 'CONNECTED'
    return {
      id: uuidOf(key, index),
      name: plan.name,
      externalId: plan.externalId,
      cloudProvider: plan.provider,
      status,
      firstScannedAt: formatTimestamp(start - (500 - (roll % 100)) * DAY),
      lastScannedAt: () => formatTimestamp(lastScan(index, now())),
      resourceCount: () => counts(index).resources,
      containerCount: () => counts(index).containers,
      virtualMachineCount: () => counts(index).machines,
      sourceConnectors: [
        {
          id: uuidOf(mix(key, 7), index),
          name: `${plan.provider} connector`,
          status: status === 'ERROR' ? 'ERROR' : 'CONNECTED',
          errorCode: status === 'ERROR' ? 'CONNECTION_ERROR' : null,
          lastActivity: () => formatTimestamp(lastScan(index, now())),
        },
      ],
      linkedProjects: plan.projects.map((project) => projects[project] as Node),
    }
  })
}

/** The links from a project to its accounts; what several projects share is told apart by tags. */
export function accountLinksOf(
  plans: readonly AccountPlan[],
  accounts: readonly Node[],
  project: number,
): Record<string, unknown>[] {
  return plans.flatMap(({ projects }, index) => {
    if (!projects.includes(project)) return []
    const shared = projects.length > 1
    return {
      cloudAccount: accounts[index],
      environment: 'PRODUCTION',
      shared,
      resourceGroups: [],
      resourceTags: shared ? [{ key: 'project', value: String(project) }] : null,
    }
  })
}

/** When an account was last scanned: once a day, each at its own hour. */
export function lastScan(account: number, now: Micros): Micros {
  const offset = ((account * 7) % 24) * HOUR + 17 * 60e6 + 123_456
  return Math.floor((now - offset) / DAY) * DAY + offset
}
