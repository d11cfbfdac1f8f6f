/** What rows are sorted by; `null` keys sort after everything else. */
export type SortKey = number | string | null

/** Where a walk stands: after the row that had this key and number. */
export interface Position {
  key: SortKey
  row: number
}

type Key = number | string

/** Rows are numbered; this is what an order needs to know of them. */
interface Orderable {
  size(): number
  isLive(row: number): boolean
}

// Above this share of moved rows a fresh sort is cheaper than merging.
const RESORT_SHARE = 0.02

/** Keeps the rows of a table sorted by one key: a big sorted base, and the few rows that moved since. */
export class RowOrder {
  private readonly table: Orderable
  private readonly keyOf: (row: number) => SortKey
  private readonly last: Key
  private readonly outside: () => number
  private seen = 0
  private base: Uint32Array = new Uint32Array(0)
  private keys: ArrayLike<Key> = []
  private built = -1
  private readonly moved = new Set<number>()
  private movedSorted: number[] | undefined

  /**
   * `last` is a key greater than all others, standing for null. `outside` is a number that moves when keys change for
   * reasons outside of the table.
   */
  constructor(table: Orderable, keyOf: (row: number) => SortKey, last: Key, outside: () => number = () => 0) {
    this.table = table
    this.outside = outside
    this.keyOf = keyOf
    this.last = last
  }

  /** Tells the order that a row is new or its key may have changed. */
  touch(row: number): void {
    if (this.built < 0) return
    this.moved.add(row)
    this.movedSorted = undefined
  }

  /** The key a row sorts by now. */
  key(row: number): SortKey {
    return this.keyOf(row)
  }

  /** Yields live rows in order, starting after a position; -1 at the end. */
  walk(direction: 'ASC' | 'DESC', after?: Position): () => number {
    this.prepare()
    const moved = this.movedRows()
    const step = direction === 'ASC' ? 1 : -1
    let i = this.start(this.base, (at) => this.keys[at] as Key, direction, after)
    let j = this.start(moved, (at) => this.sortable(moved[at] as number), direction, after)
    const nextBase = () => {
      while (i >= 0 && i < this.base.length) {
        const row = this.base[i] as number
        if (!this.moved.has(row) && this.table.isLive(row)) return row
        i += step
      }
      return -1
    }
    const nextMoved = () => {
      while (j >= 0 && j < moved.length) {
        const row = moved[j] as number
        if (this.table.isLive(row)) return row
        j += step
      }
      return -1
    }
    return () => {
      const a = nextBase()
      const b = nextMoved()
      if (a < 0 && b < 0) return -1
      if (b < 0 || (a >= 0 && this.compare(a, this.keys[i] as Key, b, this.sortable(b)) * step < 0)) {
        i += step
        return a
      }
      j += step
      return b
    }
  }

  private sortable(row: number): Key {
    const key = this.keyOf(row)
    return key === null || Number.isNaN(key) ? this.last : key
  }

  private compare(rowA: number, keyA: Key, rowB: number, keyB: Key): number {
    if (keyA < keyB) return -1
    if (keyA > keyB) return 1
    return rowA - rowB
  }

  private prepare(): void {
    const seen = this.outside()
    const merges = this.moved.size <= Math.max(256, this.base.length * RESORT_SHARE)
    if (this.built >= 0 && merges && seen === this.seen) return
    this.seen = seen
    const size = this.table.size()
    const unsorted: ArrayLike<Key> =
      typeof this.last === 'number'
        ? Float64Array.from({ length: size }, (_, row) => this.sortable(row) as number)
        : Array.from({ length: size }, (_, row) => this.sortable(row))
    const base = new Uint32Array(size)
    let sorted = true
    for (let row = 0; row < size; row++) {
      base[row] = row
      if (row > 0 && (unsorted[row] as Key) < (unsorted[row - 1] as Key)) sorted = false
    }
    if (sorted) this.keys = unsorted
    else {
      base.sort((a, b) => this.compare(a, unsorted[a] as Key, b, unsorted[b] as Key))
      this.keys =
        typeof this.last === 'number'
          ? Float64Array.from(base, (row) => unsorted[row] as number)
          : Array.from(base, (row) => unsorted[row] as Key)
    }
    this.base = base
    this.built = size
    this.moved.clear()
    this.movedSorted = undefined
  }

  private movedRows(): readonly number[] {
    this.movedSorted ??= [...this.moved].sort((a, b) => this.compare(a, this.sortable(a), b, this.sortable(b)))
    return this.movedSorted
  }

  /** Index of the first row after the position, going in the direction. */
  private start(
    rows: ArrayLike<number>,
    keyAt: (at: number) => Key,
    direction: 'ASC' | 'DESC',
    after: Position | undefined,
  ): number {
    if (!after) return direction === 'ASC' ? 0 : rows.length - 1
    const key = after.key === null ? this.last : after.key
    let low = 0
    let high = rows.length
    // Lower bound of rows that compare greater than (ASC) or not less than (DESC) the position.
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = this.compare(rows[middle] as number, keyAt(middle), after.row, key)
      if (direction === 'ASC' ? order <= 0 : order < 0) low = middle + 1
      else high = middle
    }
    return direction === 'ASC' ? low : low - 1
  }
}
