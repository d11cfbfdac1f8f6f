/** What goes back to a client. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array | Iterable<Uint8Array>
  /** Code of the first GraphQL error in the body. */
  code?: string
  /** Called when the body has been sent whole. */
  sent?: () => void
}

/**
 * How a rate limit is told: both wire forms of Wiz are known, each with and without the time to wait. Of the last one only
 * the words are known, in the body of an answer that is not 200.
 */
export const RATE_FORMS = ['graphql', 'graphql-no-code', 'http-429', 'http-429-no-header', 'http-403-words'] as const
export type RateForm = (typeof RATE_FORMS)[number]

/** How a missing or dead token is told. */
export type RefusalForm = 'http-401' | 'graphql'

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

/** The page a gateway, not the API, answers with. */
export function htmlAnswer(status: number, title: string, text = title, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html', ...headers },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${text}</h1></center>\r\n</body>\r\n</html>\r\n`,
  }
}

/** An error in the manner of object storage. */
export function storageError(status: number, code: string, message: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  }
}

/** One entry of `errors[]`. */
export interface ErrorEntry {
  message: string
  path?: (string | number)[]
  extensions: { code: string } & Record<string, unknown>
}

/** An entry of `errors[]` as Wiz writes it. */
export function errorEntry(
  code: string,
  message: string,
  path?: (string | number)[],
  extensions: Record<string, unknown> = {},
): ErrorEntry {
  return { message, ...(path ? { path } : {}), extensions: { code, ...extensions } }
}

/** A GraphQL answer that holds nothing but one error. */
export function errorAnswer(
  code: string,
  message: string,
  status = 200,
  extensions: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Answer {
  const body = { errors: [errorEntry(code, message, undefined, extensions)], data: null }
  return { ...jsonAnswer(status, body, headers), code }
}

/** The answer to one call too many. */
export function rateAnswer(form: RateForm, retryAfter: number): Answer {
  const code = 'RATE_LIMIT_EXCEEDED'
  if (form === 'graphql') return errorAnswer(code, 'Rate limit exceeded', 200, { retryAfter })
  if (form === 'graphql-no-code') {
    return { ...jsonAnswer(200, { errors: [{ message: 'Rate limit exceeded' }], data: null }), code }
  }
  if (form === 'http-403-words') {
    return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'Rate limit exceeded', code }
  }
  const headers: Record<string, string> = form === 'http-429' ? { 'retry-after': String(Math.ceil(retryAfter)) } : {}
  return { ...htmlAnswer(429, '429 Too Many Requests', 'Rate limit exceeded', headers), code }
}

/** The answer to a missing, unknown, expired or revoked token. */
export function unauthenticatedAnswer(form: RefusalForm): Answer {
  return form === 'graphql'
    ? errorAnswer('UNAUTHENTICATED', 'unauthenticated')
    : jsonAnswer(401, { message: 'Unauthorized' }, { 'www-authenticate': 'Bearer' })
}

/** Wiz's words for a failure of its own. */
export const OOPS = 'oops! an internal error has occurred. for reference purposes, this is your request id'

/** The whole body as bytes, whatever it is made of. */
export function bytesOf(answer: Answer): Buffer {
  const { body } = answer
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return Buffer.concat([...body])
}
