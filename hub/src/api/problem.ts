import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { databaseFailure } from '../database-failure.ts'
import { codeOf, outcomeOf, Refused, Retriable, sentenceOf } from '../errors.ts'

/** An error as RFC 9457 describes it, with our stable code. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string().describe('What the status means.'),
    status: z.int(),
    detail: z.string().describe('What went wrong, and what to do next.'),
    code: z.string().describe('What went wrong, for programs; it stays the same.'),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem', description: 'What went wrong.' })
type Problem = z.output<typeof problemSchema>

/** The media type of errors. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

// Refusals that only HTTP knows.
const STATUS_OF: Record<string, number> = {
  'too-many-requests': 429,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'too-slow': 408,
  'headers-too-large': 431,
  'not-allowed-from-here': 403,
}

type Refusal = readonly [code: string, sentence: string]

const BAD_JSON: Refusal = ['bad-json', 'The body is not valid JSON. Send a JSON object.']

// What the server itself finds wrong with a request, before any operation sees it.
const REFUSALS: Record<string, Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'The body is larger than 1 MB. Send it in parts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'Send JSON, with the header "content-type: application/json".',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: BAD_JSON,
  FST_ERR_CTP_EMPTY_JSON_BODY: ['bad-json', 'The body is empty. Send a JSON object.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'bad-request',
    'The body is not as long as its header says. Send it again, whole.',
  ],
  FST_ERR_BAD_URL: ['bad-request', 'The address is not well-formed. Write special characters in it as %XX.'],
  FST_ERR_ASYNC_CONSTRAINT: ['bad-request', 'The request cannot be understood. See /docs for what there is.'],
  FST_ERR_MAX_PARAM_LENGTH: ['bad-request', 'A part of the address is too long. Check the id or the name in it.'],
  FST_STATIC_FORBIDDEN_PATH: ['bad-request', 'The address leads out of the pages. Write it without "..".'],
}

/** Any thrown value as a problem; what we did not foresee says nothing about our inside. */
export function problemOf(thrown: unknown): Problem {
  const error = databaseFailure(refusalOf(thrown))
  const code = codeOf(error)
  const status = STATUS_OF[code] ?? outcomeOf(error).status
  const problem = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code }
  if (code === 'internal') {
    const detail = 'Something went wrong inside Wizbridge. Try again; the log of the server says more.'
    return { ...problem, detail }
  }
  const details = (error as Refused).details
  return { ...problem, detail: sentenceOf(error), ...(Object.keys(details).length > 0 ? { details } : {}) }
}

/** How long to wait before trying again, in whole seconds; undefined where nobody knows. */
export function retryAfterOf(error: unknown): number | undefined {
  if (!(error instanceof Retriable) || error.retryAfterMs === undefined) return undefined
  return Math.max(1, Math.ceil(error.retryAfterMs / 1000))
}

function refusalOf(thrown: unknown): unknown {
  if (codeOf(thrown) !== 'internal' || !(thrown instanceof Error)) return thrown
  const { code, statusCode, validation } = thrown as { code?: string; statusCode?: number; validation?: unknown }
  const known = REFUSALS[code ?? '']
  if (known) return new Refused(...known, { cause: thrown })
  if (validation) return new Refused('bad-input', `${thrown.message}.`, { cause: thrown })
  // The JSON parser marks its own errors in no other way.
  if (statusCode === 400 && thrown instanceof SyntaxError) return new Refused(...BAD_JSON, { cause: thrown })
  return thrown
}
