import { hashText, mix, pick } from '../chance/hash.ts'
import { rowIds, uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import { enumField, timeField } from '../table/field.ts'
import { spreadOver, Table } from '../table/table.ts'
import { DAY, HOUR } from '../time/timestamp.ts'

const auditActions = [
  ' user Login',
  'Login',
  'Login',
  'CreateUser',
  'DeleteConnector',
  'DeleteIntegration',
  'RotateServiceAccountSecret',
  'UpdateLoginSettings',
  'UpdateScannerSettings',
  'RevokeUserSessions',
  'UpdateIPRestrictions',
] as const
const auditStatuses = ['SUCCESS', 'FAILED', 'ACCESS_DENIED'] as const

/** What people and programs did in the tenant. */
export class AuditLog {
  readonly table: Table
  readonly status
  readonly timestamp
  private readonly estate: Estate

  constructor(estate: Estate, count: number) {
    this.estate = estate
    this.status = enumField(auditStatuses, count)
    this.timestamp = timeField(count)
    const key = mix(estate.seed, hashText('auditLogEntries'))
    this.table = new Table({
      kind: 'auditLogEntries',
      key,
      ids: rowIds(key),
      now: estate.now,
      fields: { status: this.status, timestamp: this.timestamp },
      fill: (row, at) => {
        const roll = this.table.roll(row, 1)
        this.status.column.set(row, roll % 12 === 0 ? 1 : roll % 31 === 0 ? 2 : 0)
        this.timestamp.column.set(row, at)
      },
      build: (row) => this.build(row),
      orders: { TIMESTAMP: (row) => this.timestamp.at(row) },
      changed: estate.changed,
    })
    this.table.seed(count, spreadOver(count, estate.start - 90 * DAY, estate.start - HOUR, key))
  }

  action(row: number): string {
    return pick(this.table.roll(row, 2), auditActions)
  }

  byUser(row: number): boolean {
    return this.table.roll(row, 3) % 4 !== 0
  }

  private build(row: number): Node {
    const roll = this.table.roll(row, 4)
    const user = this.byUser(row) ? this.estate.users.node(mix(roll, 1) % this.estate.users.size()) : null
    const program = user ? null : this.estate.serviceAccounts.node(mix(roll, 1) % this.estate.serviceAccounts.size())
    return {
      id: this.table.id(row),
      action: this.action(row),
      requestId: uuidOf(this.table.spec.key ^ 1, row),
      status: this.status.word(row),
      timestamp: this.timestamp.text(row),
      actionParameters: { name: (user ?? program)?.name, products: ['*'] },
      userAgent: mix(roll, 2) % 4 === 0 ? null : 'Mozilla/5.0',
      sourceIP: mix(roll, 3) % 4 === 0 ? null : `198.51.100.${mix(roll, 4) % 254}`,
      serviceAccount: program,
      user,
    }
  }
}
