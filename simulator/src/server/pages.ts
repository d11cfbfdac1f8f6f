import { createHash } from 'node:crypto'
import type { RootField } from '../operation.ts'

interface Position {
  page: number
  lastNode: unknown
}

/** Remembers which page each cursor leads to, so that faults can say "on page 3". */
export interface Pages {
  /** Number of the page a root field asks for, from 1; an unknown cursor counts as page 2. */
  pageOf(account: string, root: RootField): number
  /** Last node of the page before, if still known. */
  previousNode(account: string, root: RootField): unknown
  remember(account: string, root: RootField, page: number, endCursor: string, lastNode: unknown): void
}

/** More than the walks that run side by side, less than memory would notice. */
const REMEMBERED = 2_000

/** Starts with no walk known. */
export function createPages(): Pages {
  const positions = new Map<string, Position>()

  const keyOf = (account: string, { field, args }: RootField, cursor: unknown) => {
    const { first: _first, after: _after, ...walk } = args
    return createHash('sha1')
      .update(JSON.stringify([account, field, walk, cursor]))
      .digest('base64')
  }
  const positionOf = (account: string, root: RootField) =>
    root.args.after == null ? undefined : positions.get(keyOf(account, root, root.args.after))

  return {
    pageOf: (account, root) => (root.args.after == null ? 1 : (positionOf(account, root)?.page ?? 2)),
    previousNode: (account, root) => positionOf(account, root)?.lastNode,
    remember(account, root, page, endCursor, lastNode) {
      const key = keyOf(account, root, endCursor)
      // A repeated cursor must not turn page 2 into page 3.
      if (positions.has(key)) return
      positions.set(key, { page: page + 1, lastNode })
      const [oldest] = positions.keys()
      if (positions.size > REMEMBERED && oldest !== undefined) positions.delete(oldest)
    },
  }
}
