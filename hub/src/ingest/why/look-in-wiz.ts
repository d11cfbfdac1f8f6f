import type { GraphQLSchema } from 'graphql'
import { codeOf, sentenceOf } from '../../errors.ts'
import { control } from '../../kinds/control.ts'
import { hasConnection, type Kind } from '../../kinds/kind.ts'
import { nodeReader, type ReadNode } from '../../kinds/read-node.ts'
import type { Wiz } from '../../wiz/client.ts'
import { lookUp } from '../../wiz/lookup.ts'
import { sentenceNow } from '../ask-now.ts'
import { ENTITY_TYPES, GRAPH_ENTITY, isGraphEntity } from '../graph-entity.ts'

/** What Wiz says of an id, asked for by itself and without any filter. */
export type Look =
  | { readonly state: 'found'; readonly kind: Kind; readonly node: ReadNode; readonly raw: unknown }
  | { readonly state: 'absent' }
  | { readonly state: 'forbidden'; readonly kind: Kind }
  | { readonly state: 'unknown'; readonly code: string; readonly sentence: string }

/** How Wiz is asked; with the schema, a field that Wiz no longer has costs that field and not the answer. */
interface Asking {
  readonly wiz: Wiz
  readonly schema: GraphQLSchema
  readonly signal: AbortSignal
}

// Somebody waits for the answer.
const TRIES = 3
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Whether Wiz can be asked for one object of a kind. */
export function isLookedFor(kind: Kind): boolean {
  return isGraphEntity(kind) || (hasConnection(kind) && kind.source.lookup !== undefined)
}

/** Looks for an id among the kinds that it can be. */
export async function lookInWiz(asking: Asking, kinds: readonly Kind[], id: string): Promise<Look[]> {
  const roots = kinds.filter(hasConnection).filter(({ source }) => source.lookup !== undefined)
  // A missing control is an internal error of Wiz, which is not worth waiting for where the id can be no control.
  const likely = roots.filter(({ name }) => name !== 'control' || kinds.length === 1 || !UUID.test(id))
  const graph = kinds.filter(isGraphEntity)
  const looks = await Promise.all([
    ...likely.map((kind) => lookAt(asking, kind, kind.source.lookup ?? '', kind.select, id)),
    ...(graph.length > 0 && UUID.test(id) ? [lookAtEntity(asking, graph, id)] : []),
  ])
  return looks
}

async function lookAt(asking: Asking, kind: Kind, root: string, selection: string, id: string): Promise<Look> {
  try {
    const found = (await lookUp({ ...asking, root, ids: [id], selection, tries: TRIES })).get(id)
    if (!found || found.state === 'absent') return { state: 'absent' }
    if (found.state === 'unknown') return unknown(kind, found.code, whatWentWrong(kind, found))
    const node = nodeReader(kind)(found.node)
    if ('rejected' in node) return { state: 'unknown', code: node.rejected.code, sentence: node.rejected.sentence }
    return { state: 'found', kind, node, raw: found.node }
  } catch (error) {
    asking.signal.throwIfAborted()
    return unknown(kind, codeOf(error), sentenceNow(codeOf(error), sentenceOf(error)))
  }
}

/** What Wiz says of an internal error is no help to anybody. */
function whatWentWrong(kind: Kind, { code, message }: { readonly code: string; readonly message: string }): string {
  if (code !== 'wiz-internal') return sentenceNow(code, message)
  const known = kind === control ? ' It does so for every control that it does not know.' : ''
  return `it had an internal error when it was asked among the ${kind.plural}.${known}`
}

function unknown(kind: Kind, code: string, sentence: string): Look {
  if (code === 'missing-scope' || code === 'forbidden') return { state: 'forbidden', kind }
  // Wiz refuses to look for what cannot be an id of the kind.
  return code === 'bad-input' ? { state: 'absent' } : { state: 'unknown', code, sentence }
}

async function lookAtEntity(asking: Asking, kinds: readonly Kind[], id: string): Promise<Look> {
  const [first] = kinds
  if (!first) return { state: 'absent' }
  const look = await lookAt(asking, first, GRAPH_ENTITY.root, GRAPH_ENTITY.selection, id)
  if (look.state !== 'found') return look
  const { type, properties, ...rest } = look.raw as { type?: string; properties?: { cloudPlatform?: unknown } | null }
  const kind =
    kinds.find(({ name }) => ENTITY_TYPES[name] === type) ?? kinds.find(({ name }) => name === 'cloud-resource')
  if (!kind) return { state: 'absent' }
  const raw = { ...rest, type, cloudPlatform: properties?.cloudPlatform ?? null }
  const node = nodeReader(kind)(raw)
  return 'rejected' in node ? { state: 'absent' } : { state: 'found', kind, node, raw }
}
