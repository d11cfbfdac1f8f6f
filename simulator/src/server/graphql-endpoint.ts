import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { type Answer, errorAnswer, htmlAnswer, jsonAnswer, rateAnswer, unauthenticatedAnswer } from '../answer.ts'
import { isConnection } from '../faults/connection.ts'
import type { Call, Result, RootCall } from '../faults/fault.ts'
import { type GraphQLRequest, isBadRequest } from '../graphql/execute.ts'
import { type Operation, readOperation } from '../operation.ts'
import type { ServiceAccount } from './accounts.ts'
import { bearerOf, type Exchange, mediaTypeOf, otherOrigin, readBody, send } from './exchange.ts'
import type { JournalCall } from './journal.ts'
import type { Services } from './services.ts'

const compress = promisify(gzip)

const MAX_BODY = 4 * 1024 * 1024

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads the JSON body of a GraphQL call; null when it is none. */
function readRequest(body: Buffer | undefined): GraphQLRequest | null {
  let value: unknown
  try {
    value = JSON.parse(body?.toString('utf8') ?? '')
  } catch {
    return null
  }
  if (!isObject(value) || typeof value.query !== 'string') return null
  const { query, variables, operationName } = value
  return {
    query,
    variables: isObject(variables) ? variables : {},
    operationName: typeof operationName === 'string' ? operationName : null,
  }
}

/** The data centre in an API host name such as `api.us1.app.wiz.io`. */
const dcOfHost = (host: string | undefined) => /^api\.([a-z]+\d+)\.app\.wiz\./.exec(host ?? '')?.[1]

function accountOf({ request }: Exchange, { tokens, accounts, settings }: Services): ServiceAccount | undefined {
  const token = tokens.check(bearerOf(request) ?? '')
  if (token?.dc !== (dcOfHost(request.headers.host) ?? settings.dc)) return undefined
  const account = accounts.get(token.clientId)
  return account?.disabled ? undefined : account
}

/** Says what is wrong with a call before the API looks into it. */
function refusal({ request }: Exchange, { settings }: Services, account: unknown, graphql: GraphQLRequest | null) {
  if (request.method !== 'POST') return errorAnswer('BAD_USER_INPUT', 'GraphQL is spoken by POST only', 405)
  if (!request.headers['user-agent']) return htmlAnswer(403, '403 Forbidden', 'A User-Agent header is required')
  if (!account) return unauthenticatedAnswer(settings.unauthenticated)
  if (mediaTypeOf(request) !== 'application/json') {
    return errorAnswer('BAD_USER_INPUT', 'Content-Type must be application/json', 415)
  }
  if (!graphql) return errorAnswer('BAD_USER_INPUT', 'the body must be JSON with a "query"', 400)
  return undefined
}

interface Turn {
  services: Services
  call: Call
  account: ServiceAccount
  graphql: GraphQLRequest
  operation: Operation | null
  entry: JournalCall
}

/** Remembers where the cursors of an answer lead to. */
function rememberPages({ services, call, account }: Turn, result: Result): void {
  for (const root of call.roots) {
    const value = result.data?.[root.key]
    const cursor = isConnection(value) ? value.pageInfo?.endCursor : undefined
    if (isConnection(value) && typeof cursor === 'string') {
      services.pages.remember(account.clientId, root, root.page, cursor, value.nodes.at(-1))
    }
  }
}

function tamper({ services, call, account, entry }: Turn, result: Result): void {
  const previousNode = (root: RootCall) => services.pages.previousNode(account.clientId, root)
  services.faults.tamper(result, call, previousNode, entry.faults)
}

