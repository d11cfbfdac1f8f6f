import { Refused } from '../../errors.ts'
import type { Kind } from '../../kinds/kind.ts'
import { sqlColumns } from '../kind-table.ts'
import type { Store } from '../open-store.ts'
import { hideOtherProjects, namesProjects } from './hide-other-projects.ts'
import { withLocalStatus } from './kind-relation.ts'
import type { Row } from './list-rows.ts'
import {
  type HistoryEntry,
  MOST_HISTORY,
  readObject,
  type StoredObject,
  type Tombstone,
  type Wanted,
} from './read-object.ts'

/** Where an object was at a moment; `unknown` where it was here before, and its removal and return hide since when. */
export const PRESENCES = ['here', 'removed', 'unknown'] as const

/** How far an answer is about a moment of the past. */
export interface AsOf {
  readonly at: string
  readonly presence: (typeof PRESENCES)[number]
  /** The fields that are as they were then; all others are as they are now. */
  readonly fieldsThen: readonly string[]
  readonly sentence: string
}

/** What was known of an object at a moment: its fields, as far as their history is kept, and what had changed it by then. */
export async function readObjectAt(
  store: Store,
  kind: Kind,
  wanted: Wanted,
  { at, historyDays }: { readonly at: string; readonly historyDays: number | undefined },
): Promise<StoredObject & { readonly asOf: AsOf }> {
  const now = await readObject(store, kind, wanted)
  const moment = await placeMoment(store, now.row, at)
  refuseOutside(moment, historyDays)
  const events = await readEvents(store, kind, now.row, moment.at)
  const past = events.filter(({ isLater }) => !isLater)
  const later = events.filter(({ isLater }) => isLater)
  const presence = presenceAt(past, later, moment)
  if (presence === 'not-yet') {
    const sentence = `The ${kind.name} "${wanted.id}" was not known yet at ${moment.at}: it was first stored at ${String(now.row.storedAt)}.`
    throw new Refused('not-found', sentence)
  }
  const { columns, before } = fieldsAt(kind, { past, later }, presence, moment)
  const fieldsThen = columns.includes(kind.finding?.status ?? '') ? [...columns, 'localStatus'] : columns
  const values = await valuesOf(store, kind, before)
  const { projectIds } = wanted.restriction
  const shown = past.map(({ isLater: _, isBeforeStored: __, ...entry }) => ({
    ...entry,
    before: entry.event === 'changed' ? entry.before : null,
  }))
  return {
    row: hideOtherProjects(withLocalStatus(kind, { ...now.row, ...values }), projectIds),
    history: shown
      .filter(({ field }) => !projectIds || !namesProjects(field))
      .toReversed()
      .slice(0, MOST_HISTORY),
    tombstone: presence === 'removed' ? burialOf(past, now) : null,
    asOf: { at: moment.at, presence, fieldsThen, sentence: sentenceOf(fieldsThen, presence) },
  }
}

interface Moment {
  readonly at: string
  readonly isAhead: boolean
  /** How many days ago it was. */
  readonly daysAgo: number
  readonly isBeforeStored: boolean
  /** Nothing of the object was written since then. */
  readonly isSinceWritten: boolean
}

async function placeMoment({ pool }: Store, { storedAt, writtenAt }: Row, at: string): Promise<Moment> {
  const { rows } = await pool.query<Moment>(
    `SELECT m.at, m.at > now() AS "isAhead", (extract(epoch FROM now() - m.at) / 86400)::float8 AS "daysAgo",
       m.at < $2::timestamptz AS "isBeforeStored", m.at >= $3::timestamptz AS "isSinceWritten"
     FROM (SELECT $1::timestamptz AS at) m`,
    [at, storedAt, writtenAt],
  )
  return rows[0] as Moment
}

function refuseOutside({ at, isAhead, daysAgo }: Moment, historyDays: number | undefined): void {
  if (isAhead) throw new Refused('bad-input', `${at} lies ahead. Give a moment of the past.`)
  if (historyDays === undefined || daysAgo <= historyDays) return
  const sentence = `${at} is too long ago: history is kept for ${historyDays} days here. Give a later moment.`
  throw new Refused('bad-input', sentence)
}

interface Event extends HistoryEntry {
  readonly isLater: boolean
  readonly isBeforeStored: boolean
}

