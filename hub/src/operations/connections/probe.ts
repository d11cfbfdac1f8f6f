import { z } from 'zod'
import { codeOf, Refused, Skippable, sentenceOf } from '../../errors.ts'
import { filterFor } from '../../ingest/scope.ts'
import { countDocument } from '../../kinds/document.ts'
import { hasConnection, type Kind } from '../../kinds/kind.ts'
import { KINDS } from '../../kinds/kinds.ts'
import type { Scope } from '../../store/absences.ts'
import type { Wiz } from '../../wiz/client.ts'
import { regionProblem } from '../../wiz/url.ts'
import { NEEDED_SCOPES } from './needed-scopes.ts'

const check = z.object({
  ok: z.boolean().nullable().describe('Null where it could not be found out.'),
  code: z.string().nullable().describe('What is wrong, for machines.'),
  sentence: z.string().nullable().describe('What is wrong, and what to do next.'),
})

/** What a test of a connection answers, each question by itself. */
export const probeFace = z.object({
  ok: z.boolean().describe('Everything can be read.'),
  credentials: check.describe('Whether the identity provider knows the service account.'),
  endpoint: check.describe('Whether the API can be reached.'),
  region: check.describe('Whether API URL, token URL and credentials belong together.'),
  apiUrl: z.string(),
  tokenUrl: z.string(),
  dataCentre: z.string().nullable(),
  scopes: z.array(z.string()).nullable().describe('What the service account may do, where its token says so.'),
  unneededScopes: z.array(z.string()).describe('What it may do and need not: take these away in Wiz.'),
  kinds: z.array(
    z.object({
      kind: z.string(),
      state: z
        .enum(['allowed', 'empty', 'forbidden', 'unknown'])
        .describe('`empty`: allowed, but there is not a single one: is project visibility missing?'),
      count: z.int().nullable(),
      isAtLeast: z.boolean().describe('Wiz stopped counting there.'),
      missingScopes: z.array(z.string()).describe('Any one of these is enough.'),
      sentence: z.string().nullable(),
    }),
  ),
})

type Probe = z.output<typeof probeFace>
type Check = z.output<typeof check>

const OPEN: Check = { ok: null, code: null, sentence: null }
const GOOD: Check = { ok: true, code: null, sentence: null }

/** Tries out a service account: signs in and counts each kind once. Nothing is stored. */
export async function probe(wiz: Wiz, scope: Scope, signal: AbortSignal): Promise<Probe> {
  const { tokenUrl } = wiz.identityProvider
  const facts = {
    ok: false,
    credentials: OPEN,
    endpoint: OPEN,
    region: OPEN,
    apiUrl: wiz.apiUrl.href,
    tokenUrl: tokenUrl.href,
    dataCentre: null,
    scopes: null,
    unneededScopes: [],
    kinds: [],
  } satisfies Probe
  let token: Awaited<ReturnType<Wiz['authenticate']>>
  try {
    token = await wiz.authenticate(signal)
  } catch (error) {
    signal.throwIfAborted()
    return { ...facts, credentials: failed(error) }
  }
  const { dataCentre, scopes } = token
  const problem = regionProblem({ apiUrl: wiz.apiUrl, tokenUrl, dataCentre })
  const region: Check = problem ? { ok: false, code: 'wrong-region', sentence: problem } : GOOD
  const known = { ...facts, credentials: GOOD, region, dataCentre, scopes, unneededScopes: unneeded(scopes ?? []) }
  // One call first: where the endpoint does not answer, the others would only wait for the same.
  const [first, ...rest] = KINDS.filter(hasConnection)
  const firstAnswer = first && (await countKind(wiz, first, scope, scopes, signal))
  if (!firstAnswer || 'failure' in firstAnswer) return { ...known, endpoint: failed(firstAnswer?.failure) }
  const answers = await Promise.all(rest.map((kind) => countKind(wiz, kind, scope, scopes, signal)))
  const own = [firstAnswer, ...answers].map((answer) => ('failure' in answer ? unknown(answer) : answer))
  const kinds = KINDS.map((kind) => own.find((each) => each.kind === kind.name) ?? insideOf(kind, own))
  const ok = region.ok === true && kinds.every(({ state }) => state === 'allowed' || state === 'empty')
  return { ...known, ok, endpoint: GOOD, kinds }
}

type KindAnswer = Probe['kinds'][number]

/** A call that told nothing about permissions. */
interface Failure {
  readonly kind: string
  readonly failure: unknown
}

async function countKind(
  wiz: Wiz,
  kind: Kind,
  scope: Scope,
  scopes: readonly string[] | null,
  signal: AbortSignal,
): Promise<KindAnswer | Failure> {
  const nothing = { kind: kind.name, count: null, isAtLeast: false, missingScopes: [], sentence: null }
  try {
    const { data } = await wiz.ask<{
      page: { totalCount?: number | null; maxCountReached?: boolean | null; nodes?: unknown[] | null } | null
    }>({ document: countDocument(kind), variables: { filterBy: filterFor(kind, scope, {}) }, signal, tries: 2 })
    const count = data?.page?.totalCount ?? null
    const isEmpty = count === 0 || (count === null && data?.page?.nodes?.length === 0)
    if (!isEmpty) return { ...nothing, state: 'allowed', count, isAtLeast: data?.page?.maxCountReached === true }
    const next = 'If there should be some, look at the projects that the service account is limited to in Wiz.'
    return { ...nothing, state: 'empty', count: 0, sentence: `Wiz shows no ${kind.plural}. ${next}` }
  } catch (error) {
    signal.throwIfAborted()
    const code = codeOf(error)
    if (code === 'missing-scope' || code === 'forbidden') {
      const missingScopes = kind.scopes.filter((each) => !scopes?.includes(each))
      const next = `Add the scope ${missingScopes.join(' or ')} in Wiz under Settings > Service Accounts.`
      return { ...nothing, state: 'forbidden', missingScopes, sentence: `${kind.plural} may not be read. ${next}` }
    }
    if (error instanceof Refused || error instanceof Skippable) return unknown({ kind: kind.name, failure: error })
    return { kind: kind.name, failure: error }
  }
}

function unknown({ kind, failure }: Failure): KindAnswer {
  const sentence = sentenceOf(failure)
  return { kind, state: 'unknown', count: null, isAtLeast: false, missingScopes: [], sentence }
}

/** A kind without a connection of its own may be read where the one it lives inside may. */
function insideOf(kind: Kind, answers: readonly KindAnswer[]): KindAnswer {
  const parent = answers.find((each) => 'inside' in kind.source && each.kind === kind.source.inside)
  const { state = 'unknown', missingScopes = [] } = parent ?? {}
  const isReadable = state === 'allowed' || state === 'empty'
  const sentence = isReadable ? `Read inside ${parent?.kind}; Wiz does not count them.` : (parent?.sentence ?? null)
  return {
    kind: kind.name,
    state: isReadable ? 'allowed' : state,
    count: null,
    isAtLeast: false,
    missingScopes,
    sentence,
  }
}

function failed(error: unknown): Check {
  return { ok: false, code: codeOf(error), sentence: sentenceOf(error) }
}

function unneeded(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !NEEDED_SCOPES.has(scope)).toSorted()
}
