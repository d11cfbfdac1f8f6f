import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { secretPlace } from '../../src/ingest/open-connection.ts'
import { rotateMasterKeys, showMasterKey } from '../../src/operations/installation/master-key.ts'
import { LOCKS } from '../../src/store/locks.ts'
import { addMasterKey, loadKeyRing, masterKeyFile } from '../../src/store/secrets/master-key-file.ts'
import { rotateMasterKey } from '../../src/store/secrets/rotate-master-key.ts'
import { SEALED_COLUMNS } from '../../src/store/secrets/sealed-columns.ts'
import { createSecrets, openSecrets } from '../../src/store/secrets/secrets.ts'
import { start } from '../cli/wizbridge.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask, OWNER } from '../operations/ask.ts'

const NAMES = ['one', 'two', 'three']

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

beforeEach(async () => {
  await test.empty()
  for (const name of NAMES) await store(name, `the secret of ${name}`)
})

const rotate = (input: object = {}) => ask(test.app, rotateMasterKeys, { ...input })
const ringIds = async () => (await loadKeyRing({ dataDir: test.dataDir })).map(({ id }) => id)

function store(name: string, secret: string, secrets = test.app.secrets) {
  const row = { name, api_url: 'https://x', client_id: 'id', client_secret: secrets.seal(secret, secretPlace(name)) }
  return test.app.store.db
    .insertInto('connection')
    .values({ ...row, token_url: null, project_ids: [], status_reason: null })
    .execute()
}

async function sealed(): Promise<Map<string, string>> {
  const rows = await test.app.store.db.selectFrom('connection').select(['name', 'client_secret']).execute()
  return new Map(rows.map((row) => [row.name, row.client_secret ?? '']))
}

/** Everything opens with these secrets, and says what was sealed. */
async function expectOpen(secrets = test.app.secrets) {
  for (const [name, text] of await sealed()) {
    expect(secrets.open(text, secretPlace(name))).toBe(`the secret of ${name}`)
  }
}

describe('master-key.rotate', () => {
  it('CON-6 seals everything anew, drops the old key, and other processes go on without a restart', async () => {
    const other = await openSecrets({ dataDir: test.dataDir })
    const [old = ''] = await ringIds()
    const before = await sealed()
    const done = await rotate()
    expect(done).toMatchObject({ resealed: 3, dropped: [old], kept: [] })
    expect(await ringIds()).toEqual([done.key])
    for (const [name, text] of await sealed()) {
      expect(text).not.toBe(before.get(name))
      expect(text.split('.')[1]).toBe(done.key)
    }
    await expectOpen()
    await expectOpen(other)
    // What the other process seals from now on is under the new key, though it never opened anything since.
    expect((await openSecrets({ dataDir: test.dataDir })).seal('x', secretPlace('y')).split('.')[1]).toBe(done.key)
    expect(other.seal('x', secretPlace('y')).split('.')[1]).toBe(done.key)
  })

  it('CON-6 keeps the old key when asked to, and drops it the next time', async () => {
    const [old = ''] = await ringIds()
    const first = await rotate({ keepOld: true })
    expect(first).toMatchObject({ resealed: 3, dropped: [], kept: [old] })
    expect(await ringIds()).toEqual([first.key, old])
    const second = await rotate()
    expect(second.dropped).toEqual([first.key, old])
    expect(await ringIds()).toEqual([second.key])
    await expectOpen()
  })

  it('CON-6 finishes what a killed rotation began, wherever it was killed', async () => {
    const [old = ''] = await ringIds()
    const ring = await addMasterKey(test.dataDir)
    // Killed after the first of three secrets had been sealed anew.
    const text = createSecrets(ring).reseal((await sealed()).get('one') ?? '', secretPlace('one')) ?? ''
    await test.app.store.db.updateTable('connection').set({ client_secret: text }).where('name', '=', 'one').execute()
    await expectOpen()
    // Killed in the middle of writing the file.
    const draft = `${masterKeyFile(test.dataDir)}.new`
    writeFileSync(draft, 'half a line', { mode: 0o600 })
    utimesSync(draft, new Date(0), new Date(0))
    const done = await rotate()
    expect(done).toMatchObject({ resealed: 3, dropped: [ring[0].id, old] })
    await expectOpen()
    await expectOpen(await openSecrets({ dataDir: test.dataDir }))
  })

  it('CON-6 loses nothing when it is killed, again and again, at any moment', { timeout: 120_000 }, async () => {
    const other = await openSecrets({ dataDir: test.dataDir })
    const env = { DATABASE_URL: test.databaseUrl, WIZBRIDGE_DATA_DIR: test.dataDir }
    const rotateAlone = () => start(['master-key', 'rotate'], env)
    const file = () => readFileSync(masterKeyFile(test.dataDir), 'utf8')
    for (let kill = 0; kill < 8; kill++) {
      const before = file()
      const { child, outcome } = rotateAlone()
      let isOver = false
      void outcome.then(() => {
        isOver = true
      })
      // From the moment the new key is in the file, a little later each time.
      while (!isOver && file() === before) await sleep(1)
      await sleep(kill * 2)
      child.kill('SIGKILL')
      await outcome
      await expectOpen(await openSecrets({ dataDir: test.dataDir }))
      await expectOpen(other)
      const draft = `${masterKeyFile(test.dataDir)}.new`
      if (existsSync(draft)) utimesSync(draft, new Date(0), new Date(0))
    }
    const last = await rotateAlone().outcome
    expect(last.code, last.stderr).toBe(0)
    expect(await ringIds()).toHaveLength(1)
    await expectOpen(other)
  })

  it('CON-6 drops no key while a secret does not open, and names the place', async () => {
    await test.app.store.db
      .updateTable('connection')
      .set({ client_secret: 'v1.damaged' })
      .where('name', '=', 'two')
      .execute()
    const before = await ringIds()
    await expect(rotate()).rejects.toThrow(/connection\.client_secret of two is damaged/)
    expect(await ringIds()).toEqual(expect.arrayContaining(before))
    await test.app.store.db.deleteFrom('connection').where('name', '=', 'two').execute()
    await expectOpen()
    await rotate()
    await expectOpen()
  })

  it('CON-6 lets nothing be stored under a key that is gone', async () => {
    const old = createSecrets(await loadKeyRing({ dataDir: test.dataDir }))
    await rotate()
    await expect(store('late', 'x', old)).rejects.toThrow(/no longer in use; try again/)
    await store('late', 'the secret of late')
    await expectOpen()
  })

  it('CON-6 happens once at a time, while secrets are written and read', async () => {
    const results = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => rotate()),
      ...Array.from({ length: 20 }, (_, n) => store(`busy-${n}`, `the secret of busy-${n}`)),
    ])
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []))
    for (const error of errors) expect(error).toMatch(/being rotated by another process|no longer in use; try again/)
    await expectOpen()
    await expectOpen(await openSecrets({ dataDir: test.dataDir }))
  })

  it('CON-6 reseals under the first key of WIZBRIDGE_MASTER_KEY, and leaves the keys to whoever set it', async () => {
    const [old] = await loadKeyRing({ dataDir: test.dataDir })
    const fresh = randomBytes(32).toString('base64')
    const oldText = old.bytes.toString('base64')
    const { store } = test.app
    const alone = rotateMasterKey(store, { dataDir: test.dataDir, masterKeys: [oldText] }, { keepOld: false })
    await expect(alone).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('in front of it') })
    const source = { dataDir: test.dataDir, masterKeys: [fresh, oldText] }
    expect(await rotateMasterKey(store, source, { keepOld: false })).toMatchObject({
      resealed: 3,
      dropped: [],
      kept: [old.id],
    })
    expect(await rotateMasterKey(store, source, { keepOld: false })).toMatchObject({ resealed: 0, kept: [old.id] })
    await expectOpen(await openSecrets({ dataDir: test.dataDir, masterKeys: [fresh] }))
  })

  it('CON-6 rotates while another process brings its database up to date', async () => {
    const other = await test.app.store.pool.connect()
    try {
      const busy = [LOCKS.migrations, LOCKS.jobs, LOCKS.nameIndexes]
      await other.query('SELECT pg_advisory_lock(lock) FROM unnest($1::bigint[]) lock', [busy])
      expect(await rotate()).toMatchObject({ resealed: 3 })
    } finally {
      other.release(true)
    }
  })

  it('RUN-4 is for administrators without limits, and stands in the audit log', async () => {
    for (const caller of [
      { ...OWNER, role: 'operator' as const },
      { ...OWNER, connectionIds: [1] },
    ]) {
      for (const operation of [rotateMasterKeys, showMasterKey]) {
        await expect(ask(test.app, operation, {}, caller)).rejects.toMatchObject({ code: 'not-allowed' })
      }
    }
    await rotate()
    const { rows } = await test.app.store.pool.query(
      `SELECT outcome FROM audit_entry WHERE action = 'master-key.rotate' ORDER BY seq DESC LIMIT 1`,
    )
    expect(rows).toEqual([{ outcome: 'done' }])
  })
})

