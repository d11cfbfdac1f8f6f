import { Refused } from '../../errors.ts'
import type { PlanFilterName } from '../../kinds/kind.ts'
import { findKind } from '../../kinds/kinds.ts'
import { SEVERITIES, STATUSES } from '../../kinds/vocabulary.ts'
import type { PlanFilters } from './plan-scope.ts'

/** The limits of single kinds, where they differ from those of the plan; an empty list lets everything through. */
export type Selectors = Readonly<Record<string, PlanFilters>>

const WORDS: Partial<Record<PlanFilterName, readonly string[]>> = { severities: SEVERITIES, statuses: STATUSES }

/**
 * Selectors with some changes, each written as `issue.severities=CRITICAL,HIGH`: `*` lets everything of the kind through,
 * and nothing after the sign leaves it to the plan again. Kinds that the plan does not bring in have none.
 */
export function changeSelectors(before: Selectors, changes: readonly string[], kinds: readonly string[]): Selectors {
  const selectors: Record<string, Partial<Record<PlanFilterName, readonly string[]>>> = Object.fromEntries(
    Object.entries(before).filter(([kind]) => kinds.includes(kind)),
  )
  for (const { kind, name, words } of joined(changes).map((change) => parse(change, kinds))) {
    const { [name]: _, ...others } = selectors[kind] ?? {}
    selectors[kind] = words ? { ...others, [name]: words } : others
    if (Object.keys(selectors[kind]).length === 0) delete selectors[kind]
  }
  return selectors
}

/** A list that was cut at its commas, put together again: what has no sign belongs to what came before it. */
function joined(pieces: readonly string[]): string[] {
  const changes: string[] = []
  for (const piece of pieces) {
    if (piece.includes('=') || changes.length === 0) changes.push(piece)
    else changes.push(`${changes.pop()},${piece}`)
  }
  return changes
}

function parse(change: string, kinds: readonly string[]) {
  const [, typed = '', limit = '', text = ''] = /^\s*([\w-]+)\.([\w-]+)\s*=(.*)$/s.exec(change) ?? []
  const kind = findKind(typed)
  if (!kind) {
    const next = 'Write a kind, a limit and its values, e.g. issue.severities=CRITICAL,HIGH.'
    throw new Refused('bad-selector', `"${change.slice(0, 80)}" selects nothing. ${next}`)
  }
  if (!kinds.includes(kind.name)) {
    const next = `It brings in ${kinds.join(', ')}.`
    throw new Refused('bad-selector', `The plan does not bring in ${kind.plural}, so they have no limits. ${next}`)
  }
  const name = limit.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as PlanFilterName
  const names = Object.keys(kind.planFilters ?? {})
  if (!names.includes(name)) {
    const next = names.length > 0 ? `There are ${names.join(', ')}.` : 'They have none.'
    throw new Refused('bad-selector', `${kind.plural} cannot be limited by "${limit.slice(0, 60)}". ${next}`)
  }
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const unknown = words.find((word) => word !== '*' && WORDS[name]?.includes(word) === false)
  if (unknown !== undefined) {
    const next = `There are ${WORDS[name]?.join(', ')}.`
    throw new Refused('bad-selector', `"${unknown.slice(0, 60)}" is none of the ${name}. ${next}`)
  }
  if (words.length === 0) return { kind: kind.name, name, words: undefined }
  return { kind: kind.name, name, words: words.includes('*') ? [] : [...new Set(words)] }
}
