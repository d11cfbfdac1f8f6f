import { lastScan } from '../catalog/cloud-accounts.ts'
import { vulnerabilitySeverities } from '../catalog/vulnerabilities.ts'
import { below, hashText, mix, pick, unit, weighted } from '../chance/hash.ts'
import { rowIds } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import { consoleUrl } from '../estate/resource-node.ts'
import type { Resources } from '../estate/resources.ts'
import { noteTexts } from '../names/words.ts'
import { Backlinks } from '../table/backlinks.ts'
import { Column } from '../table/column.ts'
import { enumField, flagField, timeField } from '../table/field.ts'
import { spreadOver, Table } from '../table/table.ts'
import { DAY, formatTimestamp, HOUR, type Micros } from '../time/timestamp.ts'
import { issueStatuses } from './issues.ts'

/** What a check says. */
export const results = ['PASS', 'FAIL', 'ERROR', 'NOT_ASSESSED'] as const

const drawResult = weighted([45, 50, 3, 2])
const drawFailed = weighted([80, 8, 0, 12])

/** The cloud configuration findings of the tenant. */
export class ConfigurationFindings {
  readonly table: Table
  readonly result
  readonly status
  readonly severity
  readonly deleted
  readonly firstSeenAt
  readonly updatedAt
  readonly statusChangedAt
  readonly onResource: Backlinks
  private readonly estate: Estate
  private readonly resources: Resources
  private readonly resourceOf: Column
  private readonly ruleOf: Column
  private readonly candidates: readonly (readonly number[])[]

  constructor(estate: Estate, resources: Resources, count: number) {
    this.estate = estate
    this.resources = resources
    this.result = enumField(results, count)
    this.status = enumField(issueStatuses, count)
    this.severity = enumField(vulnerabilitySeverities, count)
    this.deleted = flagField(count)
    this.firstSeenAt = timeField(count)
    this.updatedAt = timeField(count)
    this.statusChangedAt = timeField(count)
    this.resourceOf = new Column('u32', count)
    this.ruleOf = new Column('u16', count)
    this.onResource = new Backlinks(resources.table.size(), count)
    this.candidates = estate.rules.cloudRules.map((rule) =>
      resources.rowsOf(String(rule.subjectEntityType), String(rule.cloudProvider)),
    )
    const key = mix(estate.seed, hashText('configurationFindings'))
    this.table = new Table({
      kind: 'configurationFindings',
      key,
      ids: rowIds(key, 5),
      now: estate.now,
      fields: {
        result: this.result,
        status: this.status,
        severity: this.severity,
        deleted: this.deleted,
        firstSeenAt: this.firstSeenAt,
        updatedAt: this.updatedAt,
        statusChangedAt: this.statusChangedAt,
      },
      fill: (row, at) => this.fill(row, at),
      build: (row) => this.build(row),
      orders: {
        UPDATED_AT: (row) => this.updatedAt.at(row),
        FIRST_SEEN_AT: (row) => this.firstSeenAt.at(row),
        SEVERITY: (row) => this.severity.column.at(row),
      },
      changed: estate.changed,
    })
    this.table.seed(count, spreadOver(count, estate.start - 450 * DAY, estate.start - HOUR, key))
  }

  rule(row: number): Node {
    return this.estate.cloudRules.node(this.ruleOf.at(row))
  }

  resource(row: number): number {
    return this.resourceOf.at(row)
  }

  isDeleted(row: number): boolean {
    return this.deleted.column.at(row) === 1
  }

  /** The last scan of the account; what is deleted is scanned no more. */
  analyzedAt(row: number): Micros {
    if (this.isDeleted(row)) return this.updatedAt.at(row)
    return Math.max(lastScan(this.resources.account(this.resource(row)), this.estate.now()), this.firstSeenAt.at(row))
  }

