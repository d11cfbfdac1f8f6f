import { Refused } from '../../errors.ts'
import type { Kind } from '../../kinds/kind.ts'
import { nodeReader } from '../../kinds/read-node.ts'
import type { HistoryEvent } from '../database.ts'
import type { Store } from '../open-store.ts'
import { hideOtherProjects, namesProjects } from './hide-other-projects.ts'
import { kindRelation, withLocalStatus } from './kind-relation.ts'
import { listRows, type Row } from './list-rows.ts'
import { type TombstoneRow, tombstoneRelation } from './own-relations.ts'
import type { Restriction } from './restriction.ts'

/** A change of an object, as it was noticed. */
export interface HistoryEntry {
  readonly at: string
  readonly event: HistoryEvent
  readonly field: string | null
  readonly before: string | null
  readonly after: string | null
  readonly cause: string
  readonly runId: number | null
}

/** Why and when an object was removed. */
export type Tombstone = Pick<TombstoneRow, 'reason' | 'runId' | 'deletedAt'>

/** All that is known of one object. */
export interface StoredObject {
  /** The fields of its kind and `raw`, the whole node of Wiz. */
  readonly row: Row
  /** What happened to it, the latest first. */
  readonly history: readonly HistoryEntry[]
  /** Set when it was deleted: then the row is what was known last. */
  readonly tombstone: Tombstone | null
}

/** One object, and who asks for it. */
export interface Wanted {
  readonly id: string
  readonly connection?: string | undefined
  readonly restriction: Restriction
}

/** How many entries of a history are shown. */
export const MOST_HISTORY = 200

/** Reads one object of a kind by its Wiz id, also a deleted one. */
export async function readObject(store: Store, kind: Kind, wanted: Wanted): Promise<StoredObject> {
  const { id, connection, restriction } = wanted
  const filter = [`id=${id}`, ...(connection === undefined ? [] : [`connection=${connection}`])]
  const found = await listRows(store, kindRelation(kind), { filter, restriction, sort: [], raw: true, limit: 2 })
  const alive = oneOf(found.rows, kind, id)
  if (alive) return { row: alive, history: await readHistory(store, kind, alive, restriction), tombstone: null }

  // Whoever is limited to projects sees a deleted object by the projects that it was last in.
  const { rows } = await listRows(store, tombstoneRelation, {
    filter: [...filter, `kind=${kind.name}`],
    restriction: { connectionIds: restriction.connectionIds },
    sort: [],
    raw: true,
    limit: 2,
  })
  const dead = oneOf(rows, kind, id)
  const row = dead && deadRow(kind, dead)
  if (!dead || !row || !isInProjects(kind, row, restriction)) {
    throw new Refused('not-found', `There is no ${kind.name} "${id}" here. See "wizbridge ${kind.plural} list".`)
  }
  const { reason, runId, deletedAt } = dead
  return {
    row: hideOtherProjects(row, restriction.projectIds),
    history: await readHistory(store, kind, row, restriction),
    tombstone: { reason, runId, deletedAt },
  }
}

function oneOf<R extends Row | TombstoneRow>(rows: readonly R[], kind: Kind, id: string): R | undefined {
  if (rows.length < 2) return rows[0]
  const connections = rows.map((row) => row.connection)
  const sentence = `The ${kind.name} "${id}" is in ${connections.join(' and in ')}. Name the connection: --connection, or ?connection= in the API.`
  throw new Refused('ambiguous', sentence, { details: { connections } })
}

function deadRow(kind: Kind, tombstone: TombstoneRow): Row {
  const node = nodeReader(kind)(tombstone.raw)
  const values = 'rejected' in node ? [] : node.values
  const columns = Object.fromEntries(Object.keys(kind.columns).map((name, index) => [name, values[index] ?? null]))
  const { connection, storedAt, deletedAt, raw } = tombstone
  return withLocalStatus(kind, { connection, ...columns, storedAt, writtenAt: deletedAt, absentRun: null, raw })
}

function isInProjects(kind: Kind, row: Row, { projectIds }: Restriction): boolean {
  if (projectIds === undefined) return true
  const value = row[kindRelation(kind).projects ?? '']
  return [value].flat().some((project) => projectIds.includes(project as string))
}

async function readHistory(store: Store, kind: Kind, row: Row, { projectIds }: Restriction): Promise<HistoryEntry[]> {
  const { rows } = await store.pool.query<HistoryEntry>(
    `SELECT h.at, h.event, h.field, CASE h.event WHEN 'changed' THEN h.before END AS before, h.after, h.cause, h.run_id AS "runId" FROM history h
     JOIN connection c ON c.id = h.connection_id
     WHERE c.name = $1 AND h.kind = $2 AND h.id = $3 ORDER BY h.seq DESC LIMIT $4`,
    [row.connection, kind.name, row.id, MOST_HISTORY],
  )
  return projectIds ? rows.filter(({ field }) => !namesProjects(field)) : rows
}
