import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from 'wizbridge-simulator'
import { createApiKey } from '../../src/access/api-keys.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { type Running, run, start } from '../cli/wizbridge.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { eventually } from '../worker/fleet.ts'
import { formsOf, leaksIn } from './canary-forms.ts'

/** A secret whose forms all differ from each other. */
const canary = (name: string) => `cn-${name}-"+/\\&=% ü-${randomBytes(12).toString('base64')}`

const masterKey = randomBytes(32)
const secrets = new Map([
  ['master key', masterKey.toString('base64')],
  ['client secret', canary('client')],
  ['second client secret', canary('second')],
  ['wrong client secret', canary('wrong')],
  ['password', canary('password')],
  ['new password', canary('new-password')],
  ['wrong password', canary('wrong-password')],
  ['wrong API key', `wzb_${randomBytes(32).toString('base64url')}`],
  ['single sign-on secret', canary('oidc')],
  ['database password', 'cnDatabasePassword4711'],
])
const secret = (name: string) => secrets.get(name) ?? ''

/** Everything that could be seen from outside, by where. */
const seen: [string, string][] = []

let test: TestApp
let simulator: Simulator
let server: Running
let url = ''
let log = ''
let env: NodeJS.ProcessEnv = {}

beforeAll(async () => {
  simulator = await startSimulator({ issues: 40, rate: { perSecond: null, concurrency: null } })
  simulator.accounts.update(simulator.clientId, { clientSecret: secret('client secret') })
  simulator.accounts.add({ clientId: 'second', clientSecret: secret('second client secret') })
  const allowed = {
    WIZBRIDGE_ALLOW_HOSTS: new URL(simulator.url).host,
    WIZBRIDGE_MASTER_KEY: masterKey.toString('base64'),
  }
  test = await testApp(allowed)
  env = {
    ...allowed,
    DATABASE_URL: test.databaseUrl.replace('wizbridge@', `wizbridge:${secret('database password')}@`),
    WIZBRIDGE_DATA_DIR: path.join(test.dataDir, 'none'),
    WIZBRIDGE_PORT: '0',
    WIZBRIDGE_LOG_LEVEL: 'trace',
    WIZBRIDGE_OIDC_ISSUER: simulator.url,
    WIZBRIDGE_OIDC_CLIENT_ID: 'wizbridge',
    WIZBRIDGE_OIDC_CLIENT_SECRET: secret('single sign-on secret'),
    WIZBRIDGE_OIDC_ROLES: '*=viewer',
  }
  secrets.set('API key', (await createApiKey(test.app.store, { name: 'canary', role: 'admin' }, 'test')).key)
  server = start(['serve'], env)
  server.child.stderr?.on('data', (text: string) => {
    log += text
  })
  url = await eventually('the address of the server', () => /"url":"(http[^"]+)"/.exec(log)?.[1])
})
afterAll(async () => {
  server.child.kill('SIGKILL')
  await test.close()
  await simulator.close()
})

interface Answer {
  readonly status: number
  readonly code?: string
  readonly run?: number
  readonly id?: number
}

/** Asks the server and keeps all that it answered. */
async function ask(request: string, body?: unknown, key = secret('API key')): Promise<Answer> {
  const [method = '', where = ''] = request.split(' ')
  const response = await fetch(new URL(where.startsWith('/') ? where : `/api/v1/${where}`, url), {
    method,
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  seen.push([request, `${JSON.stringify([...response.headers])}\n${text}`])
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
  return { ...(isJson ? JSON.parse(text) : {}), status: response.status }
}

async function syncToEnd(): Promise<string> {
  const { run: id } = await ask('POST connections/prod/syncs', { full: true })
  return eventually(`run ${id} to end`, async () => {
    const { status } = (await fetch(new URL(`/api/v1/runs/${id}`, url), {
      headers: { authorization: `Bearer ${secret('API key')}` },
    }).then((response) => response.json())) as { status: string }
    return ['queued', 'running'].includes(status) ? undefined : status
  })
}

/** The command lines of all processes there are. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .join('\n')
}

/** Every row of every table there is, as text. */
async function dump(): Promise<string> {
  const { pool } = test.app.store
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['public.connection', 'public.audit_entry', 'jobs.job']),
  )
  let all = ''
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${name} t`)
    all += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`
  }
  return all
}

