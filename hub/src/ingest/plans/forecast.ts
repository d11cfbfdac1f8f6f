import type { GraphQLSchema } from 'graphql'
import { codeOf, Skippable, sentenceOf } from '../../errors.ts'
import { deletedTest } from '../../kinds/deleted-test.ts'
import { connectionOf, orderVariables, pageDocument } from '../../kinds/document.ts'
import { hasConnection, type Kind } from '../../kinds/kind.ts'
import { kindNamed } from '../../kinds/kinds.ts'
import { nodeReader, type ReadNode } from '../../kinds/read-node.ts'
import type { Store } from '../../store/open-store.ts'
import type { Scope } from '../../store/scope.ts'
import type { Wiz } from '../../wiz/client.ts'
import { shedAll } from '../../wiz/drift.ts'
import { isPassing, sentenceNow } from '../ask-now.ts'
import { countKind, type KindCount } from '../count-kind.ts'
import { type Cost, callsFor, costOf } from '../estimate.ts'
import { filterFor, keepTest, scopeTest } from '../scope.ts'
import { lookUpKnown } from './known.ts'
import { type PlanContent, scopeOf } from './plan-scope.ts'
import { RULES } from './rules.ts'

/** What would become of one row. */
interface SampleRow {
  readonly id: string
  readonly title: string | null
  readonly outcome: 'comes-in' | 'left-out' | 'kept-as-is'
  readonly reason: string | null
  readonly sentence: string | null
}

/** What would come in of a kind. */
interface KindForecast {
  readonly kind: string
  readonly state: 'allowed' | 'forbidden' | 'unknown'
  /** How many Wiz has under the filters that Wiz applies. */
  readonly count: number | null
  readonly isAtLeast: boolean
  readonly calls: number
  readonly sentence: string | null
  /** How many rows were looked at, and how many of them would be left out, by reason. */
  readonly inspected: number
  readonly leftOut: Readonly<Record<string, number>>
  readonly sample: readonly SampleRow[]
}

/** What a plan would bring in, and what that costs. */
interface Forecast {
  readonly kinds: readonly KindForecast[]
  readonly cost: Cost
}

const INSPECTED = 100
// The word that receipts count it under.
const DELETED = 'deletedInWiz'
const DELETED_SENTENCE = 'Wiz still lists it, and says that it is deleted.'
const SAMPLE = 5

/** Whom a forecast asks. */
interface ForecastContext {
  readonly store: Store
  readonly wiz: Wiz
  readonly schema: GraphQLSchema
  readonly connectionId: number
  readonly projects: readonly string[]
  readonly signal: AbortSignal
}

/** Tells what a plan would bring in. Nothing is stored. */
export async function forecastPlan(context: ForecastContext, plan: PlanContent): Promise<Forecast> {
  const { wiz, signal } = context
  const { scopes } = await wiz.authenticate(signal)
  const kinds = await Promise.all(plan.kinds.map((name) => forecastKind(context, kindNamed(name), plan, scopes)))
  return {
    kinds,
    cost: costOf(
      wiz,
      kinds.reduce((sum, { calls }) => sum + calls, 0),
    ),
  }
}

async function forecastKind(
  context: ForecastContext,
  kind: Kind,
  plan: PlanContent,
  held: readonly string[] | null,
): Promise<KindForecast> {
  try {
    return await lookAtKind(context, kind, plan, held)
  } catch (error) {
    // What fails on the way costs the forecast of its kind only.
    const code = codeOf(error)
    if (!isPassing(code)) throw error
    return { ...nothingOf(kind), state: 'unknown', sentence: sentenceNow(code, sentenceOf(error)) }
  }
}

function nothingOf({ name }: Kind): Omit<KindForecast, 'state' | 'sentence'> {
  return { kind: name, count: null, isAtLeast: false, calls: 0, inspected: 0, leftOut: {}, sample: [] }
}

