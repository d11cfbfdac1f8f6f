import type { IssueRule } from '../catalog/rules.ts'
import { below, hashText, mix, pick, unit, weighted } from '../chance/hash.ts'
import { rowIds, uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import { Backlinks } from '../table/backlinks.ts'
import { Column } from '../table/column.ts'
import { enumField, timeField } from '../table/field.ts'
import { spreadOver, Table } from '../table/table.ts'
import { DAY, formatFiner, HOUR, type Micros } from '../time/timestamp.ts'
import { issueNode, noteCount, noteIds, ticketCount } from './issue-node.ts'

/** How bad an issue is. */
export const severities = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
/** Where an issue stands. */
export const issueStatuses = ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED'] as const
const issueTypes = ['TOXIC_COMBINATION', 'THREAT_DETECTION', 'CLOUD_CONFIGURATION'] as const

const systemReasons = [
  'ISSUE_FIXED',
  'ISSUE_FIXED',
  'ISSUE_FIXED',
  'OBJECT_DELETED',
  'CONTROL_CHANGED',
  'CONTROL_DISABLED',
  'CONTROL_DELETED',
] as const
/** Why a person resolves a threat. */
export const threatReasons: readonly string[] = [
  'MALICIOUS_THREAT',
  'NOT_MALICIOUS_THREAT',
  'SECURITY_TEST_THREAT',
  'PLANNED_ACTION_THREAT',
  'INCONCLUSIVE_THREAT',
]
/** Why a person rejects an issue. */
export const rejectReasons: readonly string[] = ['FALSE_POSITIVE', 'EXCEPTION', 'WONT_FIX']
const threatEnds = [...threatReasons, 'DETECTION_EXPIRED']
const allReasons = ['', ...new Set([...systemReasons, ...threatEnds, ...rejectReasons])]

// Shares of statuses and of rule severities being overridden: most issues of a living tenant are resolved or open.
const drawStatus = weighted([48, 7, 38, 7])

/** The issues of the tenant. */
export class Issues {
  readonly table: Table
  readonly status
  readonly severity
  readonly type
  readonly resolutionReason
  readonly createdAt
  readonly updatedAt
  readonly statusChangedAt
  readonly resolvedAt
  readonly dueAt
  readonly onResource: Backlinks
  private readonly estate: Estate
  private readonly resources: Resources
  private readonly ruleOf: Column
  private readonly resourceOf: Column
  private readonly candidates: readonly (readonly number[])[]
  private readonly addedNotes = new Map<string, number>()

  constructor(estate: Estate, resources: Resources, count: number) {
    this.estate = estate
    this.resources = resources
    this.status = enumField(issueStatuses, count)
    this.severity = enumField(severities, count)
    this.type = enumField(issueTypes, count)
    const reason = enumField(allReasons, count)
    this.resolutionReason = { ...reason, encode: (value: unknown) => reason.encode(value ?? '') }
    this.createdAt = timeField(count)
    this.updatedAt = timeField(count)
    this.statusChangedAt = timeField(count)
    this.resolvedAt = timeField(count)
    this.dueAt = timeField(count)
    this.ruleOf = new Column('u16', count)
    this.resourceOf = new Column('u32', count)
    this.onResource = new Backlinks(resources.table.size(), count)
    this.candidates = estate.rules.issueRules.map((rule) => resources.rowsOf(rule.entityType, rule.platform))
    const key = mix(estate.seed, hashText('issues'))
    this.table = new Table({
      kind: 'issues',
      key,
      ids: rowIds(key),
      now: estate.now,
      fields: {
        status: this.status,
        severity: this.severity,
        type: this.type,
        resolutionReason: this.resolutionReason,
        createdAt: this.createdAt,
        updatedAt: this.updatedAt,
        statusChangedAt: this.statusChangedAt,
        resolvedAt: this.resolvedAt,
        dueAt: this.dueAt,
      },
      fill: (row, at, wanted) => this.fill(row, at, wanted),
      build: (row) => issueNode(this.estate, this.resources, this, row),
      orders: {
        CREATED_AT: (row) => this.createdAt.at(row),
        STATUS_CHANGED_AT: (row) => this.statusChangedAt.at(row),
        SEVERITY: (row) => this.severity.column.at(row),
        SEVERITY_EXPLOITABLE: (row) => this.severity.column.at(row) * 2 + (this.isExploitable(row) ? 1 : 0),
      },
      changed: estate.changed,
    })
    this.table.seed(count, spreadOver(count, estate.start - 420 * DAY, estate.start - HOUR, key))
  }

  rule(row: number): IssueRule {
    return this.estate.rules.issueRules[this.ruleOf.at(row)] as IssueRule
  }

  resource(row: number): number {
    return this.resourceOf.at(row)
  }

  isOpen(row: number): boolean {
    const status = this.status.word(row)
    return status === 'OPEN' || status === 'IN_PROGRESS'
  }

  isExploitable(row: number): boolean {
    return this.table.roll(row, 30) % 12 === 0
  }

  hasNote(row: number): boolean {
    const changed = this.table.changedField(row, 'notes')
    return Array.isArray(changed) ? changed.length > 0 : noteCount(this.table, row) > 0
  }

  hasTicket(row: number): boolean {
    const changed = this.table.changedField(row, 'serviceTickets')
    return Array.isArray(changed) ? changed.length > 0 : ticketCount(this.table, row) > 0
  }

  /** Notes or tickets to write to: the ones there are, as a list of one's own. */
  listOf(row: number, field: 'notes' | 'serviceTickets'): Node[] {
    const list = this.table.node(row)[field]
    return Array.isArray(list) ? [...list] : []
  }

  /** Adds a note, written by someone. */
  addNote(row: number, text: string, author: { user: Node | null; serviceAccount: Node | null }, at: Micros): Node {
    const id = uuidOf(mix(this.table.spec.key, 0x61646465), this.addedNotes.size)
    const note = { id, createdAt: formatFiner(at, '271'), updatedAt: null, text, ...author }
    this.addedNotes.set(id, row)
    this.table.change(row, { notes: [...this.listOf(row, 'notes'), note] }, at)
    return note
  }

  /** The issue a note is on, or -1. */
  noteOwner(noteId: string): number {
    const row = this.addedNotes.get(noteId) ?? noteIds(this.table).issue(noteId)
    return row >= 0 && row < this.table.size() && this.listOf(row, 'notes').some(({ id }) => id === noteId) ? row : -1
  }

  private fill(row: number, at: Micros, wanted: Record<string, unknown>): void {
    const chance = this.table.chance(row)
    const roll = (purpose: number) => mix(chance, purpose)
    const { rule, index } = this.chooseRule(row, wanted)
    const target = this.chooseResource(row, index, wanted)
    this.ruleOf.set(row, index)
    this.resourceOf.set(row, target)
    this.onResource.add(target, row)
    const { start } = this.estate
    const isNew = at >= start
    const status = isNew ? 0 : drawStatus(roll(3))
    const changed = isNew ? at : Math.floor(at + (start - at) * unit(roll(4)))
    this.type.column.set(row, this.type.encode(rule.issueType))
    this.severity.column.set(
      row,
      roll(5) % 12 === 0 ? roll(6) % severities.length : this.severity.encode(rule.severity),
    )
    this.status.column.set(row, status)
    this.createdAt.column.set(row, at)
    const untouched = status === 0 && roll(7) % 3 !== 0
    const statusAt = untouched ? (!isNew && roll(8) % 25 === 0 ? at - (roll(9) % 24) * DAY : at) : changed
    this.statusChangedAt.column.set(
      row,
      status === 0 && roll(10) % 30 === 0 ? Number.NaN : isNew ? at : this.tie(row, statusAt),
    )
    this.resolvedAt.column.set(row, status === 2 ? statusAt : Number.NaN)
    this.updatedAt.column.set(row, Math.max(at, changed))
    const due = Math.floor((at + (7 + (roll(11) % 60)) * DAY) / DAY) * DAY + 21 * HOUR
    this.dueAt.column.set(row, roll(12) % 3 === 0 ? Number.NaN : due)
    const reasons = rule.issueType === 'THREAT_DETECTION' ? threatEnds : systemReasons
    const reason = status === 2 ? pick(roll(13), reasons) : status === 3 ? pick(roll(13), rejectReasons) : null
    this.resolutionReason.column.set(row, this.resolutionReason.encode(reason))
  }

  /** Now and then several neighbours share the very same microsecond. */
  private tie(row: number, at: Micros): Micros {
    const previous = row > 0 ? this.statusChangedAt.at(row - 1) : Number.NaN
    return this.table.roll(row, 14) % 15 === 0 && !Number.isNaN(previous) ? previous : at
  }

  private chooseRule(row: number, wanted: Record<string, unknown>): { rule: IssueRule; index: number } {
    const { issueRules } = this.estate.rules
    const roll = this.table.roll(row, 1)
    for (let n = 0; ; n++) {
      const index = below(mix(roll, n), issueRules.length)
      const rule = issueRules[index] as IssueRule
      const typeFits = wanted.type === undefined || wanted.type === rule.issueType
      // Threats are rarer than the number of their rules would make them.
      const rare = wanted.type === undefined && rule.issueType === 'THREAT_DETECTION' && mix(roll, 100 + n) % 3 !== 0
      if ((typeFits && !rare && (this.candidates[index]?.length ?? 0) > 0) || n > 400) return { rule, index }
    }
  }

  private chooseResource(row: number, rule: number, wanted: Record<string, unknown>): number {
    const snapshot = wanted.entitySnapshot
    if (typeof snapshot === 'object' && snapshot !== null && 'id' in snapshot) {
      const given = this.resources.table.row(String(snapshot.id))
      if (given >= 0) return given
    }
    const rows = this.candidates[rule]
    const candidates = rows && rows.length > 0 ? rows : this.resources.rowsOf('VIRTUAL_MACHINE')
    const roll = this.table.roll(row, 2)
    let chosen = pick(roll, candidates)
    for (let n = 1; n < 8 && this.resources.isGone(chosen); n++) chosen = pick(mix(roll, n), candidates)
    return chosen
  }
}
