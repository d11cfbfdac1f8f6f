import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { KINDS } from '../../src/kinds/kinds.ts'
import { supportBundle } from '../../src/operations/installation/support-bundle.ts'
import { VERSION } from '../../src/version.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask, OWNER, sync } from '../operations/ask.ts'
import { connect, startTenant } from '../tenant.ts'

let test: TestApp
let simulator: Simulator
let text = ''

beforeAll(async () => {
  test = await testApp()
  simulator = await startTenant({ issues: 60 })
  await connect(test.app, simulator, 'bundled-tenant')
  simulator.faults.add({ fault: 'record-without-id', root: 'issuesV2', times: 1 })
  await sync(test.app, 'bundled-tenant')
  simulator.faults.clear()
  simulator.faults.add({ fault: 'token-account-disabled' })
  await sync(test.app, 'bundled-tenant')
  text = await bundle()
})
afterAll(async () => {
  await test.close()
  await simulator.close()
})

async function bundle(): Promise<string> {
  const { chunks } = await ask(test.app, supportBundle)
  let all = ''
  for await (const chunk of chunks) all += chunk
  return all
}

it('RUN-5 the support bundle tells versions, settings, sizes, runs with receipts, paces and what was set aside', () => {
  const { installation, database, work } = JSON.parse(text)
  expect(installation).toMatchObject({
    version: VERSION,
    node: process.version,
    isSet: { DATABASE_URL: false },
  })
  expect(database.versionNumber).toBeGreaterThan(140_000)
  expect(database.settings).toHaveProperty('max_connections')
  expect(database.migrations.map(({ name }: { name: string }) => name)).toContain('0001-ground.sql')
  const tables = Object.fromEntries(database.tables.map((table: { name: string }) => [table.name, table]))
  for (const kind of KINDS) expect(tables[kind.table]).toMatchObject({ isCounted: true, rows: expect.any(Number) })
  expect(tables.issue.rows).toBeGreaterThan(0)

  const [last, first] = work.runs
  expect(last).toMatchObject({ status: 'failed', errorCode: 'account-disabled', error: expect.any(String) })
  expect(first.receipts).toHaveLength(KINDS.length)
  expect(first.receipts.find(({ kind }: { kind: string }) => kind === 'issue')).toMatchObject({
    state: 'partial',
    rejected: 1,
    fetched: expect.any(Number),
  })
  expect(work.setAside).toMatchObject([{ kind: 'issue', code: 'no-id', records: 1 }])
  expect(work.connections).toMatchObject([{ status: 'inactive', statusReason: expect.any(String) }])
  expect(work.paces).toHaveLength(1)
})

it('CON-6 the support bundle holds no secret, no account, no tenant, and nothing that Wiz found', async () => {
  const secrets = [simulator.clientSecret, simulator.clientId, 'bundled-tenant', 'client_secret']
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  const told: string[] = []
  for (const kind of KINDS) {
    const { rows } = await test.app.store.pool.query<{ id: string; name: unknown }>(
      `SELECT id, coalesce(raw ->> 'name', raw ->> 'title') AS name FROM "${kind.table}"`,
    )
    for (const value of rows.flatMap(({ id, name }) => [id, name])) {
      // Names such as "python" are words of ours too.
      if (typeof value === 'string' && value.length > 12 && text.includes(value)) told.push(`${kind.name}: ${value}`)
    }
  }
  expect(told).toEqual([])
})

it('RUN-4 the support bundle is for administrators without limits, and audited', async () => {
  for (const caller of [
    { ...OWNER, role: 'operator' as const },
    { ...OWNER, projectIds: ['p'] },
  ]) {
    await expect(ask(test.app, supportBundle, {}, caller)).rejects.toMatchObject({ code: 'not-allowed' })
  }
  const { rows } = await test.app.store.pool.query(
    `SELECT DISTINCT outcome FROM audit_entry WHERE action = 'support.bundle' AND outcome <> 'begun' ORDER BY 1`,
  )
  expect(rows).toEqual([{ outcome: 'done' }, { outcome: 'refused' }])
})