async function lookAtKind(
  context: ForecastContext,
  kind: Kind,
  plan: PlanContent,
  held: readonly string[] | null,
): Promise<KindForecast> {
  const { wiz, projects, signal } = context
  const nothing = nothingOf(kind)
  if (!hasConnection(kind)) {
    const sentence = `Read inside ${(kind.source as { inside: string }).inside}, without calls of its own.`
    return { ...nothing, state: 'allowed', sentence }
  }
  const scope = scopeOf(kind, plan, projects)
  const answer: KindCount = await countKind(wiz, kind, scope, held, signal)
  if (answer.state !== 'allowed') return { ...nothing, state: answer.state, sentence: answer.sentence }
  const { state, count, isAtLeast } = answer
  const calls = callsFor(kind, count)
  if (count === 0) return { ...nothing, state, count, calls, sentence: 'Wiz has none under these filters.' }
  return { ...nothing, state, count, isAtLeast, calls, sentence: null, ...(await inspect(context, kind, scope)) }
}

/** The first rows of a kind, without fields that Wiz no longer has: a sync goes without them, too. */
async function firstNodes(
  context: ForecastContext,
  kind: Kind,
  scope: Scope,
  document = pageDocument(kind),
): Promise<readonly unknown[]> {
  const { wiz, schema, signal } = context
  const first = Math.min(INSPECTED, connectionOf(kind).pageSize)
  const variables = { first, after: null, count: false, filterBy: filterFor(kind, scope, {}), ...orderVariables(kind) }
  try {
    const question = { document, variables, signal, tries: 2 }
    const { data } = await wiz.ask<{ page: { nodes?: unknown[] | null } | null }>(question)
    return data?.page?.nodes ?? []
  } catch (error) {
    if (codeOf(error) !== 'schema-drift' || !(error instanceof Skippable)) throw error
    const less = shedAll(document, schema, error.details.wizMessages as string[])
    if (!less) throw error
    return firstNodes(context, kind, scope, less.document)
  }
}

async function inspect(context: ForecastContext, kind: Kind, scope: Scope) {
  const { store, connectionId } = context
  const read = nodeReader(kind)
  const isDeleted = deletedTest(kind)
  const rows = (await firstNodes(context, kind, scope))
    .map((node) => read(node))
    .flatMap((node) => ('rejected' in node ? [] : [node]))
  const known = await lookUpKnown(store, connectionId, kind, scope, rows)
  const outside = scopeTest(kind, scope)
  const keeps = keepTest(kind, scope)
  const leftOut: Record<string, number> = {}
  const samples = rows.map((row) => {
    // As in a sync, what Wiz itself calls deleted is judged by nothing else.
    const reason = isDeleted(row) ? DELETED : outside(row, known)
    if (reason !== undefined) leftOut[reason] = (leftOut[reason] ?? 0) + 1
    return sampleOf(kind, row, reason, keeps(row, known))
  })
  // One of each outcome first, so that five rows show what there is to see.
  const firsts = samples.filter((each, at) => samples.findIndex((other) => other.reason === each.reason) === at)
  return { inspected: rows.length, leftOut, sample: [...new Set([...firsts, ...samples])].slice(0, SAMPLE) }
}

function sampleOf(kind: Kind, row: ReadNode, reason: string | undefined, isKept: boolean): SampleRow {
  const title = row.values[Object.keys(kind.columns).indexOf(kind.title)]
  const rule = RULES.find(({ name }) => name === (reason ?? (isKept ? 'keepMetadata' : undefined)))
  return {
    id: row.id,
    title: typeof title === 'string' ? title : null,
    outcome: reason !== undefined ? 'left-out' : isKept ? 'kept-as-is' : 'comes-in',
    reason: reason ?? rule?.name ?? null,
    sentence:
      reason === DELETED
        ? DELETED_SENTENCE
        : (rule?.sentence ?? (reason ? `It lies outside the ${reason} of the plan.` : null)),
  }
}
