import type { Kind, PlanFilterName } from '../kinds/kind.ts'
import { kindNamed } from '../kinds/kinds.ts'
import type { Store } from '../store/open-store.ts'
import type { Scope } from '../store/scope.ts'
import { rulesFor } from './plans/rules.ts'

const BEGINNING = 'Wiz no longer has '
const FIELD = /^Wiz no longer has (?:the fields of )?(?:\w+\.)?(\w+): /

/** What a receipt notes of a field that Wiz no longer has. */
export function droppedNote(field: string): string {
  return `${BEGINNING}${field}: it was left out.`
}

/**
 * The field that Wiz no longer has and without which nobody knows what of a kind is gone or left out: the list that it lives
 * in, or what a limit of the scope looks at. Read without it, everything would look as if it had left.
 */
export async function missedField(store: Store, runId: number, kind: Kind, scope: Scope): Promise<string | undefined> {
  const { source } = kind
  const looked = 'inside' in source ? [source.path] : pathsOf(kind, scope)
  if (looked.length === 0) return undefined
  const { rows } = await store.pool.query<{ note: string }>(
    `SELECT DISTINCT note FROM run_partition p, jsonb_array_elements_text(p.notes) note
     WHERE p.run_id = $1 AND p.kind = $2 AND starts_with(note, $3)`,
    [runId, 'inside' in source ? kindNamed(source.inside).name : kind.name, BEGINNING],
  )
  const names = new Set(looked.flatMap((path) => path.split(/[.|[\]]+/)))
  return rows.map(({ note }) => FIELD.exec(note)?.[1] ?? '').find((name) => names.has(name))
}

function pathsOf(kind: Kind, scope: Scope): string[] {
  const filters = Object.keys(scope).flatMap((name) => kind.planFilters?.[name as PlanFilterName]?.column ?? [])
  const rules = rulesFor(kind, scope.rules).flatMap((rule) => rule.columns)
  return [...filters, ...rules].flatMap((column) => kind.columns[column]?.path ?? [])
}
