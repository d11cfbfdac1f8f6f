import { Fatal, Refused, Retriable, Skippable } from '../errors.ts'

/** An answer of Wiz as far as telling failures apart needs it; `json` is undefined where the body was not JSON. */
export interface WizAnswer {
  status: number
  headers: Record<string, string>
  json: unknown
  /** The beginning of a body that was not JSON. */
  words?: string
}

/** One complaint of Wiz inside an answer, under a code of ours. */
export interface WizError {
  code: FailureCode
  message: string
  path?: (string | number)[]
}

/** What can go wrong on Wiz's side of a call. */
export type FailureCode = keyof typeof failures
type WizFailure = Retriable | Fatal | Skippable | Refused

type Make = new (code: string, sentence: string, options: { details: Details; retryAfterMs?: number }) => WizFailure
type Details = Record<string, unknown>

const failures = {
  'rate-limited': [Retriable, 'Wiz asks to slow down; the call is repeated later by itself.'],
  'not-authenticated': [
    Fatal,
    'Wiz does not accept the token: check that the service account still exists and that its API URL is of the same region.',
  ],
  'ip-not-allowed': [
    Fatal,
    "Wiz refuses this machine's IP address: add it to the IP allow list under Settings > Security in Wiz.",
  ],
  'missing-scope': [
    Refused,
    'The service account lacks a permission for this: add the scope in Wiz under Settings > Service Accounts, then try again.',
  ],
  forbidden: [Refused, 'Wiz forbids this to the service account: check its scopes and the projects it is limited to.'],
  'not-found': [Refused, 'Wiz does not know this object (any more), or the service account cannot see its project.'],
  'bad-input': [Refused, 'Wiz did not accept a value of this call: correct it and try again.'],
  'query-too-heavy': [Skippable, 'The query is too heavy for Wiz: ask for fewer rows or fields at a time.'],
  'query-refused': [Skippable, 'Wiz refused the query without saying why: ask for fewer rows or fields at a time.'],
  'schema-drift': [Skippable, "Wiz's API no longer has something this query asks for: update Wizbridge."],
  'wiz-internal': [Retriable, 'Wiz had an internal error; if it stays, give its request id to Wiz support.'],
  unavailable: [Retriable, 'Wiz is not available right now; the call is repeated later by itself.'],
  timeout: [Retriable, "Wiz's gateway gave up on this call: if it stays, ask for fewer rows at a time."],
  'no-data': [Retriable, 'Wiz answered without data and without an error.'],
  'damaged-answer': [Retriable, 'The answer of Wiz arrived damaged.'],
  'not-wiz': [
    Fatal,
    'What answered is not the Wiz API: check the API URL, and whether a proxy or sign-in page is in between.',
  ],
  'unknown-error': [Skippable, 'Wiz reported an error that is not known here.'],
} as const satisfies Record<string, readonly [unknown, string]>

const byWizCode: Record<string, FailureCode> = {
  RATE_LIMIT_EXCEEDED: 'rate-limited',
  UNAUTHENTICATED: 'not-authenticated',
  UNAUTHORIZED: 'missing-scope',
  FORBIDDEN_IP: 'ip-not-allowed',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not-found',
  BAD_USER_INPUT: 'bad-input',
  GRAPHQL_VALIDATION_FAILED: 'schema-drift',
  GRAPHQL_PARSE_FAILED: 'schema-drift',
  INTERNAL: 'wiz-internal',
  INTERNAL_SERVER_ERROR: 'wiz-internal',
  DOWNSTREAM_SERVICE_ERROR: 'wiz-internal',
}

// What a message says outranks its code: validation errors and missing records also come as BAD_USER_INPUT or INTERNAL.
const aboutRate = /rate limit(?:ed| exceeded)?|too many requests/i
const byMessage: [RegExp, FailureCode][] = [
  [aboutRate, 'rate-limited'],
  [
    /cannot query field|unknown (?:argument|type|field|fragment)|is not defined by type|must (?:not )?have a selection|is required, but it was not provided|conflict because they/i,
    'schema-drift',
  ],
  [/resource not found|record not found|not found for id/i, 'not-found'],
  [
    /too (?:heavy|complex|expensive|large)|complexity|query cost|cost limit|timed? ?out|deadline exceeded/i,
    'query-too-heavy',
  ],
]

const byMessageAlone: [RegExp, FailureCode][] = [
  [/unauthenticated|jwt expired|token (?:is |has )?expired|invalid token/i, 'not-authenticated'],
  [/access denied|missing (?:required )?(?:scope|permission)|insufficient (?:scope|permission)/i, 'missing-scope'],
  [/internal (?:server )?error/i, 'wiz-internal'],
]

const byStatus: Record<number, FailureCode> = {
  401: 'not-authenticated',
  403: 'forbidden',
  404: 'not-wiz',
  405: 'not-wiz',
  407: 'not-wiz',
  408: 'timeout',
  413: 'query-too-heavy',
  429: 'rate-limited',
  500: 'wiz-internal',
  502: 'unavailable',
  503: 'unavailable',
  504: 'timeout',
}

/** The complaints inside an answer; `hide` takes secrets out of what Wiz says. */
export function problemsOf(answer: WizAnswer, hide = asIs): WizError[] {
  return rawErrors(answer).map((raw) => {
    const path = Array.isArray(raw.path) ? raw.path.map((step) => pathStep(step, hide)) : undefined
    return { code: codeOfError(raw, answer.status), message: quote(raw.message, hide), ...(path && { path }) }
  })
}

