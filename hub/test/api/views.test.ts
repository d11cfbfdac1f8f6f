import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller, Role } from '../../src/access/caller.ts'
import { createUser, deleteUser } from '../../src/access/users.ts'
import { VIEW_OPERATIONS } from '../../src/operations/access/views.ts'
import { ask } from '../operations/ask.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

const [listViews, createView, updateView, deleteView] = VIEW_OPERATIONS
const WORST = { list: 'findings', name: 'Worst', search: 'filter=severity%3DCRITICAL&sort=detectedAt%3Adesc' }

let test: TestServer

beforeAll(async () => {
  test = await openTestServer()
})
afterAll(() => test.close())
beforeEach(() => test.app.store.pool.query('TRUNCATE saved_view RESTART IDENTITY'))

const post = (as: Role, payload: object) => test.ask(as, { method: 'POST', url: '/api/v1/views', payload })
const patch = (as: Role, id: number, payload: object) =>
  test.ask(as, { method: 'PATCH', url: `/api/v1/views/${id}`, payload })
const remove = (as: Role, id: number) => test.ask(as, { method: 'DELETE', url: `/api/v1/views/${id}` })
const names = async (as: Role, list = '') => {
  const { items } = (await test.ask(as, { url: `/api/v1/views${list && `?list=${list}`}` })).json()
  return items.map(({ name }: { name: string }) => name)
}
const outcome = (response: LightMyRequestResponse) => [response.statusCode, response.json().code]

