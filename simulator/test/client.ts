import type { Simulator } from '../src/simulator.ts'

/** An answer as it came over the wire. */
export interface Received {
  status: number
  headers: Headers
  text: string
  json(): Answered
}

/** A GraphQL answer, as loosely as a hostile server may send it. */
export interface Answered {
  data?: Record<string, Page | null> | null
  errors?: { message: string; path?: unknown[]; extensions: { code: string; retryAfter?: number } }[]
}

/** A page of a connection, or any other root value. */
export interface Page {
  nodes: (Record<string, unknown> | null)[] | null
  pageInfo?: { hasNextPage: boolean; endCursor: string | null } | null
  totalCount?: number | null
  maxCountReached?: boolean
}

/** A walk through issues, the root aliased as most clients do. */
export const ISSUES = `query Issues($first: Int, $after: String, $filterBy: IssueFilters) {
  issues: issuesV2(first: $first, after: $after, filterBy: $filterBy) {
    nodes { id status severity description createdAt statusChangedAt notes { id } projects { id } serviceTickets { id } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`

const USER_AGENT = 'wizbridge/test/1'

const received = (response: Response, text: string): Received => ({
  status: response.status,
  headers: response.headers,
  text,
  json: () => JSON.parse(text),
})

/** Asks for a token; `changes` replace or (undefined) remove fields of the right form. */
export async function requestToken(
  simulator: Simulator,
  changes: Record<string, string | undefined> = {},
  init: RequestInit = {},
): Promise<Received> {
  const right = {
    grant_type: 'client_credentials',
    audience: 'wiz-api',
    client_id: simulator.clientId,
    client_secret: simulator.clientSecret,
  }
  const fields = Object.entries({ ...right, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const response = await fetch(simulator.tokenUrl, { method: 'POST', body: new URLSearchParams(fields), ...init })
  return received(response, await response.text())
}

/** Gets a token that works. */
export async function tokenOf(simulator: Simulator, changes: Record<string, string | undefined> = {}): Promise<string> {
  const answer = await requestToken(simulator, changes)
  if (answer.status !== 200) throw new Error(`No token: ${answer.status} ${answer.text}`)
  return JSON.parse(answer.text).access_token
}

/** Sends one GraphQL call as it is. */
export async function post(
  simulator: Simulator,
  token: string,
  body: unknown,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Received> {
  const response = await fetch(simulator.apiUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
  return received(response, await response.text())
}

/** Asks for one page of issues. */
export function askIssues(simulator: Simulator, token: string, variables: Record<string, unknown>): Promise<Received> {
  return post(simulator, token, { query: ISSUES, variables })
}

/** The page of issues in an answer. */
export function pageOf(answer: Received): Page {
  const page = answer.json().data?.issues
  if (!page) throw new Error(`No page: ${answer.status} ${answer.text.slice(0, 300)}`)
  return page
}

/** Walks through all issues like a trusting client; returns the ids as they came. */
export async function walkIssues(
  simulator: Simulator,
  token: string,
  variables: Record<string, unknown>,
): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | null = null; ; ) {
    const page = pageOf(await askIssues(simulator, token, { ...variables, after }))
    for (const node of page.nodes ?? []) ids.push(String(node?.id))
    if (!page.pageInfo?.hasNextPage) return ids
    after = page.pageInfo.endCursor
  }
}
