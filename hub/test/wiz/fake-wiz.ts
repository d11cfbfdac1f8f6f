import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openWiz, type WizOptions } from '../../src/wiz/client.ts'
import { createGovernor } from '../../src/wiz/governor.ts'
import type { Page } from '../../src/wiz/pages.ts'
import { countOf, textOf } from '../../src/wiz/split-page.ts'
import { createTransport } from '../../src/wiz/transport.ts'

/** What a handler answers: JSON by default, or any text under its own headers. */
export interface Reply {
  status?: number
  json?: unknown
  text?: string
  headers?: Record<string, string>
  /** Break the connection instead of answering. */
  hangUp?: boolean
}

/** A GraphQL call as it arrived. */
export interface Call {
  query: string
  variables: Record<string, unknown>
  headers: IncomingHttpHeaders
}

interface Handlers {
  token?: (form: URLSearchParams) => Reply | Promise<Reply>
  graphql?: (call: Call) => Reply | Promise<Reply>
}

/** The smallest server that looks like Wiz from outside: a token endpoint and a GraphQL endpoint. */
export async function startFakeWiz(handlers: Handlers = {}) {
  const state = { ...handlers, tokenCalls: 0, calls: [] as Call[] }
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    if (request.url === '/oauth/token') {
      state.tokenCalls += 1
      send(response, await (state.token ?? issueToken)(new URLSearchParams(body)))
      return
    }
    const call = { ...(JSON.parse(body) as Pick<Call, 'query' | 'variables'>), headers: request.headers }
    state.calls.push(call)
    send(response, (await state.graphql?.(call)) ?? { json: { data: { ok: true } } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return Object.assign(state, { url: `http://127.0.0.1:${port}`, port, [Symbol.asyncDispose]: close })
}

/** An unsigned token whose payload needs base64url to be read. */
export function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ note: '>>>???~~~ÿÿÿ', ...claims })}.sig`
}

let issued = 0

/** What the token endpoint answers unless told otherwise: a new token each time. */
export function issueToken(): Reply {
  issued += 1
  return { json: { access_token: jwt({ dc: 'us17', n: issued }), token_type: 'Bearer', expires_in: 900 } }
}

/** A client of a fake Wiz that waits for nothing. */
export function openClient(server: { url: string }, options: Partial<WizOptions> = {}) {
  return openWiz({
    apiUrl: server.url,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    governor: createGovernor({ ledger: impatientLedger() }),
    transport: createTransport({ userAgent: 'test/wizbridge/0', timeoutMs: 5000 }),
    wait: async () => {},
    ...options,
  })
}

/** A ledger under which every call starts at once. */
function impatientLedger() {
  return {
    reserve: async (wanted: number) => ({
      turns: Array.from({ length: wanted }, (_, slot) => ({ slot, opensAt: performance.now(), offByMs: 0 })),
      againInMs: null,
      isHeldBack: false,
      heldBy: null,
      ratePerSecond: 1000,
      concurrency: 1000,
    }),
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.hangUp) {
    response.destroy()
    return
  }
  const text = reply.text ?? JSON.stringify(reply.json)
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers })
  response.end(text)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}

/** The nodes of a page, parsed. */
export function nodesOf({ nodes }: Page): unknown[] {
  return Array.from({ length: countOf(nodes) }, (_, at) => JSON.parse(textOf(nodes, at)) as unknown)
}