describe('saved views', () => {
  it('VIEW-1 are saved, listed, renamed, changed and deleted by whoever has signed in', async () => {
    const created = await post('viewer', WORST)
    expect(created.statusCode, created.body).toBe(201)
    expect(created.json()).toMatchObject({ ...WORST, id: 1, isMine: true, isShared: false, isDefault: false })
    await post('viewer', { ...WORST, list: 'assets', name: 'Exposed', search: 'filter=isExposed=true' })
    expect(await names('viewer')).toEqual(['Exposed', 'Worst'])
    expect(await names('viewer', 'findings')).toEqual(['Worst'])
    expect((await patch('viewer', 1, { name: '  The worst ', search: '' })).json()).toMatchObject({
      name: 'The worst',
      search: '',
    })
    expect((await remove('viewer', 1)).json()).toEqual({ deleted: true })
    expect(await names('viewer', 'findings')).toEqual([])
    expect(outcome(await remove('viewer', 1))).toEqual([404, 'not-found'])
  })

  it('VIEW-1 belong to whoever saved them: nobody else sees, changes or deletes them', async () => {
    await post('viewer', WORST)
    for (const other of ['operator', 'admin'] as const) {
      expect(await names(other)).toEqual([])
      expect(outcome(await patch(other, 1, { name: 'Mine' }))).toEqual([404, 'not-found'])
      expect(outcome(await remove(other, 1))).toEqual([404, 'not-found'])
    }
    // The same name is free for everybody else, and for the other lists.
    expect((await post('operator', WORST)).statusCode).toBe(201)
    expect((await post('viewer', { ...WORST, list: 'issues' })).statusCode).toBe(201)
    expect(outcome(await post('viewer', WORST))).toEqual([409, 'conflict'])
    await post('viewer', { ...WORST, name: 'Other' })
    expect(outcome(await patch('viewer', 5, { name: 'Worst' }))).toEqual([409, 'conflict'])
  })

  it('VIEW-1 are shared with all by operators, and change by the hand of their owner only', async () => {
    expect(outcome(await post('viewer', { ...WORST, isShared: true }))).toEqual([403, 'not-allowed'])
    await post('viewer', WORST)
    expect(outcome(await patch('viewer', 2, { isShared: true }))).toEqual([403, 'not-allowed'])
    const { id } = (await post('operator', { ...WORST, name: 'Of the team', isShared: true })).json()
    const { items } = (await test.ask('viewer', { url: '/api/v1/views' })).json()
    expect(items).toMatchObject([
      { name: 'Worst', isMine: true },
      { name: 'Of the team', isMine: false, isShared: true, owner: expect.stringContaining('test operator') },
    ])
    expect(outcome(await patch('admin', id, { name: 'Of the admin' }))).toEqual([403, 'not-allowed'])
    expect(outcome(await remove('viewer', id))).toEqual([403, 'not-allowed'])
    expect((await patch('operator', id, { isShared: 'false' })).json()).toMatchObject({ isShared: false })
    expect(await names('viewer')).toEqual(['Worst'])
    await patch('operator', id, { isShared: true })
    expect((await remove('admin', id)).statusCode).toBe(200)
  })

  it('VIEW-1 have one default for each list and owner', async () => {
    await post('viewer', { ...WORST, isDefault: true })
    await post('viewer', { ...WORST, name: 'Newest', isDefault: true })
    await post('viewer', { ...WORST, list: 'issues', isDefault: true })
    await post('operator', { ...WORST, name: 'Shared', isDefault: true, isShared: true })
    const defaults = async () => {
      const { items } = (await test.ask('viewer', { url: '/api/v1/views' })).json()
      return items.flatMap((view: { list: string; name: string; isDefault: boolean }) =>
        view.isDefault ? [`${view.list} ${view.name}`] : [],
      )
    }
    expect(await defaults()).toEqual(['findings Newest', 'issues Worst'])
    await patch('viewer', 1, { isDefault: true })
    expect(await defaults()).toEqual(['findings Worst', 'issues Worst'])
    await patch('viewer', 1, { isDefault: false })
    expect(await defaults()).toEqual(['issues Worst'])
  })

  it.each<[string, object]>([
    ['no name', { ...WORST, name: '   ' }],
    ['a name that is too long', { ...WORST, name: 'x'.repeat(81) }],
    ['a list that is none', { ...WORST, list: 'users' }],
    ['more than an address holds', { ...WORST, search: `search=${'x'.repeat(4000)}` }],
    ['what no list understands', { ...WORST, search: 'filter=a=b&cursor=1' }],
    ['somebody else as the owner', { ...WORST, owner: 'user:ada@example.com' }],
  ])('VIEW-1 are refused with %s', async (_what, payload) => {
    expect(outcome(await post('viewer', payload))).toEqual([400, 'bad-input'])
    expect(await names('viewer')).toEqual([])
  })

  it('VIEW-1 are kept as they were meant, whatever their names and words hold', async () => {
    const name = `<img src=x onerror=alert(1)>' OR 1=1; --`
    const search = `search=${encodeURIComponent('<script>&"\u202e')}`
    const { items } = await post('viewer', { list: 'findings', name, search }).then(() =>
      test.ask('viewer', { url: '/api/v1/views' }).then((answer) => answer.json()),
    )
    expect(items).toMatchObject([{ name }])
    expect(new URLSearchParams(items[0].search).get('search')).toBe('<script>&"\u202e')
  })

  it('VIEW-1 are at most a hundred for each, also when many are saved at once', async () => {
    const { pool } = test.app.store
    const caller: Caller = { name: 'cli:test', role: 'viewer' }
    await pool.query(
      `INSERT INTO saved_view (owner, list, name, search) SELECT 'cli:test', 'findings', 'view ' || n, '' FROM generate_series(1, 98) n`,
    )
    const many = Array.from({ length: 6 }, (_, n) =>
      ask(test.app, createView, { ...WORST, name: `new ${n}` }, caller).then(
        () => 'saved',
        ({ code }) => code,
      ),
    )
    expect((await Promise.all(many)).sort()).toEqual([...Array(4).fill('conflict'), 'saved', 'saved'])
    const { items } = await ask(test.app, listViews, {}, caller)
    expect(items).toHaveLength(100)
    const [first] = items
    expect(await ask(test.app, updateView, { id: first?.id, name: 'renamed' }, caller)).toMatchObject({
      name: 'renamed',
    })
  })

  it('RUN-4 of others, which may name other projects, are hidden from whoever is limited; own ones are not', async () => {
    const limited: Caller = { name: 'user:limited@example.com', role: 'operator', projectIds: ['p'] }
    const { id } = (await post('operator', { ...WORST, isShared: true })).json()
    const mine = await ask(test.app, createView, WORST, limited)
    expect((await ask(test.app, listViews, {}, limited)).items).toMatchObject([{ id: mine.id }])
    await expect(ask(test.app, updateView, { id: mine.id, isShared: true }, limited)).rejects.toMatchObject({
      code: 'not-allowed',
    })
    const admin = { ...limited, role: 'admin' } as const
    await expect(ask(test.app, deleteView, { id }, admin)).rejects.toMatchObject({ code: 'not-found' })
    await ask(test.app, deleteView, { id: mine.id }, limited)
  })

  it('RUN-4 leave with their user, but for those that others use', async () => {
    const user = await createUser(test.app.store, { email: 'ada@example.com', role: 'operator' })
    const ada: Caller = { name: 'user:ada@example.com', role: 'operator' }
    await ask(test.app, createView, WORST, ada)
    await ask(test.app, createView, { ...WORST, name: 'Of the team', isShared: true }, ada)
    await deleteUser(test.app.store, user.id)
    expect(await names('viewer')).toEqual(['Of the team'])
    expect((await ask(test.app, listViews, {}, ada)).items).toHaveLength(1)
  })

  it('RUN-4 are in the audit log when they change', async () => {
    await post('viewer', WORST)
    await remove('viewer', 1)
    const { items } = (await test.ask('admin', { url: '/api/v1/audit?search=views&limit=2' })).json()
    expect(items).toMatchObject([
      { action: 'views.delete', target: '1', outcome: 'done' },
      { action: 'views.create', target: '1', outcome: 'done' },
    ])
  })
})