describe('master-key.show', () => {
  it('CON-6 counts the secrets under each key, also under one that is missing, and shows no key', async () => {
    const [only = ''] = await ringIds()
    const lost = createSecrets([{ id: '0123456789ab', bytes: randomBytes(32) }])
    await store('foreign', 'x', lost)
    const shown = await ask(test.app, showMasterKey)
    expect(shown).toEqual({
      where: masterKeyFile(test.dataDir),
      keys: [
        { id: only, seals: true, isHere: true, secrets: 3 },
        { id: '0123456789ab', seals: false, isHere: false, secrets: 1 },
      ],
      isFile: true,
      changedAt: statSync(masterKeyFile(test.dataDir)).mtime.toISOString(),
      retired: expect.not.arrayContaining([{ id: only, at: expect.any(String) }]),
    })
    const [, base64 = ''] = readFileSync(masterKeyFile(test.dataDir), 'utf8').trim().split(':')
    expect(JSON.stringify(shown)).not.toContain(base64)
  })

  it('CON-6 names the keys that were dropped, the latest first', async () => {
    const [first = ''] = await ringIds()
    const { key: second } = await rotate()
    await rotate()
    const { keys, retired } = await ask(test.app, showMasterKey)
    expect(keys).toHaveLength(1)
    expect(retired.slice(0, 2).map(({ id }) => id)).toEqual([second, first])
  })
})

it('CON-6 every column that is said to be sealed is in the list, and has its guard', async () => {
  const { rows } = await test.app.store.pool.query<{ table: string; column: string; guarded: boolean }>(
    `SELECT c.relname AS "table", a.attname AS "column", EXISTS (SELECT FROM pg_trigger t
       WHERE t.tgrelid = c.oid AND t.tgfoid = 'refuse_retired_master_key'::regproc) AS guarded
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE col_description(c.oid, a.attnum) LIKE 'Sealed%'`,
  )
  expect(rows).toEqual(SEALED_COLUMNS.map(({ table, column }) => ({ table, column, guarded: true })))
})
