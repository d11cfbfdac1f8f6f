import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, Fatal, Retriable, sentenceOf } from '../errors.ts'
import { type FailureCode, failureOf, problemsOf, type WizAnswer, type WizError } from './failure.ts'
import type { Governor, GovernorNumbers } from './governor.ts'
import { createTokenSource, type Token } from './token.ts'
import type { Transport, TransportResponse } from './transport.ts'
import { dataCentreOf, type IdentityProvider, identityProviderFor, normaliseApiUrl } from './url.ts'

/** One GraphQL call. */
export interface Question {
  document: string
  variables?: Record<string, unknown>
  kind?: 'query' | 'mutation'
  signal?: AbortSignal | undefined
  /** How often the call is made at most; 1 for a quick look. */
  tries?: number
  /** The caller can ask for less, so what is too heavy is not asked again as it is. */
  canShrink?: boolean
  /** How an answer is read, throwing where it is damaged; by default as JSON. */
  read?: (body: Buffer) => unknown
  /** Null at every root is returned together with the complaints instead of thrown. */
  nullable?: boolean
}

/** Data, perhaps partial: then `errors` says what is missing. */
export interface Answer<T> {
  data: T | null
  errors: WizError[]
  bytes: number
  startedAt: Date
  ms: number
}

/** What a client did so far. */
export interface WizNumbers extends GovernorNumbers {
  calls: number
  repeated: number
  bytes: number
  tokenRenewals: number
}

/** A tenant of Wiz, as one service account sees it. */
export interface Wiz {
  readonly apiUrl: URL
  /** The one that knows the service account, once somebody has signed in. */
  readonly identityProvider: IdentityProvider
  ask<T>(question: Question): Promise<Answer<T>>
  /** Signs in and tells what the token says. */
  authenticate(signal?: AbortSignal): Promise<Pick<Token, 'dataCentre' | 'scopes' | 'expiresAt'>>
  /** The data centre the tenant lives in, by its token or else by its API URL. */
  dataCentre(signal?: AbortSignal): Promise<string | null>
  numbers(): WizNumbers
}

/** The part of a logger that the client uses. */
export interface WizLog {
  debug(fields: Record<string, unknown>, message: string): void
}

/** Whom to ask, as whom, and through what. */
export interface WizOptions {
  apiUrl: string
  tokenUrl?: string | undefined
  clientId: string
  clientSecret: string
  governor: Governor
  transport: Transport
  log?: WizLog
  /** Wall clock in milliseconds. */
  now?: () => number
  wait?: (ms: number, signal?: AbortSignal) => Promise<void>
  random?: () => number
}

const usualTries = 8
const budgetMs = 300_000
const triesByCode: Record<string, number> = { timeout: 2, 'wiz-internal': 4, 'no-data': 3, 'damaged-answer': 3 }
const triesWhenShrinkable: Record<string, number> = { timeout: 1, 'wiz-internal': 2 }

