import { codeOf, Refused, Retriable, sentenceOf } from '../errors.ts'
import { hasConnection, type Kind } from '../kinds/kind.ts'
import { KINDS, kindNamed } from '../kinds/kinds.ts'
import { project } from '../kinds/project.ts'
import type { Store } from '../store/open-store.ts'
import type { Scope } from '../store/scope.ts'
import type { Wiz } from '../wiz/client.ts'
import { regionProblem } from '../wiz/url.ts'
import { askNow, isPassing, PATIENCE_MS } from './ask-now.ts'
import { countKind, type KindCount } from './count-kind.ts'
import { type Cost, callsFor, costOf } from './estimate.ts'
import { NEEDED_SCOPES } from './needed-scopes.ts'
import { partSentence, scopesForTheRest } from './scopes-to-tick.ts'

/** The answer to one question; `ok` is null where it could not be found out. */
export interface Check {
  readonly ok: boolean | null
  readonly code: string | null
  readonly sentence: string | null
}

/** Why a kind that may be read has no rows. */
type EmptyReason = 'project-visibility' | 'none-exist' | 'filter'

/** What a service account can read of a kind. */
export interface Capability {
  readonly kind: string
  readonly state: 'allowed' | 'empty' | 'forbidden' | 'unknown'
  readonly count: number | null
  readonly isAtLeast: boolean
  readonly missingScopes: readonly string[]
  readonly emptyReason: EmptyReason | null
  readonly sentence: string | null
  /** How many calls a full sync of it takes. */
  readonly calls: number
}

/** What a service account can do, each question by itself. */
export interface Capabilities {
  readonly ok: boolean
  readonly credentials: Check
  readonly endpoint: Check
  readonly region: Check
  readonly apiUrl: string
  readonly tokenUrl: string
  readonly identityProvider: 'cognito' | 'auth0' | 'unknown'
  readonly dataCentre: string | null
  readonly scopes: readonly string[] | null
  readonly unneededScopes: readonly string[]
  readonly kinds: readonly Capability[]
  /** What a full sync costs; null where nothing can be counted. */
  readonly fullSync: Cost | null
}

const OPEN: Check = { ok: null, code: null, sentence: null }
const GOOD: Check = { ok: true, code: null, sentence: null }

// Where the identity provider was not reached, nobody has looked at the credentials.
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'dns',
  'connection-refused',
  'connect-timeout',
  'connection-reset',
  'timeout',
  'tls',
  'proxy',
  'not-wiz',
  'unavailable',
  'rate-limited',
  'ip-not-allowed',
  'host-not-allowed',
])

/** Finds out what a service account can do: signs in and counts each kind once. Nothing is stored. */
export async function findCapabilities(
  wiz: Wiz,
  scope: Scope,
  signal: AbortSignal,
  { patienceMs = PATIENCE_MS } = {},
): Promise<Capabilities> {
  const { tokenUrl, name } = wiz.identityProvider
  const nothing: Capabilities = {
    ok: false,
    credentials: OPEN,
    endpoint: OPEN,
    // Addresses that do not belong together explain why a good account is unknown there.
    region: regionCheck(wiz, tokenUrl) ?? OPEN,
    apiUrl: wiz.apiUrl.href,
    tokenUrl: tokenUrl.href,
    identityProvider: name,
    dataCentre: null,
    scopes: null,
    unneededScopes: [],
    kinds: [],
    fullSync: null,
  }
  let token: Awaited<ReturnType<Wiz['authenticate']>>
  try {
    token = await askNow(tokenUrl.host, signal, (each) => wiz.authenticate(each), patienceMs)
  } catch (error) {
    signal.throwIfAborted()
    return SAYS_NOTHING.has(codeOf(error))
      ? { ...nothing, endpoint: failed(error) }
      : { ...nothing, credentials: failed(error) }
  }
  const { dataCentre, scopes } = token
  const signedInAt = wiz.identityProvider
  const region = regionCheck(wiz, signedInAt.tokenUrl, dataCentre) ?? GOOD
  const unneededScopes = (scopes ?? []).filter((each) => !NEEDED_SCOPES.has(each)).toSorted()
  const known = { tokenUrl: signedInAt.tokenUrl.href, identityProvider: signedInAt.name, dataCentre, scopes }
  const signedIn = { ...nothing, credentials: GOOD, region, ...known, unneededScopes }
  try {
    const count: Count = (kind, within) =>
      askNow(wiz.apiUrl.host, signal, (each) => countKind(wiz, kind, within, scopes, each), patienceMs)
    const kinds = (await readable(count, scope)).map((each) => inPart(each, scopes))
    const ok = region.ok === true && kinds.every(({ state }) => state === 'allowed' || state === 'empty')
    const fullSync = costOf(
      wiz,
      kinds.reduce((sum, { calls }) => sum + calls, 0),
    )
    return { ...signedIn, ok, endpoint: GOOD, kinds, fullSync }
  } catch (error) {
    signal.throwIfAborted()
    return { ...signedIn, ...refusedBy(wiz, error, region) }
  }
}

