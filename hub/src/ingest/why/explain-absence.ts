import type { GraphQLSchema } from 'graphql'
import { codeOf, sentenceOf } from '../../errors.ts'
import type { Kind } from '../../kinds/kind.ts'
import { KINDS, kindNamed } from '../../kinds/kinds.ts'
import type { Store } from '../../store/open-store.ts'
import type { Wiz } from '../../wiz/client.ts'
import { sentenceNow } from '../ask-now.ts'
import { scopesInWords } from '../scopes-to-tick.ts'
import { answer, WHY_CODES, type WhyAnswer } from './answer.ts'
import { judgePlans } from './judge-plans.ts'
import { lookInStore, type Place, type Sees } from './look-in-store.ts'
import { isLookedFor, type Look, lookInWiz } from './look-in-wiz.ts'
import { parseWizId } from './parse-wiz-id.ts'

/** Who asks, and through what. */
interface WhyContext {
  readonly store: Store
  /** The only connections and projects that may be looked at; all of them when absent. */
  readonly connectionIds?: readonly number[] | undefined
  readonly projectIds?: readonly string[] | undefined
  readonly open: (connection: string) => Promise<{ readonly wiz: Wiz }>
  readonly schema: GraphQLSchema
  readonly signal: AbortSignal
}

/** Why an object of Wiz is not here: the reasons on each connection, the most telling first. */
export async function explainAbsence(
  context: WhyContext,
  pasted: string,
): Promise<{ id: string; answers: readonly WhyAnswer[] }> {
  const { id, kinds: names } = parseWizId(pasted)
  const kinds = names ? KINDS.filter((kind) => names.includes(kind.name)) : KINDS
  if (kinds.length === 0) {
    const sentence = `Objects of the kind ${names?.join(', ')} are not brought in by plans.`
    return { id, answers: [answer('not-kept', sentence, null, { kind: names?.[0] ?? null })] }
  }
  const places = await placesOf(context)
  if (places.length === 0) {
    const change = 'wizbridge connections create'
    return { id, answers: [answer('never-synced', 'There is no connection that it could come through.', change)] }
  }
  const answers = (await Promise.all(places.map((place) => explainAt(context, place, kinds, id)))).flat()
  return { id, answers: answers.toSorted((a, b) => WHY_CODES.indexOf(a.code) - WHY_CODES.indexOf(b.code)) }
}

async function placesOf({ store, connectionIds }: WhyContext): Promise<Place[]> {
  const rows = await store.db.selectFrom('connection').select(['id', 'name', 'project_ids']).orderBy('name').execute()
  return rows
    .filter(({ id }) => connectionIds === undefined || connectionIds.includes(id))
    .map(({ id, name, project_ids: projects }) => ({ id, name, projects }))
}

async function explainAt(context: WhyContext, place: Place, kinds: readonly Kind[], id: string): Promise<WhyAnswer[]> {
  const { store, schema, signal } = context
  const sees = seesOf(context)
  const kept = await lookInStore(store, place, kinds, id, sees)
  // Of what could not be read nobody knows in which projects it lies.
  const stored = context.projectIds ? kept.filter(({ code }) => code !== 'rejected') : kept
  if (stored.some(({ code }) => ['here', 'missed', 'waits-for-approval'].includes(code))) return stored
  let looks: Look[]
  try {
    const { wiz } = await context.open(place.name)
    await wiz.authenticate(signal)
    looks = await lookInWiz({ wiz, schema, signal }, kinds, id)
  } catch (error) {
    signal.throwIfAborted()
    const sentence = `Wiz could not be asked for it: ${sentenceNow(codeOf(error), sentenceOf(error))}`
    const change = `wizbridge connections test ${place.name}`
    return [...stored, answer('cannot-ask', sentence, change, { connection: place.name, by: codeOf(error) })]
  }
  const found = looks.flatMap((look) => (look.state === 'found' && sees(look.kind, look.node) ? [look] : []))
  const judged = await Promise.all(found.map(({ kind, node }) => judgePlans(context, place, kind, node)))
  if (found.length > 0) return [...judged.flat(), ...stored]
  // What was removed here and is of a kind that Wiz cannot be asked for by id: of that its silence tells nothing.
  if (stored.some(({ code, kind }) => code === 'removed' && !isLookedFor(kindNamed(kind ?? '')))) return stored
  return [...stored, ...notFound(place, looks)]
}

function notFound(place: Place, looks: readonly Look[]): WhyAnswer[] {
  const facts = { connection: place.name }
  const barred = looks.flatMap((look) => (look.state === 'forbidden' ? [look.kind] : []))
  const answers = barred.map((kind) => {
    const sentence = `The service account may not read ${kind.plural}, so it is not known whether Wiz has it.`
    const change = `Add the scope ${scopesInWords(kind)} in Wiz under Settings > Service Accounts.`
    return answer('forbidden', sentence, change, { ...facts, kind: kind.name, by: 'missing-scope' })
  })
  // What keeps Wiz from answering for one kind mostly keeps it from answering for all.
  const unclear = new Map(looks.flatMap((look) => (look.state === 'unknown' ? [[look.sentence, look]] : [])))
  const asked = [...unclear.values()].map(({ code, sentence }) => {
    return answer('cannot-ask', `Wiz did not say whether it has it: ${sentence}`, 'Ask again in a while.', {
      ...facts,
      by: code,
    })
  })
  if (answers.length + asked.length > 0) return [...answers, ...asked]
  const sentence =
    'Wiz does not know it (any more), or it lies in a project that the service account of the connection cannot see.'
  const change = 'If it is in Wiz, give the service account its project under Settings > Service Accounts.'
  return [answer('unknown-to-wiz', sentence, change, facts)]
}

/** Whoever is limited to projects hears of nothing outside of them. */
function seesOf({ projectIds }: WhyContext): Sees {
  if (projectIds === undefined) return () => true
  return (kind, node) => {
    const column = kind.planFilters?.projects?.column ?? ''
    const value = node.values[Object.keys(kind.columns).indexOf(column)]
    return [value].flat().some((project) => projectIds.includes(project as string))
  }
}
