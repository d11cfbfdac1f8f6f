import { below, hashText, mix, pick } from '../chance/hash.ts'
import { rowIds } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import { Column } from '../table/column.ts'
import { enumField, timeField } from '../table/field.ts'
import { spreadOver, Table } from '../table/table.ts'
import { DAY, HOUR, MINUTE, type Micros } from '../time/timestamp.ts'
import { detectionNode } from './detection-node.ts'
import { type Issues, severities } from './issues.ts'

/** The detections of the tenant. */
export class Detections {
  readonly table: Table
  readonly type
  readonly severity
  readonly createdAt
  readonly updatedAt
  private readonly estate: Estate
  private readonly resources: Resources
  private readonly issues: Issues
  private readonly resourceOf: Column
  private readonly ruleOf: Column
  private readonly issueOf: Column
  private readonly ofIssue = new Map<number, number[]>()

  constructor(estate: Estate, resources: Resources, issues: Issues, count: number) {
    this.estate = estate
    this.resources = resources
    this.issues = issues
    this.type = enumField(['GENERATED_THREAT', 'MATCH_ONLY'], count)
    this.severity = enumField(severities, count)
    this.createdAt = timeField(count)
    this.updatedAt = timeField(count)
    this.resourceOf = new Column('u32', count)
    this.ruleOf = new Column('u16', count)
    this.issueOf = new Column('u32', count)
    const threats: number[] = []
    for (let row = issues.table.size() - 1; row >= 0 && threats.length < count; row--) {
      if (issues.rule(row).issueType === 'THREAT_DETECTION') threats.push(row)
    }
    threats.reverse()
    const key = mix(estate.seed, hashText('detections'))
    this.table = new Table({
      kind: 'detections',
      key,
      ids: rowIds(key, 5),
      now: estate.now,
      fields: { type: this.type, severity: this.severity, createdAt: this.createdAt, updatedAt: this.updatedAt },
      fill: (row, at, wanted) => this.fill(row, at, wanted, threats),
      build: (row) => detectionNode(this.estate, this.resources, this.issues, this, row),
      orders: { CREATED_AT: (row) => this.createdAt.at(row) },
      changed: estate.changed,
    })
    this.table.seed(count, spreadOver(count, estate.start - 80 * DAY, estate.start - HOUR, key))
  }

  resource(row: number): number {
    return this.resourceOf.at(row)
  }

  rule(row: number): Node {
    return this.estate.rules.eventRules[this.ruleOf.at(row)] as Node
  }

  /** The threat issue a detection belongs to, or -1. */
  issue(row: number): number {
    return this.issueOf.at(row) - 1
  }

  /** The detections of an issue, oldest first. */
  forIssue(issue: number): readonly number[] {
    return this.ofIssue.get(issue) ?? []
  }

  origin(row: number): string {
    return String(this.rule(row).sourceType)
  }

  private fill(row: number, at: Micros, wanted: Record<string, unknown>, threats: readonly number[]): void {
    const chance = this.table.chance(row)
    const roll = (purpose: number) => mix(chance, purpose)
    const rules = this.estate.rules.eventRules
    const given =
      typeof wanted.issue === 'object' && wanted.issue !== null && 'id' in wanted.issue
        ? this.issues.table.row(String(wanted.issue.id))
        : -1
    const matchOnly = wanted.type === 'MATCH_ONLY' || (wanted.type === undefined && given < 0 && roll(1) % 4 === 0)
    const issue = matchOnly ? -1 : given >= 0 ? given : threats.length > 0 ? pick(roll(2), threats) : -1
    const issueRule = issue >= 0 ? this.issues.rule(issue).sourceRules[0] : undefined
    const byIssue = issueRule ? rules.findIndex(({ id }) => id === issueRule.id) : -1
    const wantedRule = rules.findIndex(
      ({ sourceType }) => Array.isArray(wanted.origins) && sourceType === wanted.origins[0],
    )
    const rule = wantedRule >= 0 ? wantedRule : byIssue >= 0 ? byIssue : below(roll(3), rules.length)
    const machine = pick(roll(4), this.resources.rowsOf('VIRTUAL_MACHINE'))
    const named = wanted.primaryResource
    const wantedResource =
      typeof named === 'object' && named !== null && 'id' in named ? this.resources.table.row(String(named.id)) : -1
    this.resourceOf.set(row, wantedResource >= 0 ? wantedResource : issue >= 0 ? this.issues.resource(issue) : machine)
    this.ruleOf.set(row, rule)
    this.issueOf.set(row, issue + 1)
    if (issue >= 0) this.ofIssue.set(issue, [...this.forIssue(issue), row])
    this.type.column.set(row, issue >= 0 ? 0 : 1)
    this.severity.column.set(row, this.severity.encode(rules[rule]?.severity))
    this.createdAt.column.set(row, at)
    this.updatedAt.column.set(
      row,
      roll(5) % 3 === 0 ? at : Math.min(at + (roll(6) % 600) * MINUTE, Math.max(at, this.estate.start)),
    )
  }
}
