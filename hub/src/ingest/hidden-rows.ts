import type { Kind } from '../kinds/kind.ts'
import { project } from '../kinds/project.ts'
import type { Claim } from '../store/claims.ts'
import type { Store } from '../store/open-store.ts'
import { type ProjectsOfRow, projectsInSight, projectsOfRows } from '../store/stored-rows.ts'
import { lookUp } from '../wiz/lookup.ts'
import { accountNow, narrowed } from './account.ts'
import type { WalkContext } from './walk-partition.ts'

/** Rows that Wiz no longer shows and that may still be there, and why. */
export interface Hidden {
  readonly ids: readonly string[]
  /** What about the service account explains it, as a sentence; null where no row may be hidden. */
  readonly because: string | null
}

/**
 * Which rows that Wiz no longer shows may only be hidden from the service account. Asked by id, Wiz says the same of a row
 * that is gone and of one that the account may not see any more; what tells them apart is whether the account still sees
 * where the row was.
 */
export async function hiddenRows(
  context: WalkContext,
  { connectionId }: Claim,
  kind: Kind,
  ids: readonly string[],
): Promise<Hidden> {
  if (ids.length === 0) return { ids, because: null }
  const { store, scope, wiz, signal } = context
  const account = await accountNow(store, wiz, connectionId, signal)
  const less = await narrowed(store, connectionId, kind, scope, account)
  if (less) return { ids, because: less }
  if (!kind.planFilters?.projects) return everywhereOrNowhere(context, connectionId, ids)

  const rows = await projectsOfRows(store, kind, connectionId, ids)
  const known = await lookForProjects(context, [...new Set(rows.flatMap((row) => row.projects))])
  const sets = await projectsInSight(store, kind, connectionId, scope)
  const hidden = rows.filter((row) => !isInSight(row, known, sets))
  if (hidden.length === 0) return { ids: [], because: null }
  const lost = [...new Set(hidden.flatMap((row) => row.projects))]
  return { ids: hidden.map((row) => row.id), because: await sentenceOf(store, connectionId, lost, known) }
}

/** Whether the account sees a project of a row, or other rows that it could not see without seeing this one. */
function isInSight({ projects }: ProjectsOfRow, known: Known, sets: readonly ReadonlySet<string>[]): boolean {
  if (projects.some((id) => known.get(id) === true)) return true
  if (projects.length === 0) return sets.some((set) => set.size === 0)
  if (projects.every((id) => known.get(id) === false)) return false
  return sets.some((set) => set.size > 0 && [...set].every((id) => projects.includes(id)))
}

/** What lies in no project is hidden if anything is: it goes only while every project that is stored is in sight. */
async function everywhereOrNowhere(
  context: WalkContext,
  connectionId: number,
  ids: readonly string[],
): Promise<Hidden> {
  // Without projects of this run nobody knows which there were.
  if (!context.kinds.includes(project.name)) return { ids: [], because: null }
  const { rows } = await context.store.pool.query<{ id: string }>('SELECT id FROM project WHERE connection_id = $1', [
    connectionId,
  ])
  const stored = rows.map((row) => row.id)
  const known = await lookForProjects(context, stored)
  const lost = stored.filter((id) => known.get(id) === false)
  if (lost.length === 0) return { ids: [], because: null }
  return { ids, because: await sentenceOf(context.store, connectionId, lost, known) }
}

/** Which projects the account sees (true) and does not see (false); what cannot be found out is left away. */
type Known = ReadonlyMap<string, boolean>

async function lookForProjects({ wiz, signal }: WalkContext, ids: readonly string[]): Promise<Known> {
  const root = 'lookup' in project.source ? project.source.lookup : undefined
  if (ids.length === 0 || root === undefined) return new Map()
  const answers = await lookUp({ wiz, root, ids, selection: 'id', signal })
  return new Map(
    [...answers].flatMap(([id, { state }]) => (state === 'unknown' ? [] : [[id, state === 'found'] as const])),
  )
}

const NAMED = 3

async function sentenceOf(store: Store, connectionId: number, lost: readonly string[], known: Known): Promise<string> {
  if (lost.length === 0)
    return 'The service account no longer shows anything that lies in no project: it has probably been limited to projects.'
  const { rows } = await store.pool.query<{ id: string; name: string }>(
    'SELECT id, name FROM project WHERE connection_id = $1 AND id = ANY ($2)',
    [connectionId, lost],
  )
  const names = lost.map((id) => rows.find((row) => row.id === id)?.name ?? id).toSorted()
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  const which = `${names.slice(0, NAMED).join(', ')}${more}`
  const projects = lost.length === 1 ? '1 project' : `${lost.length} projects`
  return lost.some((id) => known.get(id) === false)
    ? `The service account sees ${projects} fewer than before: ${which}.`
    : `The service account shows nothing of ${projects} any more (${which}), and may not say whether it still sees them: add read:projects.`
}