function regionCheck({ apiUrl }: Wiz, tokenUrl: URL, dataCentre: string | null = null): Check | undefined {
  const sentence = regionProblem({ apiUrl, tokenUrl, dataCentre })
  return sentence === null ? undefined : { ok: false, code: 'wrong-region', sentence }
}

/** Where a call failed that says nothing about a kind, but about all of them. */
function refusedBy(wiz: Wiz, error: unknown, region: Check): Partial<Capabilities> {
  const foreign = foreignToken(wiz, error)
  if (!foreign) return { endpoint: failed(error) }
  return { endpoint: GOOD, region: region.ok === false ? region : failed(foreign) }
}

/** What it means where a token that was given out a moment ago is not taken; undefined for any other failure. */
export function foreignToken({ apiUrl }: Wiz, error: unknown): Refused | undefined {
  if (codeOf(error) !== 'not-authenticated') return undefined
  const sentence = `The credentials are good, but ${apiUrl.host} does not take their token: the API URL is of another region. Paste the API Endpoint URL that Wiz shows under User Profile > Tenant Info.`
  return new Refused('wrong-region', sentence, { cause: error })
}

/** Asks how many there are of a kind within a scope. */
type Count = (kind: Kind, scope: Scope) => Promise<KindCount>

async function readable(count: Count, scope: Scope): Promise<Capability[]> {
  const [first, ...rest] = KINDS.filter(hasConnection)
  if (!first) return []
  // One call first: where the endpoint does not answer, the others would only wait for the same.
  const firstCount = await count(first, scope)
  const counts = await Promise.all(rest.map((kind) => count(kind, scope).catch(unknown)))
  const known = [first, ...rest].map((kind, at) => ({ kind, answer: [firstCount, ...counts][at] as KindCount }))
  const seesAssets = known.some(({ kind, answer }) => isInProjects(kind) && countOf(answer) > 0)
  const own = await Promise.all(
    known.map(async ({ kind, answer }) => {
      if (answer.state !== 'allowed') return barred(kind, answer)
      if (answer.count !== 0) return allowed(kind, answer.count, answer.isAtLeast)
      const all = scope.projects ? await count(kind, {}).catch(unknown) : answer
      return empty(kind, countOf(all), seesAssets)
    }),
  )
  return KINDS.map((kind) => own.find((each) => each.kind === kind.name) ?? insideOf(kind, own))
}

/** Where Wiz has answered already, a question that fails on the way says something of its own kind only. */
function unknown(error: unknown): KindCount {
  const code = codeOf(error)
  if (!(error instanceof Retriable && !code.startsWith('database-')) && code !== 'not-wiz') throw error
  return { state: 'unknown', code, sentence: sentenceOf(error) }
}