async function execute(turn: Turn): Promise<Answer> {
  const { services, call, account, graphql, operation } = turn
  const spoilt = services.faults.mayTamper(call)
  const loaded = operation && (await services.load?.answer(operation, graphql, account))
  if (loaded && !spoilt) {
    for (const { root, cursor } of loaded.cursors) {
      services.pages.remember(account.clientId, root, services.pages.pageOf(account.clientId, root), cursor, undefined)
    }
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return { status: 200, headers, body: loaded.body, sent: loaded.done }
  }
  const executed = loaded ? null : await services.execute(graphql, { account })
  // A copy, as the result may share objects with the world.
  const result: Result = spoilt
    ? JSON.parse(loaded ? loaded.body.toString('utf8') : JSON.stringify(executed))
    : { ...executed, errors: executed?.errors?.slice() }
  const status = executed && isBadRequest(executed) ? 400 : 200
  if (spoilt) tamper(turn, result)
  rememberPages(turn, result)
  const code = result.errors?.map((error) => isObject(error) && isObject(error.extensions) && error.extensions.code)[0]
  return { ...jsonAnswer(status, result), ...(typeof code === 'string' ? { code } : {}) }
}

async function answerTurn(turn: Turn): Promise<Answer> {
  const { services, call, entry } = turn
  if (services.settings.latencyMs > 0) await call.wait(services.settings.latencyMs)
  return (await services.faults.answer(call, entry.faults)) ?? (await execute(turn))
}

async function zipped({ request }: Exchange, { settings }: Services, answer: Answer): Promise<Answer> {
  const { body } = answer
  const accepted = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  if (!settings.gzip || !accepted || (typeof body !== 'string' && !(body instanceof Uint8Array))) return answer
  const level = constants.Z_BEST_SPEED
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': 'gzip' },
    body: await compress(body, { level }),
  }
}

/** Answers POST /graphql. */
export async function handleGraphql(exchange: Exchange, services: Services): Promise<void> {
  const { request, response } = exchange
  const startedAt = performance.now()
  const graphql = readRequest(await readBody(request, MAX_BODY))
  const operation = graphql && readOperation(graphql.query, graphql.variables ?? {}, graphql.operationName)
  const account = accountOf(exchange, services)
  const clientId = account?.clientId ?? null
  const roots = (operation?.roots ?? []).map((root) => ({ ...root, page: services.pages.pageOf(clientId ?? '', root) }))
  const walked = roots.find((root) => root.connection)
  const entry = services.journal.begin({
    at: services.clock.now().toISOString(),
    account: clientId,
    userAgent: request.headers['user-agent'] ?? null,
    operation: operation?.name ?? null,
    kind: operation?.kind ?? null,
    roots: roots.map((root) => root.field),
    query: graphql?.query ?? '',
    variables: graphql?.variables ?? {},
    first: typeof walked?.args.first === 'number' ? walked.args.first : null,
    after: typeof walked?.args.after === 'string' ? walked.args.after : null,
    page: walked?.page ?? null,
  })
  const call: Call = {
    endpoint: 'graphql',
    account: clientId,
    mutation: operation?.kind === 'mutation',
    roots,
    otherOrigin: otherOrigin(exchange.url),
    wait: exchange.wait,
    revokeToken: () => services.tokens.revoke(bearerOf(request) ?? ''),
  }
  const wrong = refusal(exchange, services, account, graphql)
  const admission = wrong || !account ? undefined : services.rate.enter(account.clientId)
  const answer = (): Promise<Answer> | Answer => {
    if (wrong || !account || !graphql) return wrong ?? unauthenticatedAnswer('http-401')
    if (admission?.allowed !== false) return answerTurn({ services, call, account, graphql, operation, entry })
    entry.refused = true
    return rateAnswer(services.rate.form, admission.retryAfter)
  }
  try {
    const ready = await zipped(exchange, services, await answer())
    // Before it is sent: who has the answer must find it in the journal.
    Object.assign(entry, {
      status: ready.status,
      code: ready.code ?? null,
      ms: Math.round(performance.now() - startedAt),
    })
    const delivery = services.faults.delivery(call, entry.faults)
    await (delivery ? delivery(response, ready, call) : send(response, ready))
    if (!response.headersSent) entry.status = null
  } finally {
    if (account && admission?.allowed) services.rate.leave(account.clientId)
    entry.ms = Math.round(performance.now() - startedAt)
    services.journal.end(entry)
  }
}
