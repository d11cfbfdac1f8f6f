import { mix, unit } from '../chance/hash.ts'
import type { RowIds } from '../chance/row-ids.ts'
import type { Collection, Node } from '../collection.ts'
import { type Micros, SECOND } from '../time/timestamp.ts'
import { Column } from './column.ts'
import type { Field } from './field.ts'
import { RowOrder, type SortKey } from './row-order.ts'

/** What makes a table the table of its kind. */
export interface TableSpec {
  kind: string
  key: number
  ids: RowIds
  now(): Micros
  /** Node fields that live in columns; all others of a patch go to an overlay. */
  fields: Record<string, Field>
  /** Fills the columns of a row that comes into being at that time. */
  fill(row: number, at: Micros, wanted: Record<string, unknown>): void
  /** The node, without the overlay. */
  build(row: number): Node
  /** What walks can be ordered by, besides `ROW`, the order of coming into being. */
  orders?: Record<string, (row: number) => SortKey>
  /** For orders whose keys also depend on other tables: a number that moves with those. */
  outside?: Record<string, () => number>
  /** Words of `status` that mean "resolved". */
  resolvedWords?: readonly string[]
  /** Hears of changes. */
  changed?(kind: string, id: () => string, action: 'created' | 'updated' | 'removed'): void
}

const MAX_STRING = '\uffff\uffff\uffff\uffff'

/** Rows of one kind: compact columns, nodes built on demand, and a sparse overlay of changes. */
export class Table implements Collection {
  readonly spec: TableSpec
  /** Moves with every change: results computed at one version hold until the next. */
  version = 0
  private rows = 0
  private removed = 0
  private readonly gone: Column
  private readonly overlay = new Map<number, Record<string, unknown>>()
  private readonly givenIds = new Map<string, number>()
  private readonly orders = new Map<string, RowOrder>()

  constructor(spec: TableSpec) {
    this.spec = spec
    this.gone = new Column('u8', 16)
  }

  /** Fills the table at the start, `when` saying at which time each row comes into being. */
  seed(rows: number, when: (row: number) => Micros): this {
    if (rows > 0) this.gone.set(rows - 1, 0)
    for (let row = this.rows; row < rows; row++) {
      this.spec.fill(row, when(row), {})
      this.rows = row + 1
    }
    return this
  }

  /** Number of rows ever made, removed ones included. */
  size(): number {
    return this.rows
  }

  isLive(row: number): boolean {
    return this.gone.at(row) === 0
  }

  /** Chance tied to a row, to be mixed with a purpose. */
  chance(row: number): number {
    return mix(this.spec.key, row)
  }

  /** Chance tied to a row and a purpose. */
  roll(row: number, purpose: number): number {
    return mix(this.chance(row), purpose)
  }

  id(row: number): string {
    const given = this.overlay.get(row)?.id
    return typeof given === 'string' ? given : this.spec.ids.id(row)
  }

  /** The live row with that id, or -1. */
  row(id: string): number {
    const row = this.rowEver(id)
    return row >= 0 && this.isLive(row) ? row : -1
  }

  /** The row with that id even when it is removed, or -1. */
  rowEver(id: string): number {
    const row = this.givenIds.get(id) ?? this.spec.ids.row(id)
    return row >= 0 && row < this.rows && this.id(row) === id ? row : -1
  }

  node(row: number): Node {
    const built = this.spec.build(row)
    const changes = this.overlay.get(row)
    return changes ? (merge(built, changes) as Node) : built
  }

  /** A changed field that lives in no column, or undefined when it is as generated. */
  changedField(row: number, field: string): unknown {
    return this.overlay.get(row)?.[field]
  }

  /** Changes a row at a given time; see Collection.update for what moves by itself. */
  change(row: number, patch: Record<string, unknown>, at: Micros = this.spec.now()): void {
    const { fields, resolvedWords = ['RESOLVED'] } = this.spec
    this.write(row, patch)
    if ('status' in patch && fields.status) {
      const resolved = resolvedWords.includes(String(patch.status))
      if (fields.statusChangedAt && !('statusChangedAt' in patch)) fields.statusChangedAt.column.set(row, at)
      if (fields.resolvedAt && !('resolvedAt' in patch)) fields.resolvedAt.column.set(row, resolved ? at : Number.NaN)
    }
    if (fields.updatedAt && !('updatedAt' in patch)) fields.updatedAt.column.set(row, at)
    this.moved(row)
    this.spec.changed?.(this.spec.kind, () => this.id(row), 'updated')
  }

