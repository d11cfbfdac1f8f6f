import type { Kind } from './kind.ts'
import type { ReadNode } from './read-node.ts'

/** Whether Wiz says of a node itself that it is deleted. */
export function isDeleted({ deletedWhen, columns }: Kind, { values }: ReadNode): boolean {
  if (!deletedWhen) return false
  const mark = values[Object.keys(columns).indexOf(deletedWhen.column)] ?? null
  return deletedWhen.is === 'true' ? mark === true : mark !== null
}
