import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { configurationFinding } from '../../src/kinds/configuration-finding.ts'
import { issue } from '../../src/kinds/issue.ts'
import { KINDS } from '../../src/kinds/kinds.ts'
import { vulnerabilityFinding } from '../../src/kinds/vulnerability-finding.ts'
import { createLog } from '../../src/log.ts'
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { connectTo, type Outcome, startTenant, type TenantOptions, usePagesOf } from './fixture.ts'
import { untilPages } from './worker-process.ts'

let test: TestApp
let simulator: Simulator

beforeAll(async () => {
  usePagesOf(20)
  test = await testApp()
})
afterAll(() => test?.close())
beforeEach(() => () => simulator.close())

const FINDINGS = [issue, vulnerabilityFinding, configurationFinding]

describe('RUN-6 a way to Wiz that cannot work', () => {
  async function syncThrough(options: TenantOptions): Promise<Outcome> {
    simulator = await startTenant({ issues: 20 })
    const tenant = await connectTo(test.app, simulator, options)
    const outcome = await tenant.sync({ kinds: [issue] })
    expect((await tenant.stored(issue)).size).toBe(0)
    expect(outcome.error).not.toContain(simulator.clientSecret)
    return outcome
  }

  it('an unreachable host', async () => {
    const nobody = await freePort()
    const there = `http://127.0.0.1:${nobody}`
    const outcome = await syncThrough({ apiUrl: `${there}/graphql`, tokenUrl: `${there}/oauth/token` })
    expect(outcome).toMatchObject({ status: 'failed', code: 'connection-refused' })
    expect(outcome.error).toMatch(/cannot be reached: check that outgoing HTTPS to it is open/)
  })

  it('only the API is unreachable', async () => {
    const outcome = await syncThrough({ apiUrl: `http://127.0.0.1:${await freePort()}/graphql` })
    expect(outcome).toMatchObject({ status: 'failed', code: 'connection-refused' })
  })

  it('a wrong secret', async () => {
    const outcome = await syncThrough({ clientSecret: 'not-the-secret-of-this-account' })
    expect(outcome).toMatchObject({ status: 'failed', code: 'wrong-credentials' })
    expect(outcome.error).toMatch(/copy both again from Settings > Service Accounts/)
    expect(outcome.error).not.toContain('not-the-secret')
  })

  it('the token URL is not one of an identity provider', async () => {
    simulator = await startTenant({ issues: 20 })
    const tenant = await connectTo(test.app, simulator, { tokenUrl: `${simulator.url}/no/such/place` })
    expect(await tenant.sync({ kinds: [issue] })).toMatchObject({
      status: 'failed',
      code: 'not-wiz',
      error: expect.stringMatching(/check the token URL/),
    })
  })

  it('a certificate nobody knows', async () => {
    const server = await selfSigned()
    try {
      const there = `https://127.0.0.1:${server.port}`
      const outcome = await syncThrough({ apiUrl: `${there}/graphql`, tokenUrl: `${there}/oauth/token` })
      expect(outcome).toMatchObject({ status: 'failed', code: 'tls' })
      expect(outcome.error).toMatch(/put its CA into NODE_EXTRA_CA_CERTS/)
    } finally {
      server.close()
    }
  })
})

describe('CON-3 tokens', () => {
  it('a sync that outlives its token five times asks for each one once', async () => {
    simulator = await startTenant({ issues: 200, tokenSeconds: 1, latencyMs: 150 })
    const tenant = await connectTo(test.app, simulator)
    const began = performance.now()
    const outcome = await tenant.sync({ kinds: FINDINGS, width: 2 })
    const elapsedMs = performance.now() - began
    expect(outcome).toMatchObject({ status: 'complete', code: null })
    for (const kind of FINDINGS) expect(await tenant.unlikeWorld(kind), kind.name).toEqual([])
    const { calls, tokens } = simulator.journal
    expect(tokens.length).toBeGreaterThan(5)
    // A new one is due after four fifths of a life; more than that would be several callers asking for the same.
    expect(tokens.length).toBeLessThanOrEqual(1 + Math.ceil(elapsedMs / 800))
    expect(calls.filter(({ status }) => status === 401)).toEqual([])
    const run = await test.app.store.db
      .selectFrom('run')
      .select('renewals')
      .where('id', '=', outcome.runId)
      .executeTakeFirstOrThrow()
    expect(run.renewals).toBe(tokens.length - 1)
  })
})

