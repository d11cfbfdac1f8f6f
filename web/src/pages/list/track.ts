import type { Field } from '../../api/types.ts'
import { label } from '../../ui/format.ts'

const GAP = 12
/** About how wide a letter of a heading is, and the sign of the order behind it. */
const LETTER = 7
const SIGN = 18

/** How wide a column is at least, and how it takes part in the space that is left. */
function trackOf({ name, type }: Field): readonly [least: number, share: number] {
  if (/^(title|ruleName|name)$/.test(name)) return [200, 3]
  const heading = label(name).length * LETTER + SIGN
  if (name === 'severity' || name === 'status') return [106, 0]
  if (name === 'kind') return [106, 0]
  if (name === 'platform' || name === 'result') return [84, 0]
  if (type === 'number' || type === 'boolean') return [Math.max(64, heading), 0]
  if (type === 'time') return [Math.max(94, heading), 0]
  return [Math.max(116, heading), 1.3]
}

/** The grid template of a row, and how wide it is at least. */
export function tracksOf(fields: readonly Field[]): { readonly template: string; readonly width: number } {
  const tracks = fields.map(trackOf)
  const template = tracks.map(([least, share]) => (share ? `minmax(${least}px, ${share}fr)` : `${least}px`)).join(' ')
  const width = tracks.reduce((sum, [least]) => sum + least + GAP, GAP)
  return { template, width }
}