  private fill(row: number, at: Micros): void {
    const chance = this.table.chance(row)
    const roll = (purpose: number) => mix(chance, purpose)
    let index = 0
    let rows: readonly number[] = []
    for (let n = 0; n < 100 && rows.length === 0; n++) {
      index = below(mix(roll(1), n), this.candidates.length)
      rows = this.candidates[index] as readonly number[]
    }
    const resource = pick(roll(2), rows)
    const severity = String(this.estate.rules.cloudRules[index]?.severity)
    const { start } = this.estate
    const isNew = at >= start
    const result = drawResult(roll(3))
    const status = result === 1 ? (isNew ? 0 : drawFailed(roll(4))) : 2
    const changed = isNew ? at : Math.floor(at + (start - at) * unit(roll(5)))
    this.resourceOf.set(row, resource)
    this.onResource.add(resource, row)
    this.ruleOf.set(row, index)
    this.result.column.set(row, result)
    this.status.column.set(row, status)
    this.severity.column.set(row, this.severity.encode(severity === 'INFORMATIONAL' ? 'NONE' : severity))
    this.deleted.column.set(row, this.resources.isGone(resource) || (!isNew && roll(6) % 18 === 0) ? 1 : 0)
    this.firstSeenAt.column.set(row, at)
    this.updatedAt.column.set(row, !isNew && roll(7) % 15 === 0 && row > 0 ? this.updatedAt.at(row - 1) : changed)
    this.statusChangedAt.column.set(
      row,
      roll(8) % 20 === 0 ? Number.NaN : !isNew && roll(9) % 40 === 0 ? at - DAY : changed,
    )
  }

  private build(row: number): Node {
    const { estate, resources } = this
    const roll = this.table.roll(row, 40)
    const rule = this.rule(row)
    const resource = this.resource(row)
    const facts = resources.facts(resource)
    const account = facts.account >= 0 ? estate.accounts.node(facts.account) : null
    const projects = resources.projects(resource)
    const result = this.result.word(row)
    const status = this.status.word(row)
    const fails = result === 'FAIL'
    return {
      id: this.table.id(row),
      name: String(rule.shortId),
      targetExternalId: facts.externalId,
      targetObjectProviderUniqueId: mix(roll, 1) % 20 === 0 ? null : facts.providerId,
      deleted: this.isDeleted(row),
      firstSeenAt: this.firstSeenAt.text(row),
      analyzedAt: formatTimestamp(this.analyzedAt(row)),
      updatedAt: this.updatedAt.text(row),
      statusChangedAt: this.statusChangedAt.text(row),
      severity: this.severity.word(row),
      result,
      status,
      source: 'WIZ_CSPM',
      resolutionReason:
        status === 'RESOLVED'
          ? this.isDeleted(row)
            ? 'OBJECT_DELETED'
            : mix(roll, 2) % 4 === 0
              ? null
              : 'FINDING_FIXED'
          : null,
      note: mix(roll, 3) % 40 === 0 ? { text: pick(mix(roll, 4), noteTexts) } : null,
      remediation: mix(roll, 5) % 15 === 0 ? null : rule.remediationInstructions,
      ignoreRules:
        status === 'REJECTED'
          ? [
              {
                id: `ignore-${mix(roll, 6) % 9}`,
                tags: mix(roll, 9) % 2 === 0 ? null : [{ key: 'reason', value: 'accepted' }],
              },
            ]
          : mix(roll, 7) % 2 === 0
            ? null
            : [],
      subscription: account,
      resource: {
        id: facts.id,
        providerId: mix(roll, 8) % 25 === 0 ? null : facts.providerId,
        name: resources.name(resource),
        nativeType: facts.nativeType,
        type: resources.typeOf(resource),
        region: facts.region || null,
        status: resources.status.word(resource),
        cloudPlatform: facts.platform,
        subscription: account,
        projects: projects.length === 0 && mix(roll, 9) % 2 === 0 ? null : projects,
        tags: Object.entries(facts.tags).map(([key, value]) => ({ key, value })),
      },
      rule,
      securitySubCategories: rule.securitySubCategories,
      evidence: fails
        ? {
            currentValue: mix(roll, 10) % 12 === 0 ? null : this.expectation(row)?.current,
            expectedValue: this.expectation(row)?.expected ?? null,
            configurationPath: this.expectation(row)?.path ?? null,
            cloudConfigurationLink: consoleUrl(facts, roll) || null,
          }
        : null,
    }
  }

  private expectation(row: number) {
    return this.estate.rules.cloudRulePlans[this.ruleOf.at(row)]
  }
}