describe('ING-8 an estate that lives', () => {
  it('is whole after a sync during which it moved, and a delta and a full sync after it', async () => {
    simulator = await startTenant({ issues: 120, latencyMs: 10 })
    const tenant = await connectTo(test.app, simulator)
    const world = simulator.world
    await tenant.sync()
    for (const round of [1, 2]) {
      const runId = await tenant.start({ full: round === 2 })
      const moving = setInterval(() => world.advance(60_000), 15)
      await tenant.work(runId, { width: 4 }).finally(() => clearInterval(moving))
      expect(await tenant.outcome(runId), `round ${round}`).toMatchObject({ status: 'complete' })
    }
    expect(await tenant.sync({ full: false })).toMatchObject({ status: 'complete' })
    expect(await tenant.sync()).toMatchObject({ status: 'complete' })
    // What cannot be looked up by id goes when a second sync misses it too.
    expect(await tenant.sync()).toMatchObject({ status: 'complete' })
    for (const kind of KINDS) expect(await tenant.unlikeWorld(kind), kind.name).toEqual([])
  })

  it('a delta brings what changed, and asks for little', async () => {
    simulator = await startTenant({ issues: 120 })
    const tenant = await connectTo(test.app, simulator)
    await tenant.sync({ kinds: FINDINGS })
    simulator.world.advance(30 * 60_000)
    const ids = [...simulator.world.issues.ids()].slice(0, 3)
    for (const id of ids) simulator.world.issues.update(id, { status: 'IN_PROGRESS' })
    simulator.journal.clear()
    const outcome = await tenant.sync({ kinds: [issue], full: false })
    expect(outcome.receipts.issue).toMatchObject({ mode: 'delta', state: 'complete' })
    expect(simulator.journal.calls.length).toBeLessThan(4)
    const stored = await tenant.stored(issue)
    for (const id of ids) expect(stored.get(id)?.columns.status).toBe('IN_PROGRESS')
  })
})

describe('ING-8 a database whose disk is full', () => {
  it('is named by whichever of the parallel parts met it, and the run goes on once there is room', async () => {
    simulator = await startTenant({ issues: 120, latencyMs: 20 })
    const tenant = await connectTo(test.app, simulator)
    const { pool } = test.app.store
    await pool.query(`CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`)
    await pool.query('CREATE TRIGGER disk_full BEFORE INSERT ON configuration_finding EXECUTE FUNCTION disk_full()')
    const runId = await tenant.start({ kinds: FINDINGS })
    await expect(tenant.work(runId, { width: 6 })).rejects.toMatchObject({
      code: 'database-refuses',
      message: 'The disk of the database is full. Free some space; the next run continues where this one stopped.',
    })
    await pool.query('DROP FUNCTION disk_full CASCADE')
    await tenant.work(runId)
    expect(await tenant.outcome(runId)).toMatchObject({ status: 'complete', error: null })
    for (const kind of FINDINGS) expect(await tenant.unlikeWorld(kind), kind.name).toEqual([])
  })
})

describe('ING-8 a database that goes away in the middle', () => {
  it('is waited for, and where nobody waits the next process goes on', async () => {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'wizbridge-down-')))
    const dataDir = path.join(folder, 'data')
    const log = createLog({ level: 'silent' })
    const embedded = () => startEmbedded({ dataDir, log, fsync: false })
    let server = await embedded()
    const host = encodeURIComponent(path.join(dataDir, 'postgres'))
    const databaseUrl = `postgres://wizbridge@localhost/wizbridge?host=${host}`
    const env = { DATABASE_URL: databaseUrl, WIZBRIDGE_DATA_DIR: path.join(folder, 'other') }
    const app = await openApp(loadConfig(env), log)
    try {
      simulator = await startTenant({ issues: 120, latencyMs: 20 })
      const tenant = await connectTo(app, simulator)
      const here = { ...test, app }
      /** Ends the server as a crash would; whoever waits for it sees it come back. */
      const crash = async () => {
        const [pid = ''] = readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
        process.kill(Number(pid), 'SIGQUIT')
        await server.stop()
      }

      const runId = await tenant.start({ kinds: FINDINGS })
      const waiting = tenant.work(runId, { width: 3 })
      expect(await untilPages(here, runId, 4)).toBe(true)
      await crash()
      server = await embedded()
      await waiting
      expect(await tenant.outcome(runId)).toMatchObject({ status: 'complete' })
      for (const kind of FINDINGS) expect(await tenant.unlikeWorld(kind), kind.name).toEqual([])

      const second = await tenant.start({ kinds: FINDINGS })
      const leaving = new AbortController()
      const gone = tenant.work(second, { width: 3, signal: leaving.signal }).catch((error: unknown) => error)
      expect(await untilPages(here, second, 4)).toBe(true)
      await crash()
      leaving.abort()
      await gone
      server = await embedded()
      expect(await tenant.outcome(second)).toMatchObject({ status: 'running' })
      await tenant.work(second, { width: 3 })
      expect(await tenant.outcome(second)).toMatchObject({ status: 'complete' })
      for (const kind of FINDINGS) expect(await tenant.unlikeWorld(kind), kind.name).toEqual([])
    } finally {
      await app.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** An HTTPS server whose certificate it has signed itself. */
async function selfSigned(): Promise<{ port: number; close(): void }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wizbridge-tls-'))
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) })
  rmSync(folder, { recursive: true, force: true })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}
