import { type Answer, jsonAnswer, RATE_FORMS } from '../answer.ts'
import { parseSpec } from '../faults/parse-spec.ts'
import { registry } from '../faults/registry.ts'
import type { Collection } from '../world/collection.ts'
import { type Exchange, readBody, send } from './exchange.ts'
import type { Services } from './services.ts'

type Body = Record<string, unknown>

/** What an operator, or a test in another process, may ask for: `METHOD name`. */
type Action = (services: Services, body: Body, url: URL) => unknown

const MAX_BODY = 4 * 1024 * 1024

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

const isCollection = (value: unknown): value is Collection => isBody(value) && typeof value.shrink === 'function'

function number(body: Body, name: string): number {
  const value = body[name]
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`"${name}" must be a number.`)
  return value
}

function text(body: Body, name: string): string {
  const value = body[name]
  if (typeof value !== 'string') throw new TypeError(`"${name}" must be a text.`)
  return value
}

function patchOf(body: Body, name: string): Body {
  const value = body[name]
  if (!isBody(value)) throw new TypeError(`"${name}" must be an object.`)
  return value
}

function changeWorld({ world }: Services, body: Body): unknown {
  const collection: unknown = Reflect.get(world, text(body, 'collection'))
  if (!isCollection(collection)) throw new TypeError(`There is no collection ${JSON.stringify(body.collection)}.`)
  const action = text(body, 'action')
  const changed = () => {
    if (action === 'shrink') return collection.shrink(number(body, 'fraction'))
    if (action === 'remove') return collection.remove(text(body, 'id'))
    if (action === 'update') return collection.update(text(body, 'id'), patchOf(body, 'patch')).id
    if (action === 'add') return collection.add(isBody(body.partial) ? body.partial : {}).id
    throw new TypeError('"action" must be shrink, remove, update or add.')
  }
  return { changed: changed(), count: collection.count() }
}

function addFaults({ faults }: Services, body: Body): unknown {
  const specs = Array.isArray(body.faults) ? body.faults : [body]
  faults.add(...specs.map(parseSpec))
  return { active: faults.list() }
}

function changeAccount({ accounts }: Services, body: Body): unknown {
  const clientId = text(body, 'clientId')
  if (!accounts.get(clientId)) accounts.add({ clientId, clientSecret: text(body, 'clientSecret') })
  for (const name of ['scopes', 'projectIds']) {
    if (body[name] != null && !Array.isArray(body[name])) throw new TypeError(`"${name}" must be a list.`)
  }
  const { scopes, projectIds, disabled } = accounts.update(clientId, body)
  return { clientId, scopes: [...scopes], projectIds, disabled }
}

function changeRate({ rate }: Services, body: Body): void {
  for (const name of ['perSecond', 'concurrency', 'retryAfter']) if (body[name] != null) number(body, name)
  if (body.form !== undefined && !RATE_FORMS.some((form) => form === body.form)) {
    throw new TypeError(`"form" must be one of: ${RATE_FORMS.join(', ')}.`)
  }
  rate.set(body)
}

const ACTIONS: Record<string, Action> = {
  'GET health': ({ world, clock, load }) => ({
    status: 'ok',
    now: clock.now(),
    worldNow: world.now(),
    issues: world.issues.count(),
    load: load?.describe() ?? null,
  }),
  'GET journal': ({ journal }, _body, url) => {
    const { calls, tokens, transfers, trapped } = journal
    const summary = journal.summary()
    return url.searchParams.has('summary') ? summary : { summary, calls, tokens, transfers, trapped }
  },
  'DELETE journal': ({ journal }) => journal.clear(),
  'GET faults': ({ faults }) => ({
    active: faults.list(),
    known: Object.entries(registry).map(([name, { about, applies, params }]) => ({ name, about, applies, params })),
  }),
  'POST faults': addFaults,
  'DELETE faults': ({ faults }) => faults.clear(),
  'POST clock': (services, body) => {
    services.advance(number(body, 'advanceMs'))
    return { now: services.clock.now(), worldNow: services.world.now() }
  },
  'POST world': changeWorld,
  'POST load': ({ load }, body) => {
    if (!load) throw new TypeError('The simulator does not run in load mode: start it with --load.')
    return { changed: load.change(number(body, 'change')) }
  },
  'POST tokens': ({ tokens }, body) => ({
    revoked: tokens.revokeAll(body.revoke === true ? undefined : text(body, 'revoke')),
  }),
  'POST accounts': changeAccount,
  'POST rate': changeRate,
}

async function answerAdmin({ request, url }: Exchange, services: Services, name: string): Promise<Answer> {
  const action = ACTIONS[`${request.method} ${name}`]
  if (!action) return jsonAnswer(404, { error: `Known here: ${Object.keys(ACTIONS).join(', ')}.` })
  try {
    const body: unknown = JSON.parse((await readBody(request, MAX_BODY))?.toString('utf8') || '{}')
    const given = Array.isArray(body) ? { faults: body } : body
    if (!isBody(given)) throw new TypeError('The body must be a JSON object.')
    return jsonAnswer(200, action(services, given, url) ?? { done: true })
  } catch (error) {
    return jsonAnswer(400, { error: error instanceof Error ? error.message : String(error) })
  }
}

/** Answers /_simulator/…, the simulator's own controls. */
export async function handleAdmin(exchange: Exchange, services: Services, name: string): Promise<void> {
  const { request, response } = exchange
  if (name !== 'trap') return send(response, await answerAdmin(exchange, services, name))
  const authorized = request.headers.authorization !== undefined
  services.journal.trap({ at: services.clock.now().toISOString(), method: request.method ?? '', authorized })
  return send(response, jsonAnswer(200, { data: {} }))
}
