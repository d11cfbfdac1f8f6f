import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from 'wizbridge-simulator'
import { z } from 'zod'
import { createApiKey } from '../../src/access/api-keys.ts'
import type { Role } from '../../src/access/caller.ts'
import { ROLES } from '../../src/access/caller.ts'
import { readsQuery, routeOf } from '../../src/api/read-input.ts'
import { KINDS } from '../../src/kinds/kinds.ts'
import type { Operation } from '../../src/operations/operation.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { sync } from '../operations/ask.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

/** What says nothing about any connection or project, with the reason. */
const SAYS_NOTHING: Record<string, string> = {
  'plans.templates': 'It tells what plans there can be.',
  'connections.check': 'It tells about credentials that the caller has anyway.',
  'me.change-password': 'It changes the password of the caller.',
  'views.create': 'It keeps what the caller says, for the caller alone.',
  'me.show': 'It tells the caller about the caller.',
  'kinds.list': 'It tells what kinds of objects there are.',
}

/** Inputs that name something that is there, or that could be. */
const named: Record<string, unknown> = {
  connection: 'prod',
  kind: 'issue',
  field: 'severity',
  email: 'eve@example.com',
}
/** An id of each kind. */
const idOf = new Map<string, string>()
/** Ids of everything that Wiz has told us. */
const wizIds: string[] = []

let test: TestServer
let simulator: Simulator
const keys: Record<string, string> = {}

beforeAll(async () => {
  test = await openTestServer({ operations: OPERATIONS, requestsPerMinute: 100_000 })
  simulator = await startSimulator({ issues: 40, rate: { perSecond: null, concurrency: null } })
  const { apiUrl, tokenUrl, clientId, clientSecret } = simulator
  const payload = { name: 'prod', apiUrl, tokenUrl, clientId, clientSecret }
  const created = await test.ask('admin', { method: 'POST', url: '/api/v1/connections', payload })
  expect(created.statusCode).toBe(201)
  Object.assign(named, { ...payload, name: 'other' })
  const run = await sync(test.app, 'prod')
  const plan = await test.ask('admin', {
    ...{ method: 'POST', url: '/api/v1/plans' },
    payload: { connection: 'prod', template: 'wiz-cspm', name: 'nightly', start: false },
  })
  expect(plan.statusCode, plan.body).toBe(201)
  Object.assign(named, { run: run.id, plan: 'nightly', template: 'wiz-cspm' })
  for (const kind of KINDS) {
    const { rows } = await test.app.store.pool.query<{ id: string }>(`SELECT id FROM "${kind.table}" ORDER BY id`)
    expect(rows.length, kind.name).toBeGreaterThan(0)
    idOf.set(kind.plural, rows[0]?.id ?? '')
    wizIds.push(...rows.map(({ id }) => id))
  }
  const limited = { name: 'limited', role: 'admin' } as const
  keys.connection = (await createApiKey(test.app.store, { ...limited, connectionIds: [999_999] }, 'test')).key
  keys.project = (await createApiKey(test.app.store, { ...limited, projectIds: ['no-such-project'] }, 'test')).key
})
afterAll(async () => {
  await test.close()
  await simulator.close()
})

/** A request that the operation itself would accept. */
function requestOf(operation: Operation) {
  const { method, path, names } = routeOf(operation)
  const [resource = ''] = operation.name.split('.')
  const known = { ...named, id: idOf.get(resource) }
  // Some can be left out one by one, but not all of them.
  const optional = readsQuery(operation) ? [] : Object.keys(operation.input.shape).filter((name) => name in named)
  const { properties = {}, required = [] } = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' })
  const inputs = [...new Set([...required, ...names, ...optional])].map(
    (name) => [name, known[name as keyof typeof known] ?? sampleOf(properties[name])] as const,
  )
  const rest = inputs.filter(([name]) => !names.includes(name))
  const values = new Map(inputs)
  const url = `/api/v1${path.replaceAll(/:(\w+)/g, (_, name) => encodeURIComponent(String(values.get(name))))}`
  const query = new URLSearchParams(rest.map(([name, value]): [string, string] => [name, String(value)])).toString()
  if (readsQuery(operation)) return { method: method as 'GET', url: query ? `${url}?${query}` : url }
  return { method: method as 'POST', url, payload: Object.fromEntries(rest) }
}

function sampleOf(schema: z.core.JSONSchema._JSONSchema | undefined): unknown {
  if (typeof schema !== 'object') return 'x'
  if (schema.enum) return schema.enum[0]
  if (schema.format === 'email') return 'somebody@example.com'
  if (schema.type === 'integer' || schema.type === 'number') return 1
  if (schema.type === 'boolean') return true
  if (schema.type === 'array') return []
  return schema.type === 'object' ? {} : 'sample'
}

const asked = (operation: Operation, authorization?: string) =>
  test.server.inject({ ...requestOf(operation), headers: { ...(authorization && { authorization }) } })

const byName = OPERATIONS.map((operation) => [operation.name, operation] as const)

describe.each(byName)('%s', (name, operation) => {
  it('RUN-4 is refused without a credential', async () => {
    for (const authorization of [undefined, 'Bearer wrong', `Bearer wzb_${'A'.repeat(43)}`]) {
      const response = await asked(operation, authorization)
      expect([response.statusCode, response.json().code]).toEqual([401, 'not-signed-in'])
    }
  })

  it('RUN-4 is refused to a role that is too weak', async () => {
    const weaker: Role[] = ROLES.slice(0, ROLES.indexOf(operation.access))
    for (const role of weaker) {
      const response = await asked(operation, `Bearer ${test.key(role)}`)
      expect([response.statusCode, response.json().code]).toEqual([403, 'not-allowed'])
    }
    expect(weaker).toHaveLength(ROLES.indexOf(operation.access))
  })

  it.each([
    'connection',
    'project',
  ])('RUN-4 says and does nothing for a key that is limited to another %s', async (limit) => {
    const response = await asked(operation, `Bearer ${keys[limit]}`)
    const told = wizIds.filter((id) => response.body.includes(`"${id}"`))
    expect(told).toEqual([])
    if (name in SAYS_NOTHING) return
    const { statusCode } = response
    if (statusCode === 200 && operation.http.startsWith('GET') && limit === 'connection') {
      expect(response.body).not.toMatch(/prod|nightly/)
      const items: { values?: unknown[] }[] = operation.streams ? [...response.body] : (response.json().items ?? [])
      // For this caller there is no connection at all, and that is what it is told.
      const told = items.flatMap((item) => item.values ?? [item])
      expect(told.filter((item) => (item as { code?: string }).code !== 'never-synced')).toEqual([])
    } else if (limit === 'connection' || !operation.http.startsWith('GET')) {
      expect([statusCode, response.json().code], response.body).toEqual([
        expect.toBeOneOf([403, 404]),
        expect.any(String),
      ])
    }
  })
})

describe('the same requests', () => {
  it.each(
    byName.filter(([, operation]) => operation.http.startsWith('GET')),
  )('are answered to an administrator: %s', async (_name, operation) => {
    const response = await asked(operation, `Bearer ${test.key('admin')}`)
    expect(response.statusCode, response.body).toBe(200)
  })

  it('tell an administrator of objects', async () => {
    for (const kind of KINDS) {
      const response = await test.ask('admin', { url: `/api/v1/${kind.plural}?limit=1` })
      expect(wizIds).toContain(response.json().items[0].id)
    }
  })
})
