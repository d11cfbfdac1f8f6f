import { lastScan } from '../catalog/cloud-accounts.ts'
import { vulnerabilitySeverities } from '../catalog/vulnerabilities.ts'
import { hashText, mix, pick, unit, weighted } from '../chance/hash.ts'
import { rowIds } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import { Column } from '../table/column.ts'
import { enumField, timeField } from '../table/field.ts'
import { spreadOver, Table } from '../table/table.ts'
import { DAY, formatTimestamp, HOUR, type Micros } from '../time/timestamp.ts'
import { results } from './configuration-findings.ts'
import { issueStatuses } from './issues.ts'

const drawResult = weighted([60, 34, 4, 2])

/** The host configuration assessments of the tenant. */
export class HostAssessments {
  readonly table: Table
  readonly result
  readonly status
  readonly severity
  readonly firstSeen
  readonly updatedAt
  private readonly estate: Estate
  private readonly resources: Resources
  private readonly rules: readonly Node[]
  private readonly resourceOf: Column
  private readonly ruleOf: Column

  constructor(estate: Estate, resources: Resources, rules: readonly Node[], count: number) {
    this.estate = estate
    this.resources = resources
    this.rules = rules
    this.result = enumField(results, count)
    this.status = enumField(issueStatuses, count)
    this.severity = enumField(vulnerabilitySeverities, count)
    this.firstSeen = timeField(count)
    this.updatedAt = timeField(count)
    this.resourceOf = new Column('u32', count)
    this.ruleOf = new Column('u8', count)
    const key = mix(estate.seed, hashText('hostConfigurationRuleAssessments'))
    this.table = new Table({
      kind: 'hostConfigurationRuleAssessments',
      key,
      ids: rowIds(key, 5),
      now: estate.now,
      fields: {
        result: this.result,
        status: this.status,
        severity: this.severity,
        firstSeen: this.firstSeen,
        updatedAt: this.updatedAt,
      },
      fill: (row, at) => this.fill(row, at),
      build: (row) => this.build(row),
      orders: {
        FIRST_SEEN: (row) => this.firstSeen.at(row),
        UPDATED_AT: (row) => this.updatedAt.at(row),
        SEVERITY: (row) => this.severity.column.at(row),
      },
      changed: estate.changed,
    })
    this.table.seed(count, spreadOver(count, estate.start - 300 * DAY, estate.start - HOUR, key))
  }

  rule(row: number): Node {
    return this.rules[this.ruleOf.at(row)] as Node
  }

  resource(row: number): number {
    return this.resourceOf.at(row)
  }

  private fill(row: number, at: Micros): void {
    const chance = this.table.chance(row)
    const roll = (purpose: number) => mix(chance, purpose)
    const rule = roll(1) % this.rules.length
    const result = drawResult(roll(2))
    const severity = String(this.rules[rule]?.severity)
    this.resourceOf.set(row, pick(roll(3), this.resources.rowsOf('VIRTUAL_MACHINE')))
    this.ruleOf.set(row, rule)
    this.result.column.set(row, result)
    this.status.column.set(row, result === 1 ? (roll(4) % 10 === 0 ? 3 : 0) : 2)
    this.severity.column.set(row, this.severity.encode(severity))
    this.firstSeen.column.set(row, at)
    this.updatedAt.column.set(row, Math.floor(at + Math.max(0, this.estate.now() - at) * unit(roll(5))))
  }

  private build(row: number): Node {
    const roll = this.table.roll(row, 40)
    const resource = this.resource(row)
    const facts = this.resources.facts(resource)
    return {
      id: this.table.id(row),
      firstSeen: this.firstSeen.text(row),
      analyzedAt: formatTimestamp(Math.max(lastScan(facts.account, this.estate.now()), this.firstSeen.at(row))),
      updatedAt: this.updatedAt.text(row),
      result: this.result.word(row),
      severity: this.severity.word(row),
      status: this.status.word(row),
      hasGraphObject: mix(roll, 1) % 10 !== 0,
      ignoreRules: mix(roll, 2) % 2 === 0 ? null : [],
      resource: {
        id: facts.id,
        type: this.resources.typeOf(resource),
        name: this.resources.name(resource),
        nativeType: facts.nativeType,
        region: facts.region || null,
        cloudPlatform: facts.platform,
        subscription: facts.account >= 0 ? this.estate.accounts.node(facts.account) : null,
      },
      rule: this.rule(row),
    }
  }
}
