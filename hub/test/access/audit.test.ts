import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuditEntry, audit, canonical } from '../../src/access/audit.ts'
import { listRows } from '../../src/access/list-rows.ts'
import { auditRelation } from '../../src/access/relations.ts'
import { createUser } from '../../src/access/users.ts'
import { verifyAudit } from '../../src/access/verify-audit.ts'
import { redactValue } from '../../src/log.ts'
import type { Store } from '../../src/store/open-store.ts'
import { testApp } from '../fixture.ts'

let store: Store
let close: () => Promise<void>

beforeAll(async () => {
  const opened = await testApp()
  store = opened.app.store
  close = opened.close
})
afterAll(() => close())
beforeEach(() => tamper(`TRUNCATE audit_entry; UPDATE audit_head SET seq = 0, hash = repeat('0', 64)`))

/** What only the owner of the database can do: switch the guard off. */
async function tamper(sql: string): Promise<void> {
  await store.pool.query(
    `ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_only_grows; ${sql}; ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_only_grows`,
  )
}

const entry = (n: number): AuditEntry => ({
  actor: 'cli:ada',
  action: 'connections.create',
  target: `c${n}`,
  outcome: 'done',
  details: { n },
})

async function write(count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await audit(store, entry(n))
}

describe('the audit log', () => {
  it('RUN-4 is one chain, also when many write at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => audit(store, entry(n))))
    const verdict = await verifyAudit(store)
    expect(verdict).toMatchObject({ intact: true, entries: 40, brokenAt: null, problem: null })
    const { rows } = await store.pool.query('SELECT hash FROM audit_entry ORDER BY seq DESC LIMIT 1')
    expect(verdict.head).toBe(rows[0].hash)
  })

  it('is intact while it is empty', async () => {
    expect(await verifyAudit(store)).toMatchObject({ intact: true, entries: 0, head: '0'.repeat(64) })
  })

  it('cannot be changed or emptied', async () => {
    await write(1)
    for (const sql of ["UPDATE audit_entry SET actor = 'nobody'", 'DELETE FROM audit_entry', 'TRUNCATE audit_entry']) {
      await expect(store.pool.query(sql)).rejects.toThrow('the audit log can only grow')
    }
  })

  it.each([
    ["UPDATE audit_entry SET actor = 'cli:eve' WHERE seq = 3", 3, 'Entry 3 was changed.'],
    [`UPDATE audit_entry SET details = '{"n": 4}' WHERE seq = 3`, 3, 'Entry 3 was changed.'],
    ["UPDATE audit_entry SET at = at + interval '1 second' WHERE seq = 2", 2, 'Entry 2 was changed.'],
    ['UPDATE audit_entry SET settles = 1 WHERE seq = 3', 3, 'Entry 3 was changed.'],
    ['DELETE FROM audit_entry WHERE seq = 4', 4, 'Entry 4 is missing.'],
    ['DELETE FROM audit_entry WHERE seq >= 4', 4, 'Entries 4 to 5 are missing.'],
    ["UPDATE audit_entry SET hash = repeat('a', 64) WHERE seq = 5", 5, 'Entry 5 was changed.'],
    [
      'INSERT INTO audit_entry (seq, at, actor, action, target, outcome, address, details, previous_hash, hash) SELECT 6, at, actor, action, target, outcome, address, details, hash, hash FROM audit_entry WHERE seq = 5',
      6,
      'Entry 6 was changed.',
    ],
  ])('RUN-4 names the first entry that somebody tampered with: %s', async (sql, brokenAt, problem) => {
    await write(5)
    await tamper(sql)
    expect(await verifyAudit(store)).toMatchObject({ intact: false, brokenAt, problem, entries: brokenAt - 1 })
  })

  it('notices an entry that was chained on from outside', async () => {
    await write(2)
    const { rows } = await store.pool.query('SELECT seq, hash FROM audit_head')
    await write(1)
    await store.pool.query('UPDATE audit_head SET seq = $1, hash = $2', [rows[0].seq, rows[0].hash])
    expect(await verifyAudit(store)).toMatchObject({
      intact: false,
      brokenAt: 3,
      problem: 'Entry 3 was put in from outside.',
    })
  })

  it('keeps no secret, and of a large input only its size and hash', async () => {
    redactValue('hunter2-registered')
    await audit(store, { ...entry(1), details: { clientSecret: 'hunter2-keyed', note: 'see hunter2-registered' } })
    await audit(store, { ...entry(2), details: { big: 'x'.repeat(100_000) } })
    const { rows } = await store.pool.query('SELECT details FROM audit_entry ORDER BY seq')
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(rows[1].details).toEqual({ bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  it('can prove whatever details were written', async () => {
    const details = fc.dictionary(
      fc.string({ unit: 'binary' }),
      fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<unknown>,
    )
    await fc.assert(
      fc.asyncProperty(details, async (facts) => {
        await audit(store, { ...entry(1), actor: JSON.stringify(facts), details: facts })
        expect(await verifyAudit(store)).toMatchObject({ intact: true })
      }),
      { numRuns: 100, endOnFailure: true },
    )
  })
})

it('RUN-4 tells the name of what it has the number of, also when that is gone', async () => {
  const user = await createUser(store, { email: 'ada@example.com', password: 'a long enough sentence', role: 'viewer' })
  const what = { actor: 'cli:ada', outcome: 'done' } as const
  await audit(store, { ...what, action: 'users.update', target: String(user.id), details: { input: { name: 'A' } } })
  await audit(store, { ...what, action: 'connections.create', target: '999', details: { input: { name: 'prod' } } })
  await audit(store, { ...what, action: 'connections.delete', target: 'prod' })
  await audit(store, { ...what, action: 'runs.cancel', target: String(user.id) })
  const { items } = await listRows(store, auditRelation, { limit: 10 })
  expect(items.map((line) => [line.action, line.targetName])).toEqual([
    ['runs.cancel', null],
    ['connections.delete', null],
    ['connections.create', 'prod'],
    ['users.update', 'ada@example.com'],
  ])
})

describe('canonical', () => {
  it('is the same text for the same value in any order of keys', () => {
    expect(canonical({ b: [1, { d: null, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[1,{"d":null}]}')
    expect(canonical({ a: 'x', b: [1, { d: null }] })).toBe(canonical({ b: [1, { d: null }], a: 'x' }))
  })
})
