import type { Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import { nodeReader, type ReadNode } from '../../kinds/read-node.ts'
import type { Store } from '../../store/open-store.ts'
import { quoted } from '../../store/sql-name.ts'
import { removedParents } from '../../store/stored-rows.ts'
import { scopeTest } from '../scope.ts'
import { answer, type WhyAnswer } from './answer.ts'

/** A connection that is looked at. */
export interface Place {
  readonly id: number
  readonly name: string
  readonly projects: readonly string[]
}

/** Whether the one who asks may see an object. */
export type Sees = (kind: Kind, node: ReadNode) => boolean

/** What the store itself says of an id: stored, about to go, gone, or set aside. */
export async function lookInStore(
  store: Store,
  place: Place,
  kinds: readonly Kind[],
  id: string,
  sees: Sees,
): Promise<WhyAnswer[]> {
  const found = await Promise.all(kinds.map((kind) => storedAnswer(store, place, kind, id, sees)))
  const answers = found.flatMap((each) => each ?? [])
  if (answers.length > 0) return answers
  return [...(await graveAnswers(store, place, kinds, id, sees)), ...(await rejectedAnswers(store, place, kinds, id))]
}

async function storedAnswer(
  store: Store,
  place: Place,
  kind: Kind,
  id: string,
  sees: Sees,
): Promise<WhyAnswer | undefined> {
  const { rows } = await store.pool.query<{ raw: unknown; absentRun: number | null; heldRun: number | null }>(
    `SELECT raw, absent_run AS "absentRun", (SELECT max(h.run_id) FROM held_row h JOIN receipt r USING (run_id, kind)
       WHERE h.kind = $3 AND h.id = t.id AND r.connection_id = $1 AND r.held_state = 'waiting') AS "heldRun"
     FROM ${quoted(kind.table)} t WHERE connection_id = $1 AND id = $2`,
    [place.id, id, kind.name],
  )
  const [row] = rows
  if (!row || !isSeen(kind, row.raw, sees)) return undefined
  const facts = { connection: place.name, kind: kind.name }
  const { absentRun, heldRun } = row
  if (heldRun !== null && absentRun !== null) {
    const sentence = `It is here, but Wiz no longer shows it; its removal waits for a person in run ${heldRun}.`
    return answer('waits-for-approval', sentence, `wizbridge runs approve ${heldRun}`, { ...facts, run: heldRun })
  }
  if (absentRun !== null) {
    const sentence = `It is here, but run ${absentRun} did not see it; it goes when the next full run does not see it either.`
    return answer('missed', sentence, null, { ...facts, run: absentRun })
  }
  return answer('here', 'It is here.', `wizbridge ${kind.plural} show ${id} --connection ${place.name}`, facts)
}

const GRAVE_REASONS: Readonly<Record<string, [string, string]>> = {
  'gone-from-wiz': ['Wiz no longer had it', 'If Wiz has it again, the next sync brings it back.'],
  'deleted-in-wiz': ['Wiz said that it was deleted', 'If Wiz has it again, the next sync brings it back.'],
  approved: ['a person approved its removal', 'If Wiz has it again, the next full sync brings it back.'],
}

async function graveAnswers(
  store: Store,
  place: Place,
  kinds: readonly Kind[],
  id: string,
  sees: Sees,
): Promise<WhyAnswer[]> {
  const graves = await store.db
    .selectFrom('tombstone')
    .selectAll()
    .where('connection_id', '=', place.id)
    .where('id', '=', id)
    .execute()
  const answers = graves.map(async ({ kind: name, reason, run_id: run, deleted_at: at, raw }) => {
    const kind = kinds.find((each) => each.name === name)
    if (!kind || !isSeen(kind, raw, sees)) return []
    const [because, change] =
      reason === 'left-scope'
        ? await whyUnwanted(store, place, kind, id, raw)
        : (GRAVE_REASONS[reason] ?? [`the reason was "${reason}"`, 'See "wizbridge tombstones list".'])
    const by = run === null ? '' : ` by run ${run}`
    const sentence = `It was here and was removed on ${at.slice(0, 10)}${by}, because ${because}.`
    return answer('removed', sentence, change, { connection: place.name, kind: name, run, by: reason })
  })
  return (await Promise.all(answers)).flat()
}

/** Why nothing wanted an object any more: its connection, its plans, or what it lived in. */
async function whyUnwanted(
  store: Store,
  place: Place,
  kind: Kind,
  id: string,
  raw: unknown,
): Promise<[because: string, change: string]> {
  if ('inside' in kind.source) {
    const { inside, path } = kind.source
    const parent = (await removedParents(store, kindNamed(inside), path, place.id, [id])).get(id)
    if (parent) return [`no plan wanted the ${inside} it belonged to any more`, `wizbridge why ${parent.id}`]
  }
  const node = nodeReader(kind)(raw)
  const isOutside = !('rejected' in node) && scopeTest(kind, { projects: place.projects })(node) !== undefined
  if (place.projects.length > 0 && isOutside) {
    const change = `Add its project to the connection ${place.name}; see "wizbridge connections update".`
    return ['it lies in no project that the connection is limited to', change]
  }
  return ['no plan wanted it any more', 'Widen the filters of a plan; see "wizbridge plans list".']
}

async function rejectedAnswers(store: Store, place: Place, kinds: readonly Kind[], id: string): Promise<WhyAnswer[]> {
  const { rows } = await store.pool.query<{ kind: string; code: string; reason: string; runId: number }>(
    `SELECT kind, code, reason, run_id AS "runId" FROM rejected_record
     WHERE connection_id = $1 AND kind = ANY ($3) AND (record_id = $2 OR raw->>'id' = $2) ORDER BY id DESC LIMIT 1`,
    [place.id, id, kinds.map((kind) => kind.name)],
  )
  return rows.map(({ kind, code, reason, runId }) => {
    const sentence = `Run ${runId} read it and set it aside: ${reason}`
    const change = `What Wiz sent is kept for a look: wizbridge runs show ${runId}`
    return answer('rejected', sentence, change, { connection: place.name, kind, run: runId, by: code })
  })
}

function isSeen(kind: Kind, raw: unknown, sees: Sees): boolean {
  const node = nodeReader(kind)(raw)
  return !('rejected' in node) && sees(kind, node)
}