/** What the caller of a failed call could live with. */
interface Tolerance {
  hide?: (text: string) => string
  /** A part of a mutation that was carried out must not be thrown away. */
  mutation?: boolean
  /** Null at every root is an answer, to be read together with the complaints. */
  nullable?: boolean
}

/** Why an answer is of no use, or null where it carries data (perhaps beside complaints: see `problemsOf`). */
export function failureOf(answer: WizAnswer, tolerance: Tolerance = {}): WizFailure | null {
  const { hide = asIs, mutation = false, nullable = false } = tolerance
  const data = member(answer.json, 'data')
  const problems = problemsOf(answer, hide)
  // These two speak about the whole call, so that asking again gives what is missing.
  const whole = problems.find(({ code }) => code === 'rate-limited' || code === 'not-authenticated')
  const first = whole ?? problems[0]
  if (first) {
    if (hasContent(data) && (mutation || !whole)) return null
    if (nullable && !whole && answer.status < 500) return null
    return failure(first.code, answer, problems, hide)
  }
  if (answer.status === 200 && isObject(data)) return null
  return failure(codeOfStatus(answer), answer, [], hide)
}

/** How long the other side asks to wait, from either of its two ways to say so. */
export function retryAfterOf(answer: WizAnswer, nowMs = Date.now()): number | undefined {
  for (const raw of rawErrors(answer)) {
    const seconds = Number(member(raw.extensions, 'retryAfter') ?? Number.NaN)
    if (seconds >= 0) return seconds * 1000
  }
  const header = answer.headers['retry-after']
  if (header === undefined) return undefined
  const wait = /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

function failure(
  code: FailureCode,
  answer: WizAnswer,
  problems: WizError[],
  hide: (text: string) => string,
): WizFailure {
  const [kind, sentence] = failures[code] as readonly [Make, string]
  const requestId = requestIdOf(answer, hide)
  const wizMessages = [...new Set(problems.map(({ message }) => message))].slice(0, 50)
  const scopes = wizMessages.flatMap((message) => message.match(scopeName) ?? [])
  const parts = [
    scopes.length > 0 && code === 'missing-scope'
      ? sentence.replace('the scope', `the scope ${scopes.join(', ')}`)
      : sentence,
    wizMessages[0] ? `Wiz says: "${wizMessages[0]}".` : `HTTP status ${answer.status}.`,
    requestId ? `Wiz request id: ${requestId}.` : '',
  ]
  const details: Details = {
    status: answer.status,
    wizMessages,
    ...(requestId && { requestId }),
    ...(scopes.length > 0 && { scopes }),
  }
  const path = problems.find((problem) => problem.code === code)?.path
  if (path) details.path = path
  const retryAfterMs = retryAfterOf(answer)
  return new kind(code, parts.filter(Boolean).join(' '), {
    details,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

const scopeName = /\b(?:read|write|create|update|delete|admin):[a-z_]+\b/g
const uuid = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/i

function codeOfError(raw: RawError, status: number): FailureCode {
  const message = String(raw.message ?? '')
  const wizCode = String(member(raw.extensions, 'code') ?? '').toUpperCase()
  if (status === 401) return 'not-authenticated'
  return (
    byMessage.find(([pattern]) => pattern.test(message))?.[1] ??
    byWizCode[wizCode] ??
    byMessageAlone.find(([pattern]) => pattern.test(message))?.[1] ??
    (status >= 400 ? codeOfHttp(status) : 'unknown-error')
  )
}

function codeOfHttp(status: number): FailureCode {
  return byStatus[status] ?? (status >= 500 ? 'unavailable' : 'query-refused')
}

function codeOfStatus(answer: WizAnswer): FailureCode {
  if (answer.status >= 400) {
    // Some gateways tell a limit by these words alone, whatever the status.
    const said = isObject(answer.json) ? answer.json.message : answer.words
    return aboutRate.test(String(said ?? '')) ? 'rate-limited' : codeOfHttp(answer.status)
  }
  if (answer.json !== undefined) return isObject(answer.json) && 'data' in answer.json ? 'no-data' : 'not-wiz'
  return /\bjson\b/.test(answer.headers['content-type'] ?? '') ? 'damaged-answer' : 'not-wiz'
}

interface RawError {
  message?: unknown
  path?: unknown
  extensions?: unknown
}

function rawErrors({ json }: WizAnswer): RawError[] {
  const errors = member(json, 'errors')
  return Array.isArray(errors) ? errors.filter(isObject) : []
}

function pathStep(step: unknown, hide: (text: string) => string): string | number {
  if (typeof step === 'number') return step
  return typeof step === 'string' && /^\w{1,100}$/.test(step) ? hide(step) : '…'
}

function requestIdOf(answer: WizAnswer, hide: (text: string) => string): string | undefined {
  const said = rawErrors(answer).map(
    (raw) => member(raw.extensions, 'requestId') ?? uuid.exec(String(raw.message))?.[0],
  )
  const found =
    said.find((id) => typeof id === 'string') ?? answer.headers['x-request-id'] ?? answer.headers['x-amzn-requestid']
  return typeof found === 'string' && /^[\w.:=-]{4,100}$/.test(found) && hide(found) === found ? found : undefined
}

function quote(message: unknown, hide: (text: string) => string): string {
  const text = hide(String(message ?? 'no message'))
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  return text.length > 500 ? `${text.slice(0, 499)}…` : text
}

function hasContent(data: unknown): boolean {
  return isObject(data) && Object.values(data).some((value) => value !== null && value !== undefined)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

function asIs(text: string): string {
  return text
}