  /** Makes a row come into being at a given time. */
  append(partial: Record<string, unknown> = {}, at: Micros = this.spec.now()): number {
    const row = this.rows
    this.gone.set(row, 0)
    this.spec.fill(row, at, partial)
    this.rows++
    this.write(row, partial)
    this.moved(row)
    this.spec.changed?.(this.spec.kind, () => this.id(row), 'created')
    return row
  }

  /** Makes a row vanish. */
  drop(row: number): void {
    this.gone.set(row, 1)
    this.removed++
    this.version++
    this.spec.changed?.(this.spec.kind, () => this.id(row), 'removed')
  }

  order(name: string): RowOrder {
    let order = this.orders.get(name)
    if (!order) {
      const key = name === 'ROW' ? (row: number) => row : this.spec.orders?.[name]
      if (!key) throw new Error(`${this.spec.kind} has no order ${name}`)
      const numeric = this.rows === 0 || typeof key(0) !== 'string'
      order = new RowOrder(this, key, numeric ? Number.POSITIVE_INFINITY : MAX_STRING, this.spec.outside?.[name])
      this.orders.set(name, order)
    }
    return order
  }

  count(): number {
    return this.rows - this.removed
  }

  *liveRows(): IterableIterator<number> {
    for (let row = 0; row < this.rows; row++) if (this.isLive(row)) yield row
  }

  *ids(): IterableIterator<string> {
    for (const row of this.liveRows()) yield this.id(row)
  }

  get(id: string): Node | undefined {
    const row = this.row(id)
    return row < 0 ? undefined : this.node(row)
  }

  update(id: string, patch: Record<string, unknown>): Node {
    const row = this.row(id)
    if (row < 0) throw new Error(`${this.spec.kind} has no ${id}`)
    this.change(row, patch)
    return this.node(row)
  }

  remove(id: string): boolean {
    const row = this.row(id)
    if (row < 0) return false
    this.drop(row)
    return true
  }

  add(partial: Record<string, unknown> = {}): Node {
    return this.node(this.append(partial))
  }

  shrink(fraction: number): number {
    const wanted = Math.round(this.count() * Math.min(1, Math.max(0, fraction)))
    let seen = 0
    let dropped = 0
    const total = this.count()
    for (const row of this.liveRows()) {
      seen++
      if (Math.floor((seen * wanted) / total) > dropped) {
        this.drop(row)
        dropped++
      }
    }
    return dropped
  }

  private write(row: number, patch: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(patch)) {
      const field = this.spec.fields[name]
      if (field) {
        field.column.set(row, field.encode(value))
        continue
      }
      const changes = this.overlay.get(row) ?? {}
      changes[name] = name in changes ? merge(changes[name], value) : value
      this.overlay.set(row, changes)
      if (name === 'id') this.givenIds.set(String(value), row)
    }
  }

  private moved(row: number): void {
    this.version++
    for (const order of this.orders.values()) order.touch(row)
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function merge(base: unknown, changes: unknown): unknown {
  if (!isPlain(base) || !isPlain(changes)) return changes
  const merged: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(changes)) merged[name] = name in base ? merge(base[name], value) : value
  return merged
}

/** Spreads rows over the time before `end`, oldest first, some sharing the very same microsecond. */
export function spreadOver(rows: number, start: Micros, end: Micros, key: number): (row: number) => Micros {
  const step = (end - start) / Math.max(rows, 1)
  return (row) => {
    const slot = mix(key, row) % 40 === 0 && row > 0 ? row - 1 : row
    const at = Math.floor(start + step * slot + unit(mix(key ^ 1, slot)) * step)
    return mix(key ^ 2, slot) % 50 === 0 ? Math.floor(at / SECOND) * SECOND : at
  }
}
