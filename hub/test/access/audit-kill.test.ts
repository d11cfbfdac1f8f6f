import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { verifyAudit } from '../../src/access/verify-audit.ts'
import { exportAudit, listAudit, verifyAuditLog } from '../../src/operations/access/audit.ts'
import { createUser } from '../../src/operations/access/users.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask } from '../operations/ask.ts'
import { type Death, performAndDie } from './perform-and-die.ts'

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())
beforeEach(() => test.app.store.pool.query('TRUNCATE app_user CASCADE'))

function start(death: Death, name: string): ChildProcess {
  return spawn(process.execPath, [performAndDie, death, name], {
    env: { ...process.env, DATABASE_URL: test.databaseUrl, WIZBRIDGE_DATA_DIR: test.dataDir },
    stdio: 'ignore',
  })
}

async function emails(): Promise<string[]> {
  const { rows } = await test.app.store.pool.query<{ email: string }>('SELECT email FROM app_user ORDER BY id')
  return rows.map(({ email }) => email)
}

const lines = async (filter: string) => (await ask(test.app, listAudit, { filter: [filter], limit: 1000 })).items

it.each([
  ['before', []],
  ['after', ['before-after-1@example.com']],
] as const)('RUN-4 a process that is killed %s it has done something leaves it in the audit log, with its outcome unknown', async (death, made) => {
  const child = start(death, `before-${death}`)
  await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  expect(await emails()).toEqual(made)
  expect(await lines(`target=before-${death}-1@example.com`)).toMatchObject([
    { actor: 'cli:doomed', action: 'users.create', outcome: 'unknown', details: { input: { role: 'viewer' } } },
  ])
  expect(await ask(test.app, verifyAuditLog)).toMatchObject({ intact: true, problem: null })
  // The log goes on behind what was never finished.
  await ask(test.app, createUser, { email: `next-${death}@example.com`, role: 'viewer' })
  expect(await lines(`target=next-${death}@example.com`)).toMatchObject([{ outcome: 'done' }])
  expect(await verifyAudit(test.app.store)).toMatchObject({ intact: true })
})

it('RUN-4 nothing was done that is not in the audit log, wherever kill -9 strikes', async () => {
  for (const [round, after] of [2, 5, 9].entries()) {
    const child = start('never', `round-${round}`)
    const before = (await emails()).length
    while ((await emails()).length < before + after) expect(child.exitCode).toBeNull()
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const made = await emails()
  const told = await lines('actor=cli:doomed')
  const begun = told.map(({ target }) => target)
  expect(made.length).toBeGreaterThanOrEqual(16)
  expect(made.filter((email) => !begun.includes(email))).toEqual([])
  // One line for each, and at most the last of each process is not settled.
  expect(new Set(begun).size).toBe(begun.length)
  expect(told.filter(({ outcome }) => outcome !== 'done' && outcome !== 'unknown')).toEqual([])
  expect(
    told.filter(({ outcome, target }) => outcome === 'unknown' && target?.startsWith('round')).length,
  ).toBeLessThanOrEqual(3)
  expect(await verifyAudit(test.app.store)).toMatchObject({ intact: true })
})

it('RUN-4 the listing and the export show one line for each operation, with its outcome', async () => {
  await ask(test.app, createUser, { email: 'twice@example.com', role: 'viewer' })
  await expect(ask(test.app, createUser, { email: 'twice@example.com', role: 'viewer' })).rejects.toThrow()
  await expect(ask(test.app, createUser, { email: 'twice@example.com', role: 'king' })).rejects.toThrow()
  const shown = await lines('target=twice@example.com')
  expect(shown.map(({ outcome, details }) => [outcome, details.error])).toEqual([
    ['refused', 'bad-input'],
    ['refused', 'conflict'],
    ['done', undefined],
  ])
  const { chunks } = await ask(test.app, exportAudit, { format: 'ndjson', filter: ['target=twice@example.com'] })
  let text = ''
  for await (const chunk of chunks) text += chunk
  const exported = text.trim().split('\n')
  expect(exported.map((line) => JSON.parse(line))).toEqual(shown)
})

it('RUN-4 what cannot be written to the audit log is not done', async () => {
  const { pool } = test.app.store
  await pool.query('ALTER TABLE audit_entry RENAME TO audit_entry_gone')
  await expect(ask(test.app, createUser, { email: 'unseen@example.com', role: 'admin' })).rejects.toThrow()
  await pool.query('ALTER TABLE audit_entry_gone RENAME TO audit_entry')
  expect(await emails()).toEqual([])
})

it('RUN-4 what was done is answered, also when its outcome cannot be written', async () => {
  const { pool } = test.app.store
  await pool.query(`CREATE FUNCTION fail_settling() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$`)
  await pool.query(
    'CREATE TRIGGER fail BEFORE INSERT ON audit_entry FOR EACH ROW WHEN (NEW.settles IS NOT NULL) EXECUTE FUNCTION fail_settling()',
  )
  const user = await ask(test.app, createUser, { email: 'told@example.com', role: 'viewer' })
  await pool.query('DROP FUNCTION fail_settling CASCADE')
  expect(user.link).toContain('/setup?token=')
  expect(await lines('target=told@example.com')).toMatchObject([{ outcome: 'unknown' }])
  expect(await verifyAudit(test.app.store)).toMatchObject({ intact: true })
})
