import type { Kind } from './kind.ts'
import type { ReadNode } from './read-node.ts'

/** Makes the test whether Wiz says of a node of a kind itself that it is deleted. */
export function deletedTest({ deletedWhen, columns }: Kind): (node: ReadNode) => boolean {
  if (!deletedWhen) return () => false
  const at = Object.keys(columns).indexOf(deletedWhen.column)
  return deletedWhen.is === 'true' ? ({ values }) => values[at] === true : ({ values }) => (values[at] ?? null) !== null
}
