import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openAccess } from '../../src/access/access.ts'
import { callerOfApiKey, createApiKey, revokeApiKey } from '../../src/access/api-keys.ts'
import { forgetCallers } from '../../src/access/caller-cache.ts'
import { checkPassword, hashPassword, verifyPassword } from '../../src/access/password.ts'
import { createUser, deleteUser, type User, updateUser } from '../../src/access/users.ts'
import { ACCESS_OPERATIONS } from '../../src/operations/access/access-operations.ts'
import type { Operation } from '../../src/operations/operation.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { ask, OWNER } from '../operations/ask.ts'

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())
beforeEach(async () => {
  await test.app.store.pool.query('TRUNCATE app_user, api_key CASCADE')
  forgetCallers(test.app.store)
})

function named(name: string): Operation {
  const found = ACCESS_OPERATIONS.find((operation) => operation.name === name)
  if (!found) throw new Error(`There is no operation ${name}.`)
  return found
}

const addUser = (email: string, role: User['role'] = 'admin') => createUser(test.app.store, { email, role })

describe('users', () => {
  it('RUN-4 cannot be without an administrator again, once there is one', async () => {
    const { store } = test.app
    const viewer = await addUser('viewer@example.com', 'viewer')
    await updateUser(store, viewer.id, { name: 'Still nobody is administrator' })
    const [one, two] = [await addUser('one@example.com'), await addUser('two@example.com')]
    await deleteUser(store, one.id)
    const last = { code: 'conflict', message: expect.stringContaining('last administrator') }
    await expect(deleteUser(store, two.id)).rejects.toMatchObject(last)
    await expect(updateUser(store, two.id, { role: 'operator' })).rejects.toMatchObject(last)
    await expect(updateUser(store, two.id, { disabled: true })).rejects.toMatchObject(last)
    await expect(updateUser(store, two.id, { projectIds: ['p'] })).rejects.toMatchObject(last)
    await updateUser(store, viewer.id, { role: 'admin' })
    await deleteUser(store, two.id)
  })

  it('cannot remove each other at the same moment, so that none is left', async () => {
    const users = await Promise.all(['a', 'b', 'c', 'd'].map((name) => addUser(`${name}@example.com`)))
    const outcomes = await Promise.allSettled(users.map(({ id }) => deleteUser(test.app.store, id)))
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(1)
    const { rows } = await test.app.store.pool.query("SELECT count(*)::int AS n FROM app_user WHERE role = 'admin'")
    expect(rows[0].n).toBeGreaterThanOrEqual(1)
  })

  it('have one address each, in whatever case it is written', async () => {
    await addUser('Ada@Example.com')
    await expect(addUser('ada@example.COM')).rejects.toMatchObject({ code: 'conflict' })
    await expect(deleteUser(test.app.store, 999_999)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('RUN-2 are added, listed, filtered, changed and removed by operations', async () => {
    const added = (await ask(test.app, named('users.create'), { email: 'ada@example.com', role: 'viewer' })) as User & {
      link: string
    }
    expect(added).toMatchObject({ name: 'ada', hasPassword: false, disabled: false, connectionIds: null })
    expect(added.link).toMatch(/^http:\/\/127\.0\.0\.1:4680\/setup\?token=[\w-]{43}$/)
    await ask(test.app, named('users.create'), {
      email: 'bob@example.com',
      role: 'operator',
      password: 'four random words',
    })
    const changed = await ask(test.app, named('users.update'), {
      id: added.id,
      connectionIds: [1, 2],
      projectIds: ['p'],
    })
    expect(changed).toMatchObject({ connectionIds: [1, 2], projectIds: ['p'] })
    const list = (input: object) =>
      ask(test.app, named('users.list'), { ...input }) as Promise<{
        items: User[]
        nextCursor: string | null
        total?: number
      }>
    expect((await list({ filter: ['role=operator'] })).items.map(({ email }) => email)).toEqual(['bob@example.com'])
    expect((await list({ filter: ['hasPassword=false'] })).items).toEqual([
      expect.objectContaining({ connectionIds: [1, 2] }),
    ])
    expect((await list({ search: 'bob example' })).items).toHaveLength(1)
    const page = await list({ limit: 1, total: true })
    expect(page).toMatchObject({ items: [{ email: 'ada@example.com' }], total: 2 })
    const next = await list({ limit: 1, cursor: page.nextCursor })
    expect(next).toMatchObject({ items: [{ email: 'bob@example.com' }], nextCursor: null })
    await ask(test.app, named('users.delete'), { id: added.id })
    expect((await list({})).items).toHaveLength(1)
    await expect(list({ filter: ['password_hash~x'] })).rejects.toMatchObject({ code: 'bad-filter' })
    expect(JSON.stringify(await list({}))).not.toContain('scrypt')
  })

  it.each([
    'users.list',
    'users.create',
    'api-keys.create',
    'api-keys.list',
    'audit.list',
    'audit.export',
    'audit.verify',
  ])('RUN-4 are none of the business of an administrator with limits: %s', async (name) => {
    const limited = { ...OWNER, connectionIds: [1] }
    const input = name.endsWith('create')
      ? { role: 'admin', ...(name.startsWith('users') && { email: 'eve@example.com' }) }
      : {}
    await expect(ask(test.app, named(name), input, limited)).rejects.toMatchObject({ code: 'not-allowed' })
  })
})

describe('API keys', () => {
  const find = (key: string) => callerOfApiKey(test.app.store, key, '10.1.1.1')

  it('RUN-4 are shown once, kept as hashes, and carry a role and limits', async () => {
    const wanted = { name: 'ci', role: 'operator', connectionIds: [3], projectIds: ['p1'] } as const
    const made = await createApiKey(test.app.store, wanted, 'cli:ada')
    expect(made.key).toMatch(/^wzb_[\w-]{43}$/)
    expect(made.key.startsWith(made.prefix)).toBe(true)
    expect(await find(made.key)).toEqual({
      name: `key:ci#${made.id}`,
      role: 'operator',
      connectionIds: [3],
      projectIds: ['p1'],
    })
    const { rows } = await test.app.store.pool.query('SELECT k::text AS kept FROM api_key k')
    expect(rows[0].kept).not.toContain(made.key.slice(made.prefix.length))
    const listed = await ask(test.app, named('api-keys.list'))
    expect(JSON.stringify(listed)).not.toContain(made.key.slice(made.prefix.length))
  })

  it('RUN-4 stop when they expire or are revoked, at once where that is done', async () => {
    const { store } = test.app
    const [short, long] = [
      await createApiKey(store, { name: 'short', role: 'viewer', expiresAt: new Date(Date.now() + 60_000) }, 'test'),
      await createApiKey(store, { name: 'long', role: 'viewer' }, 'test'),
    ]
    expect([await find(short.key), await find(long.key)]).not.toContain(null)
    await store.pool.query("UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = $1", [short.id])
    await revokeApiKey(store, long.id)
    expect([await find(short.key), await find(long.key)]).toEqual([null, null])
    await expect(revokeApiKey(store, long.id)).rejects.toMatchObject({ code: 'not-found' })
    expect(await ask(test.app, named('api-keys.list'))).toMatchObject({ items: [{ name: 'short' }] })
  })

  it('RUN-4 leave a trace of their use, once in an hour', async () => {
    const { key, id } = await createApiKey(test.app.store, { name: 'traced', role: 'viewer' }, 'test')
    for (let n = 0; n < 3; n++) {
      await find(key)
      forgetCallers(test.app.store)
    }
    const { rows } = await test.app.store.pool.query(
      "SELECT actor, address FROM audit_entry WHERE action = 'api-keys.use' AND target = $1",
      [String(id)],
    )
    expect(rows).toEqual([{ actor: `key:traced#${id}`, address: '10.1.1.1' }])
  })

  it('are asked for by their header alone', async () => {
    const { key } = await createApiKey(test.app.store, { name: 'x', role: 'viewer' }, 'test')
    const { identify } = openAccess(test.app)
    expect(await identify({ authorization: `bearer  ${key}` })).toMatchObject({ by: 'key', caller: { role: 'viewer' } })
    expect(await identify({ authorization: key })).toBeNull()
    expect(await identify({ authorization: `Bearer ${key.slice(0, -1)}` })).toBeNull()
    expect(await identify({ cookie: `wizbridge=${key}` })).toBeNull()
    expect(await identify({})).toBeNull()
  })
})

describe('the audit log', () => {
  it('RUN-4 is written out whole, as CSV that no spreadsheet runs', async () => {
    await ask(test.app, named('api-keys.create'), { role: 'viewer', name: '=1+1' })
    const stream = (await ask(test.app, named('audit.export'), {
      format: 'csv',
      filter: ['action=api-keys.create'],
    })) as {
      chunks: AsyncIterable<string>
    }
    let text = ''
    for await (const chunk of stream.chunks) text += chunk
    const [head, line] = text.split('\r\n')
    expect(head).toBe('seq,at,actor,action,target,targetName,outcome,address,details,hash')
    expect(line).toContain('cli:test,api-keys.create,')
    expect(await ask(test.app, named('audit.verify'))).toMatchObject({ intact: true })
  })
})

describe('passwords', () => {
  it('are known by what was made of them, and by nothing else', async () => {
    const kept = await hashPassword('correct horse battery')
    expect(kept).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
    expect(await verifyPassword('correct horse battery', kept)).toBe(true)
    expect(await verifyPassword('correct horse batterz', kept)).toBe(false)
    expect(await verifyPassword('', null)).toBe(false)
    expect(await verifyPassword('', 'scrypt$15$8$3$$')).toBe(false)
    // The same letter, composed and decomposed.
    expect(await verifyPassword('schöne Wörter hier', await hashPassword('scho\u0308ne Wo\u0308rter hier'))).toBe(true)
  })

  it.each([
    ['short', false],
    ['aaaaaaaaaaaaaaaa', false],
    ['my ada@example.com', false],
    ['x'.repeat(10) + 'abcdef'.repeat(50), false],
    ['four random words', true],
  ])('are refused when they are easy to guess: %s', (password, isFine) => {
    const check = () => checkPassword(password, 'Ada@example.com')
    if (isFine) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ code: 'weak-password' }))
  })
})