describe('secrets that were planted', () => {
  it('CON-6 go through everything the product does', { timeout: 180_000 }, async () => {
    const { apiUrl, tokenUrl, clientId } = simulator
    const tenant = { apiUrl, tokenUrl, clientId }
    const typed = { ...tenant, clientSecret: secret('client secret') }
    const right = { ...typed, name: 'prod' }
    const mistyped = { ...tenant, clientSecret: secret('wrong client secret') }
    const echo = { fault: 'token-error-echo' } as const

    // Before anything is stored: wrong, echoed, in bad shape, and without permission.
    expect(await ask('POST connections/check', mistyped)).toMatchObject({ status: 200, ok: false })
    expect((await ask('POST connections', { ...mistyped, name: 'prod' })).status).toBeGreaterThanOrEqual(400)
    simulator.faults.add(echo)
    expect(await ask('POST connections/check', typed)).toMatchObject({ status: 200, ok: false })
    expect((await ask('POST connections', right)).status).toBeGreaterThanOrEqual(400)
    simulator.faults.clear()
    expect((await ask('POST connections', { ...right, name: '' })).status).toBe(400)
    expect((await ask('POST connections', { ...right, clientSecret: [right.clientSecret] })).status).toBe(400)
    expect((await ask('POST connections', `${JSON.stringify(right)}]`)).status).toBe(400)
    expect((await ask('POST connections', right, secret('wrong API key'))).status).toBe(401)

    // The good way, and a test that fails.
    expect(await ask('POST connections', right)).toMatchObject({ status: 201 })
    expect((await ask('POST connections', right)).status).toBe(409)
    expect(await ask('POST connections/prod/test')).toMatchObject({ ok: true })
    simulator.tokens.revokeAll()
    simulator.faults.add(echo)
    await ask('POST connections/prod/test')
    const unfit = await ask('POST connections/prod/rotate', { clientId: 'second', clientSecret: right.clientSecret })
    expect(unfit.status).toBeGreaterThanOrEqual(400)
    expect(await syncToEnd()).toBe('failed')
    simulator.faults.clear()

    // Wiz repeats the secret in its complaints, in the middle of a sync.
    simulator.faults.add({ fault: 'unprocessable', root: 'issuesV2', message: `bad secret ${right.clientSecret}` })
    simulator.faults.add({ fault: 'token-revoked', root: 'projects', times: 1 })
    expect(await syncToEnd()).toBe('partial')
    simulator.faults.clear()
    expect(await syncToEnd()).toBe('complete')

    const second = { clientId: 'second', clientSecret: secret('second client secret') }
    expect(await ask('POST connections/prod/rotate', second)).toMatchObject({ status: 200, clientId: 'second' })
    expect(await ask('POST master-key/rotate', {})).toMatchObject({ status: 409 })
  })

  it('CON-6 RUN-4 go through people, keys and the command line', { timeout: 120_000 }, async () => {
    const email = 'ada@example.com'
    const user = { email, role: 'viewer', password: secret('password') }
    expect(await ask('POST users', user)).toMatchObject({ status: 201 })
    const { id } = await ask('GET users?limit=1')
    await ask('POST auth/sign-in', { email, password: secret('wrong password') })
    expect((await ask('POST auth/sign-in', { email, password: secret('password') })).status).toBeLessThan(300)
    await ask(`PATCH users/${id ?? 1}`, { password: secret('new password') })
    expect((await ask('GET auth/oidc')).status).toBeGreaterThanOrEqual(302)

    const rotate = ['connections', 'rotate', 'prod', '--client-id', 'second', '--client-secret-stdin']
    const inFlight = start(rotate, env, secret('second client secret'))
    seen.push(['command lines during a rotation', commandLines()])
    const rotated = await inFlight.outcome
    expect(rotated.code, rotated.stderr).toBe(0)
    const refused = await run([...rotate, '--json'], env, secret('wrong client secret'))
    expect(refused.code).not.toBe(0)
    const bundle = await run(['support', 'bundle'], env)
    expect(bundle.code, bundle.stderr).toBe(0)
    expect(JSON.parse(bundle.stdout)).toHaveProperty('installation.isSet.WIZBRIDGE_MASTER_KEY', true)
    const show = await run(['--server', url, 'connections', 'show', 'prod'], {
      ...env,
      WIZBRIDGE_API_KEY: secret('API key'),
    })
    expect(show.code, show.stderr).toBe(0)
    for (const [name, outcome] of Object.entries({ rotated, refused, bundle, show })) {
      seen.push([`command ${name}`, outcome.stdout + outcome.stderr])
    }
  })

  it('CON-6 are in no answer, log, database row, command line or support bundle', { timeout: 120_000 }, async () => {
    const lists = OPERATIONS.flatMap(({ http }) => (/^GET [^:]+$/.test(http) ? [http.replace('GET /', 'GET ')] : []))
    expect(lists).toEqual(expect.arrayContaining(['GET support/bundle', 'GET audit/export', 'GET master-key']))
    const more = ['GET connections/prod', 'GET runs/1', 'GET runs/2', 'GET runs/1/events', 'GET export/issue']
    for (const request of [
      ...lists,
      ...more,
      'GET /openapi.json',
      'GET /metrics',
      'GET /healthz',
      'GET /readyz',
      'GET /docs',
    ]) {
      await ask(request)
    }
    seen.push(['command lines', commandLines()])
    seen.push(['a dump of the database', await dump()])
    seen.push(['the log', log])

    expect(seen.find(([name]) => name === 'GET support/bundle')?.[1]).toContain('"migrations"')
    expect(seen.find(([name]) => name === 'GET /metrics')?.[1]).toContain('wizbridge_connection_active')
    expect(seen.find(([name]) => name === 'command lines')?.[1]).toContain('serve')
    // What Wiz complained of is told, without the secret that it repeated.
    expect(seen.find(([name]) => name === 'a dump of the database')?.[1]).toContain('bad secret ')
    expect(log).toContain('"level":"debug"')
    expect(log.split('\n').length > 20).toBe(true)
    const leaks = seen.flatMap(([where, text]) => leaksIn(text, secrets).map((name) => `${name} in ${where}`))
    expect(leaks).toEqual([])
  })
})

it('CON-6 the search finds a secret in each of its forms', () => {
  const hidden = 'a "secret" + ü/&'
  const bytes = Buffer.from(hidden)
  const texts = [
    `x${hidden}y`,
    JSON.stringify({ hidden }),
    JSON.stringify(JSON.stringify({ hidden })),
    encodeURIComponent(hidden),
    new URLSearchParams({ hidden }).toString(),
    bytes.toString('hex').toUpperCase(),
    ...['', 'i', 'id'].map((before) => Buffer.from(`${before}${hidden}:after`).toString('base64')),
  ]
  for (const text of texts) expect(leaksIn(text, new Map([['it', hidden]])), text).toEqual(['it'])
  expect(leaksIn('nothing', new Map([['it', hidden]]))).toEqual([])
  expect(formsOf(hidden).every((form) => form.length > 8)).toBe(true)
})
