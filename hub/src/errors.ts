/** What every error of ours carries: a stable code, a sentence a person can act on, and the cause. */
abstract class WizbridgeError extends Error {
  readonly code: string
  readonly details: Record<string, unknown>

  constructor(code: string, sentence: string, options: ErrorOptions = {}) {
    super(sentence, { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
    this.name = new.target.name
  }
}

interface ErrorOptions {
  cause?: unknown
  /** Facts for machines (never secrets): shown in problem+json and in `--json` errors. */
  details?: Record<string, unknown>
}

/** It may work when tried again: network trouble, rate limits, 5xx, a database that is restarting. */
export class Retriable extends WizbridgeError {
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(code: string, sentence: string, options: ErrorOptions & { retryAfterMs?: number | undefined } = {}) {
    super(code, sentence, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Trying again cannot help; a person has to change something. */
export class Fatal extends WizbridgeError {}

/** This one record, page or kind is set aside with its reason; the rest goes on. */
export class Skippable extends WizbridgeError {}

/** The caller's fault, or something that needs a person's consent or a permission. */
export class Refused extends WizbridgeError {}

/** HTTP status and exit code by what an error asks the caller to do next. */
export function outcomeOf(error: unknown): { status: number; exitCode: number } {
  if (error instanceof Refused) return refusals[error.code] ?? { status: 400, exitCode: 2 }
  if (error instanceof Fatal && AT_WIZ.has(error.code)) return { status: 422, exitCode: 1 }
  if (error instanceof Retriable) return { status: 503, exitCode: 1 }
  return { status: 500, exitCode: 1 }
}

const refusals: Record<string, { status: number; exitCode: number }> = {
  'not-found': { status: 404, exitCode: 2 },
  conflict: { status: 409, exitCode: 4 },
  'not-signed-in': { status: 401, exitCode: 4 },
  'not-allowed': { status: 403, exitCode: 4 },
  'needs-approval': { status: 409, exitCode: 4 },
  'data-dir-in-use': { status: 409, exitCode: 4 },
}

// What somebody has to mend in Wiz, in the credentials or on the way there: the request was understood, and failed.
const AT_WIZ = new Set([
  'wrong-credentials',
  'wrong-audience',
  'account-disabled',
  'ip-not-allowed',
  'forbidden',
  'no-token',
  'not-authenticated',
  'not-wiz',
  'redirect',
  'tls',
  'proxy',
])

/** The one sentence to show for any thrown value. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The stable code of any thrown value; `internal` for what we did not foresee. */
export function codeOf(error: unknown): string {
  return error instanceof WizbridgeError ? error.code : 'internal'
}