/** Opens a client; nothing is called before the first question. */
export function openWiz(options: WizOptions): Wiz {
  const {
    clientId,
    clientSecret,
    governor,
    transport,
    log,
    now = Date.now,
    wait = pause,
    random = Math.random,
  } = options
  const { allowHosts } = transport
  const apiUrl = normaliseApiUrl(options.apiUrl, { allowHosts })
  const identityProvider = identityProviderFor({ apiUrl, tokenUrl: options.tokenUrl, allowHosts })
  const tokens = createTokenSource({ ...identityProvider, clientId, clientSecret, send: transport.send, now })
  const count = { calls: 0, repeated: 0, bytes: 0 }

  async function attempt<T>(question: Question, body: string): Promise<Answer<T>> {
    const { signal, nullable = false } = question
    // A token is waited for outside the queue, so that renewing it holds no slot.
    await tokens.get(signal)
    return governor.run(
      async (sending) => {
        const token = await tokens.get(signal)
        const startedAt = new Date(now())
        count.calls += 1
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token.value}` }
        const response = await transport.send({ url: apiUrl, headers, body, signal, onSending: sending })
        count.bytes += response.body.byteLength
        const answer = answerOf(response, question.read)
        const hide = hider([token.value, clientSecret])
        const failure = failureOf(answer, { hide, nullable, mutation: question.kind === 'mutation' })
        if (failure?.code === 'not-authenticated') tokens.invalidate(token)
        if (failure) throw failure
        const { data } = answer.json as { data: T | null }
        return {
          data: data ?? null,
          errors: problemsOf(answer, hide),
          bytes: response.body.byteLength,
          startedAt,
          ms: response.ms,
        }
      },
      { signal },
    )
  }

  async function ask<T>(question: Question): Promise<Answer<T>> {
    const { document, variables = {}, kind = 'query', signal } = question
    const body = JSON.stringify({ query: document, variables })
    let authenticatedAgain = false
    let giveUpAt = Number.POSITIVE_INFINITY
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt<T>(question, body)
      } catch (error) {
        signal?.throwIfAborted()
        if (codeOf(error) === 'not-authenticated' && !authenticatedAgain) {
          authenticatedAgain = true
          continue
        }
        if (kind === 'mutation' && mayHaveHappened(error)) throw outcomeUnknown(error)
        giveUpAt = Math.min(giveUpAt, now() + budgetMs)
        const waitMs = waitBefore(error, tried, random)
        if (!(error instanceof Retriable) || tried >= mostTries(error, question) || now() + waitMs > giveUpAt)
          throw error
        count.repeated += 1
        log?.debug({ code: error.code, host: apiUrl.host, tried, waitMs }, 'asking Wiz again')
        await wait(waitMs, signal)
      }
    }
  }

  return {
    apiUrl,
    get identityProvider() {
      const { href } = tokens.tokenUrl
      return identityProvider.others?.find(({ tokenUrl }) => tokenUrl.href === href) ?? identityProvider
    },
    ask,
    async authenticate(signal) {
      const { dataCentre, scopes, expiresAt } = await tokens.get(signal)
      return { dataCentre, scopes, expiresAt }
    },
    async dataCentre(signal) {
      return (await tokens.get(signal)).dataCentre ?? dataCentreOf(apiUrl)
    },
    numbers: () => ({ ...governor.numbers(), ...count, tokenRenewals: tokens.renewals }),
  }
}

function answerOf({ status, headers, body }: TransportResponse, read = parse): WizAnswer {
  try {
    return { status, headers, json: read(body) }
  } catch {
    return { status, headers, json: undefined, words: body.toString('utf8', 0, 2000) }
  }
}

function parse(body: Buffer): unknown {
  return JSON.parse(body.toString())
}

function hider(secrets: string[]): (text: string) => string {
  return (text) => secrets.filter(Boolean).reduce((left, secret) => left.replaceAll(secret, '…'), text)
}

function mostTries(error: Retriable, { tries = usualTries, canShrink = false }: Question): number {
  const byCode = (canShrink ? triesWhenShrinkable[error.code] : undefined) ?? triesByCode[error.code] ?? usualTries
  return Math.min(tries, byCode)
}

/** Exponential, with jitter so that many callers do not come back at once. */
function waitBefore(error: unknown, tried: number, random: () => number): number {
  const asked = error instanceof Retriable ? (error.retryAfterMs ?? 0) : 0
  return Math.max(asked, Math.min(30_000, 500 * 2 ** (tried - 1)) * (0.5 + random() / 2))
}

// A mutation is made again only where Wiz cannot have carried it out.
const possiblyDone: ReadonlySet<string> = new Set<FailureCode | 'connection-reset' | 'answer-too-large'>([
  'timeout',
  'unavailable',
  'wiz-internal',
  'no-data',
  'damaged-answer',
  'connection-reset',
  'answer-too-large',
])

function mayHaveHappened(error: unknown): boolean {
  return possiblyDone.has(codeOf(error))
}

function outcomeUnknown(error: unknown): Fatal {
  return new Fatal(
    'outcome-unknown',
    `It is not known whether Wiz carried out the change: look at the object in Wiz before trying again. ${sentenceOf(error)}`,
    { cause: error, details: { reason: codeOf(error) } },
  )
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
