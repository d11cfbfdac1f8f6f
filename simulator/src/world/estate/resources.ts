import { lastScan } from '../catalog/cloud-accounts.ts'
import { below, hashText, mix, pick, unit, weighted } from '../chance/hash.ts'
import { rowIds, uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import { Column } from '../table/column.ts'
import { enumField, timeField } from '../table/field.ts'
import { spreadOver, Table } from '../table/table.ts'
import { DAY, formatTimestamp, type Micros } from '../time/timestamp.ts'
import type { Estate } from './estate.ts'
import { branchName, identifiersOf, plainName, regionOf, resourceGroupOf, shownName, tagsOf } from './resource-names.ts'
import { resourceNode } from './resource-node.ts'
import { byPlatform, type ResourceType, resourceTypeIndex, resourceTypes } from './resource-types.ts'

/** Providers of the first clusters. */
const FIRST_CLUSTERS = ['AWS', 'Azure', 'GCP']

/** No account, no parent. */
const NONE = -1

const clusterPlatforms: Record<string, string> = { AWS: 'EKS', Azure: 'AKS', GCP: 'GKE', OCI: 'OKE', Alibaba: 'ACK' }

/** The platform of a resource by where it lives; a few clusters are run without a cloud's help. */
function platformOf(kind: ResourceType, provider: string, managed: boolean, roll: (purpose: number) => number): string {
  if (kind.home === 'code') return roll(14) % 4 === 0 ? 'GitLab' : 'GitHub'
  if (kind.home !== 'cluster' && kind.type !== 'KUBERNETES_CLUSTER') return provider
  const own = roll(15) % 20 === 0 && !managed
  return own ? 'Kubernetes' : (clusterPlatforms[provider] ?? 'Kubernetes')
}

/** What is known of a resource without building its node; as generated, later renames not seen. */
export interface ResourceFacts {
  id: string
  kind: ResourceType
  nativeType: string
  name: string
  platform: string | null
  provider: string
  account: number
  region: string
  providerId: string
  externalId: string
  resourceGroup: string | null
  tags: Record<string, string>
  cluster: number
  parent: number
}

/** The resources of the estate: cloud, cluster, code and office. */
export class Resources {
  readonly table: Table
  readonly status
  readonly updatedAt
  readonly firstSeen
  readonly deletedAt
  private readonly estate: Estate
  private readonly type
  private readonly platform
  private readonly accountOf: Column
  private readonly parentOf: Column
  private readonly clusterOf: Column
  private readonly projectSet: Column
  private readonly byType = new Map<string, Map<string, number[]>>()
  private readonly setOf = new Map<number, number>()
  private providerIds: { upTo: number; rows: Map<string, number> } = { upTo: 0, rows: new Map() }

  constructor(estate: Estate, count: number) {
    this.estate = estate
    const rows = Math.max(count, 2 * resourceTypes.length)
    this.type = enumField(
      resourceTypes.map(({ type }) => type),
      rows,
    )
    this.platform = enumField<string>([''], rows)
    this.status = enumField(['Active', 'Inactive', 'Error'], rows)
    this.accountOf = new Column('u16', rows)
    this.parentOf = new Column('u32', rows)
    this.clusterOf = new Column('u32', rows)
    this.projectSet = new Column('u16', rows)
    this.updatedAt = timeField(rows)
    this.firstSeen = timeField(rows)
    this.deletedAt = timeField(rows)
    const key = mix(estate.seed, hashText('cloudResources'))
    const choose = weighted(resourceTypes.map(({ weight }) => weight))
    this.table = new Table({
      kind: 'cloudResources',
      key,
      ids: rowIds(key, 5),
      now: estate.now,
      fields: {
        type: this.type,
        cloudPlatform: this.platform,
        status: this.status,
        updatedAt: this.updatedAt,
        firstSeen: this.firstSeen,
        deletedAt: this.deletedAt,
      },
      // The first rows hold one of every type (clusters of three clouds), so that nothing is missing and parents exist.
      fill: (row, at, wanted) => {
        const first = Math.max(0, row - FIRST_CLUSTERS.length)
        const drawn = first < resourceTypes.length ? first : choose(this.table.roll(row, 1))
        const index = wanted.type === undefined ? drawn : -1
        this.fill(row, at, index >= 0 ? index : Math.max(0, resourceTypeIndex(String(wanted.type))))
      },
      build: (row) => resourceNode(this.estate, this, row),
      orders: {
        FIRST_SEEN: (row) => this.firstSeen.at(row),
        UPDATED_AT: (row) => this.updatedAt.at(row),
      },
      changed: estate.changed,
    })
    this.table.seed(rows, spreadOver(rows, estate.start - 700 * DAY, estate.start - DAY, key))
  }

  /**
   * All rows of a type, tombstones and removed ones included; `group` narrows to a provider or to Kubernetes. The list
   * grows with the estate, so it can be kept.
   */
  rowsOf(type: string, group: string | null = null): readonly number[] {
    return this.list(type, group ?? '')
  }

  private list(type: string, group: string): number[] {
    let groups = this.byType.get(type)
    if (!groups) {
      groups = new Map()
      this.byType.set(type, groups)
    }
    let rows = groups.get(group)
    if (!rows) {
      rows = []
      groups.set(group, rows)
    }
    return rows
  }

  typeOf(row: number): string {
    return this.type.word(row)
  }

  kindOf(row: number): ResourceType {
    return resourceTypes[this.type.column.at(row)] ?? (resourceTypes[0] as ResourceType)
  }

  account(row: number): number {
    return this.accountOf.at(row) - 1
  }

  parent(row: number): number {
    return this.parentOf.at(row) - 1
  }

  cluster(row: number): number {
    return this.clusterOf.at(row) - 1
  }

  platformOf(row: number): string {
    return this.platform.word(row)
  }

  set(row: number): number {
    return this.projectSet.at(row)
  }

  /** Deleted in the cloud, or vanished altogether. */
  isGone(row: number): boolean {
    return !Number.isNaN(this.deletedAt.at(row)) || !this.table.isLive(row)
  }

  lastSeen(row: number): Micros {
    const deleted = this.deletedAt.at(row)
    return Number.isNaN(deleted) ? lastScan(this.account(row), this.estate.now()) : deleted
  }

  projects(row: number): Node[] {
    return this.estate.projectSets.members(this.set(row)).map((project) => this.estate.projects.node(project))
  }

  /** Name as people see it now. */
  name(row: number): string {
    const renamed = this.table.changedField(row, 'name')
    return typeof renamed === 'string' ? renamed : this.generatedName(row)
  }

  region(row: number): string {
    return regionOf(this.estate.accountPlans[this.account(row)]?.provider ?? '', mix(this.table.roll(row, 2), 60))
  }

  nativeType(row: number): string {
    const provider = this.estate.accountPlans[this.account(row)]?.provider ?? ''
    return byPlatform(this.kindOf(row).native, provider || this.platformOf(row))
  }

  /** Id of the resource group, for clouds that have them. */
  resourceGroupId(row: number): string | null {
    const group = this.facts(row).resourceGroup
    return group === null ? null : uuidOf(mix(this.estate.seed, this.account(row)), hashText(group))
  }

  providerId(row: number): string {
    return this.facts(row).providerId
  }

  facts(row: number): ResourceFacts {
    const kind = this.kindOf(row)
    const roll = this.table.roll(row, 2)
    const account = this.account(row)
    const plan = this.estate.accountPlans[account]
    const provider = plan?.provider ?? ''
    const platform = this.platform.word(row)
    const cluster = this.cluster(row)
    const parent = this.parent(row)
    const region = this.region(row)
    const nativeType = this.nativeType(row)
    const ids = identifiersOf(
      {
        type: kind.type,
        native: nativeType,
        platform,
        provider,
        accountId: plan?.externalId ?? '',
        region,
        parentProviderId: parent >= 0 && kind.parent !== 'KUBERNETES_CLUSTER' ? this.providerId(parent) : '',
        clusterName: kind.home === 'cluster' ? this.plainName(cluster) : '',
      },
      roll,
      row,
    )
    return {
      id: this.table.id(row),
      kind,
      nativeType,
      name: this.generatedName(row),
      platform: platform || null,
      provider,
      account,
      region,
      ...ids,
      resourceGroup: provider === 'Azure' ? resourceGroupOf(roll) : null,
      tags: tagsOf(roll),
      cluster,
      parent,
    }
  }

  private generatedName(row: number): string {
    const roll = this.table.roll(row, 2)
    if (this.kindOf(row).type !== 'REPOSITORY_BRANCH') return shownName(roll, row)
    return `${this.name(this.parent(row))}/${branchName(roll, row)}`
  }

  plainName(row: number): string {
    return row < 0 ? '' : plainName(this.table.roll(row, 2), row)
  }

  /** The row with that provider id or external id, or -1. */
  find(identifier: string): number {
    const known = this.providerIds
    for (; known.upTo < this.table.size(); known.upTo++) {
      const { providerId, externalId } = this.facts(known.upTo)
      known.rows.set(providerId, known.upTo)
      known.rows.set(externalId, known.upTo)
    }
    const row = known.rows.get(identifier) ?? NONE
    return row >= 0 && this.table.isLive(row) ? row : NONE
  }

  /** Lets a resource be found by one more identifier. */
  learn(identifier: string, row: number): void {
    this.providerIds.rows.set(identifier, row)
  }

  /** Deletes a resource in its cloud; Wiz keeps showing it for a while. */
  delete(row: number, at: Micros): void {
    this.table.change(row, { deletedAt: formatTimestamp(at), status: 'Inactive' }, at)
  }

  private fill(row: number, at: Micros, index: number): void {
    const kind = resourceTypes[index] as ResourceType
    const chance = this.table.chance(row)
    const roll = (purpose: number) => mix(chance, purpose)
    const parents = kind.parent ? this.rowsOf(kind.parent) : []
    const parent = parents.length > 0 ? pick(roll(10), parents) : NONE
    const clusters = this.rowsOf('KUBERNETES_CLUSTER')
    const cluster =
      kind.home !== 'cluster' ? NONE : kind.parent === 'KUBERNETES_CLUSTER' ? parent : pick(roll(11), clusters)
    const accounts = this.estate.accountPlans.length
    // The smaller clouds, planned last, get a small share.
    const drawn = roll(12) % 50 === 0 ? accounts - 1 - (roll(13) % 2) : below(roll(13), accounts - 2)
    const firstProvider = FIRST_CLUSTERS[row]
    const firstCluster = firstProvider
      ? this.estate.accountPlans.findIndex((plan) => plan.provider === firstProvider)
      : NONE
    const account =
      firstCluster >= 0 ? firstCluster : kind.home === 'cloud' ? drawn : cluster >= 0 ? this.account(cluster) : NONE
    const provider = this.estate.accountPlans[account]?.provider ?? ''
    const platform =
      kind.type === 'REPOSITORY_BRANCH'
        ? this.platform.word(parent)
        : platformOf(kind, provider, firstCluster >= 0, roll)
    this.type.column.set(row, index)
    this.platform.column.set(row, this.platform.encode(platform))
    this.accountOf.set(row, account + 1)
    this.parentOf.set(row, parent + 1)
    this.clusterOf.set(row, cluster + 1)
    this.projectSet.set(row, this.chooseProjects(kind, parent, account, roll))
    this.status.column.set(row, roll(16) % 25 === 0 ? 1 : roll(16) % 90 === 0 ? 2 : 0)
    this.firstSeen.column.set(row, at)
    const age = Math.max(0, this.estate.now() - at)
    this.updatedAt.column.set(row, Math.floor(at + age * unit(roll(17))))
    // What others hang on stays.
    const lasting = kind.type === 'REPOSITORY' || kind.type === 'KUBERNETES_CLUSTER'
    const isFirst = row < resourceTypes.length + FIRST_CLUSTERS.length
    const deleted = age > 10 * DAY && !lasting && !isFirst && roll(18) % 40 === 0
    const deletedAt = this.estate.now() - (1 + (roll(19) % 6)) * DAY - Math.floor(roll(20) / 1000)
    this.deletedAt.column.set(row, deleted ? deletedAt : Number.NaN)
    const group = kind.home === 'cluster' || kind.type === 'KUBERNETES_CLUSTER' ? 'Kubernetes' : provider
    this.list(kind.type, '').push(row)
    if (group !== '') this.list(kind.type, group).push(row)
  }

  private chooseProjects(
    kind: ResourceType,
    parent: number,
    account: number,
    roll: (purpose: number) => number,
  ): number {
    if (kind.type === 'REPOSITORY_BRANCH') return this.set(parent)
    const plans = this.estate.projectPlans
    const drawn = roll(21) % (kind.home === 'code' ? 2 : 9) === 0 ? roll(22) % plans.length : NONE
    const own = plans[drawn]?.folder === false ? drawn : NONE
    const memo = (account + 1) * 4096 + own + 1
    let set = this.setOf.get(memo)
    if (set === undefined) {
      set = this.estate.projectSets.intern([
        ...(this.estate.accountPlans[account]?.projects ?? []),
        ...(own >= 0 ? [own] : []),
      ])
      this.setOf.set(memo, set)
    }
    return set
  }
}