const isOfProjects = (kind: Kind) => kind.planFilters?.projects !== undefined
const isInProjects = (kind: Kind) => isOfProjects(kind) && kind !== project
const countOf = (answer: KindCount) => (answer.state === 'allowed' ? (answer.count ?? 1) : 0)

function allowed(kind: Kind, count: number | null, isAtLeast: boolean): Capability {
  const calls = callsFor(kind, count)
  const facts = { missingScopes: [], emptyReason: null, sentence: null, calls }
  return { kind: kind.name, state: 'allowed', count, isAtLeast, ...facts }
}

/** What may be read but in part says so: Wiz hides the rest without a word. */
function inPart(capability: Capability, held: readonly string[] | null): Capability {
  const kind = kindNamed(capability.kind)
  const missingScopes = capability.state === 'forbidden' ? [] : scopesForTheRest(kind, held)
  return missingScopes.length === 0
    ? capability
    : { ...capability, missingScopes, sentence: partSentence(kind, missingScopes) }
}

function barred(kind: Kind, answer: Exclude<KindCount, { state: 'allowed' }>): Capability {
  const missingScopes = answer.state === 'forbidden' ? answer.missingScopes : []
  const { state, sentence } = answer
  const facts = { count: null, isAtLeast: false, missingScopes, emptyReason: null, calls: 0 }
  return { kind: kind.name, state, sentence, ...facts }
}

function empty(kind: Kind, without: number, seesAssets: boolean): Capability {
  const name = kind.plural.replaceAll('-', ' ')
  const [emptyReason, sentence]: [EmptyReason, string] =
    without > 0
      ? ['filter', `Wiz has ${without} ${name}, but none in the projects of the connection. Change its projects.`]
      : isOfProjects(kind) && !seesAssets
        ? [
            'project-visibility',
            `Wiz shows no ${name}, nor anything that lies in projects. The service account is probably limited to projects without any: change that in Wiz under Settings > Service Accounts.`,
          ]
        : ['none-exist', `Wiz has no ${name}, as far as this service account can see.`]
  return { ...allowed(kind, 0, false), state: 'empty', emptyReason, sentence }
}

/** A kind without a connection of its own may be read where the one it lives inside may. */
function insideOf(kind: Kind, answers: readonly Capability[]): Capability {
  const parent = answers.find((each) => 'inside' in kind.source && each.kind === kind.source.inside)
  const { state = 'unknown', missingScopes = [] } = parent ?? {}
  const isReadable = state === 'allowed' || state === 'empty'
  const sentence = isReadable ? `Read inside ${parent?.kind}; Wiz does not count them.` : (parent?.sentence ?? null)
  const facts = { count: null, isAtLeast: false, emptyReason: null, calls: 0 }
  return { kind: kind.name, state: isReadable ? 'allowed' : state, missingScopes, sentence, ...facts }
}

function failed(error: unknown): Check {
  return { ok: false, code: codeOf(error), sentence: sentenceOf(error) }
}

/** Notes at a connection whether it works, and why not; what passes by itself changes nothing. */
export async function noteStatus(store: Store, connectionId: number, found: Capabilities): Promise<void> {
  if (isPassing(found.endpoint.code ?? '')) return
  await store.db
    .updateTable('connection')
    .set({ ...statusOf(found), updated_at: new Date() })
    .where('id', '=', connectionId)
    .where('status', '<>', 'not-connected')
    .execute()
}

function statusOf({ credentials, endpoint, region, kinds }: Capabilities) {
  const problem = [region, credentials, endpoint].find((each) => each.ok === false)
  if (problem) return { status: 'inactive' as const, status_reason: problem.sentence }
  if (kinds.some(({ state }) => state !== 'forbidden')) return { status: 'active' as const, status_reason: null }
  const missing = [...new Set(kinds.flatMap(({ missingScopes }) => missingScopes))].join(', ')
  const next = `Add scopes in Wiz under Settings > Service Accounts, such as ${missing}.`
  return { status: 'inactive' as const, status_reason: `The service account may read nothing. ${next}` }
}
