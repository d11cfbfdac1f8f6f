/** What the server says about something that went wrong: `application/problem+json` with our stable code. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(problem: { status: number; code: string; title: string; detail: string; details?: object }) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.status = problem.status
    this.code = problem.code
    this.title = problem.title
    this.details = { ...problem.details }
  }
}

/** A value in a query string; lists are repeated, what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

interface Ask {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly query?: Query
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** Asks the API; `path` begins below /api/v1. */
export async function ask<T>(path: string, { method = 'GET', query = {}, body, signal }: Ask = {}): Promise<T> {
  const response = await reach(addressOf(path, query), {
    method,
    signal: signal ?? null,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw await problemOf(response)
  const text = await response.text()
  return (text === '' ? null : JSON.parse(text)) as T
}

/** The address of an API call, e.g. for a link that downloads. */
export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each))
  }
  const text = search.toString()
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`
}

/** A part of an address. */
export const part = encodeURIComponent

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: 'same-origin', ...init })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ProblemError({
      status: 0,
      code: 'unreachable',
      title: 'No connection',
      detail: 'Wizbridge does not answer. Check that it runs and that you are online, then try again.',
    })
  }
}

async function problemOf(response: Response): Promise<ProblemError> {
  const answer: unknown = await response.json().catch(() => null)
  const { status } = response
  if (typeof answer === 'object' && answer !== null && 'code' in answer && 'detail' in answer) {
    return new ProblemError({ status, title: response.statusText, ...answer } as ProblemError & { detail: string })
  }
  const detail = `The server answered ${status} ${response.statusText}. Try again; its log says more.`
  return new ProblemError({ status, code: 'unknown', title: response.statusText || 'Error', detail })
}

/** Whether the server has no such route, because that part of the product is not there. */
export function isAbsent(error: unknown): boolean {
  // A missing object is "not-found" too; only the sentence about the address tells a missing route.
  return error instanceof ProblemError && error.status === 404 && error.message.includes('at this address')
}
