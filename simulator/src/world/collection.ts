/** A GraphQL node as plain data; fields that are costly or take arguments are functions, as graphql-js has it. */
export type Node = { id: string } & Record<string, unknown>

/** Test control over all rows of one kind. */
export interface Collection {
  /** Rows that exist (tombstones such as `deleted` findings included, removed rows not). */
  count(): number
  ids(): IterableIterator<string>
  /** The node as it is now, or undefined when there is none of that id. */
  get(id: string): Node | undefined
  /**
   * Merges `patch` into the row. A new `status` moves `statusChangedAt` (and `resolvedAt`), anything moves
   * `updatedAt`, to now, unless the patch says otherwise.
   */
  update(id: string, patch: Record<string, unknown>): Node
  /** Makes the row vanish without a trace. */
  remove(id: string): boolean
  /** Appends a generated row, created now, with `partial` merged in. */
  add(partial?: Record<string, unknown>): Node
  /** Removes the given fraction (0..1) of the rows, spread evenly; returns how many. */
  shrink(fraction: number): number
}
