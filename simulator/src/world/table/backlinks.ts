import { Column } from './column.ts'

/** For every target row the rows that refer to it, newest first, as chains through two columns. */
export class Backlinks {
  private readonly head: Column
  private readonly next: Column

  constructor(targets: number, rows: number) {
    this.head = new Column('u32', targets)
    this.next = new Column('u32', rows)
  }

  /** Notes that `row`, which is new, refers to `target`. */
  add(target: number, row: number): void {
    this.next.set(row, this.head.at(target) ?? 0)
    this.head.set(target, row + 1)
  }

  *of(target: number): IterableIterator<number> {
    for (let row = (this.head.at(target) ?? 0) - 1; row >= 0; row = this.next.at(row) - 1) yield row
  }
}