/** Everything that happened to an object, in order. */
async function readEvents({ pool }: Store, kind: Kind, row: Row, at: string): Promise<Event[]> {
  const { rows } = await pool.query<Event>(
    `SELECT h.at, h.event, h.field, h.before, h.after, h.cause, h.run_id AS "runId",
       bool_or(h.at > $4::timestamptz) OVER (ORDER BY h.seq) AS "isLater", h.at < $5::timestamptz AS "isBeforeStored"
     FROM history h JOIN connection c ON c.id = h.connection_id
     WHERE c.name = $1 AND h.kind = $2 AND h.id = $3 ORDER BY h.seq`,
    [row.connection, kind.name, row.id, at, row.storedAt],
  )
  return rows
}

function presenceAt(
  past: readonly Event[],
  later: readonly Event[],
  { isBeforeStored }: Moment,
): AsOf['presence'] | 'not-yet' {
  const isMove = ({ event }: Event) => event !== 'changed'
  const last = past.findLast(isMove)
  if (last) return last.event === 'deleted' ? 'removed' : 'here'
  if (later.find(isMove)?.event === 'restored') return 'removed'
  if (past.length > 0 || !isBeforeStored) return 'here'
  // Of what came back before that was kept, it is not known since when it had been here.
  return later.some((event) => event.isBeforeStored) ? 'unknown' : 'not-yet'
}

/** Which fields can be told as of then, and what those that changed since were. */
function fieldsAt(
  kind: Kind,
  { past, later }: { past: readonly Event[]; later: readonly Event[] },
  presence: AsOf['presence'],
  { isSinceWritten }: Moment,
): { columns: string[]; before: ReadonlyMap<string, string | null> } {
  if (isSinceWritten) return { columns: Object.keys(kind.columns), before: new Map() }
  const tracked = Object.entries(kind.columns).flatMap(([name, { isTracked }]) => (isTracked ? [name] : []))
  const isRemoval = ({ event }: Event) => event === 'deleted'
  if (presence === 'removed') {
    const last = knownAt(past.findLast(isRemoval), tracked)
    return { columns: [...last.keys()], before: last }
  }
  const removal = later.findIndex(isRemoval)
  const before = new Map<string, string | null>()
  for (const { field, before: value } of later.slice(0, removal < 0 ? undefined : removal)) {
    if (field !== null && tracked.includes(field) && !before.has(field)) before.set(field, value)
  }
  for (const [name, value] of knownAt(later[removal], tracked)) if (!before.has(name)) before.set(name, value)
  const isBack = later.some(({ event }) => event === 'restored')
  return { columns: isBack ? tracked.filter((name) => before.has(name)) : tracked, before }
}

/** What was known of an object when it was removed. */
function knownAt(removal: Event | undefined, tracked: readonly string[]): Map<string, string | null> {
  const known = JSON.parse(removal?.before ?? '{}') as Record<string, string | null>
  return new Map(Object.entries(known).filter(([name]) => tracked.includes(name)))
}

/** The values of fields in the types of their columns, from the text that history keeps. */
async function valuesOf({ pool }: Store, kind: Kind, before: ReadonlyMap<string, string | null>): Promise<Row> {
  if (before.size === 0) return {}
  const columns = sqlColumns(kind).filter(({ name }) => before.has(name))
  const casts = columns.map(({ name, type }, index) => `$${index + 1}::text::${type} AS "${name}"`)
  const { rows } = await pool.query<Row>(
    `SELECT ${casts.join(', ')}`,
    columns.map(({ name }) => before.get(name)),
  )
  return rows[0] ?? {}
}

function burialOf(past: readonly Event[], now: StoredObject): Tombstone | null {
  const burial = past.findLast(({ event }) => event === 'deleted')
  return burial ? { reason: burial.after ?? '', runId: burial.runId, deletedAt: burial.at } : now.tombstone
}

const STATES: Readonly<Record<AsOf['presence'], string>> = {
  here: 'It was here.',
  removed: 'It had been removed.',
  unknown: 'It was removed and came back later; since when it had been here before that is not kept.',
}

function sentenceOf(fieldsThen: readonly string[], presence: AsOf['presence']): string {
  const state = STATES[presence]
  if (fieldsThen.length === 0) return `${state} All fields are as they are now: what they were then is not kept.`
  if (fieldsThen.includes('id')) return `${state} All fields are as they were then.`
  return `${state} As they were then: ${fieldsThen.join(', ')}. All else, raw too, is as it is now.`
}
