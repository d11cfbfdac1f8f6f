import { afterAll, beforeAll, expect, it } from 'vitest'
import { control } from '../../src/kinds/control.ts'
import { issue } from '../../src/kinds/issue.ts'
import { showConnection } from '../../src/operations/connections/show.ts'
import { countStored } from '../../src/operations/runs/count-stored.ts'
import type { Store } from '../../src/store/open-store.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { listeningStore } from '../query/listening-store.ts'
import { addConnection, addRows } from '../query/rows.ts'
import { ask, OWNER } from './ask.ts'

let test: TestApp
let one = 0
let two = 0
beforeAll(async () => {
  test = await testApp()
  one = await addConnection(test.app, 'one')
  two = await addConnection(test.app, 'two')
  const rows = (ids: string) =>
    [...ids].map((id) => ({ id, severity: 'HIGH', projectIds: id === 'c' ? ['p'] : ['p', 'q'] }))
  await addRows(test.app, issue, one, rows('abcd'))
  await addRows(test.app, issue, one, [{ id: 'a', severity: 'LOW' }])
  await addRows(test.app, issue, two, rows('ab'))
  await addRows(test.app, control, one, rows('xyz'))
  await test.app.store.pool.query("DELETE FROM issue WHERE id = 'b'")
})
afterAll(() => test.close())

const ENDED = '2026-01-01T00:00:00Z'
const receipt = (kind: string, connectionId: number, finishedAt: string | null) => ({ kind, connectionId, finishedAt })

/** The store, which keeps what it was asked. */
function listening(): { store: Store; asked: string[] } {
  const asked: string[] = []
  return { store: listeningStore(test.app.store, (text) => asked.push(text)), asked }
}

it('ING-9 counts what is stored of a kind that is under way without reading its rows', async () => {
  const { store, asked } = listening()
  const counts = await countStored(store, [receipt('issue', one, null), receipt('control', one, null)])
  expect(Object.fromEntries(counts)).toEqual({ issue: 3 })
  const [text = ''] = asked
  const { rows } = await test.app.store.pool.query(`EXPLAIN (FORMAT JSON) ${text}`, [one])
  expect(JSON.stringify(rows)).toContain('"issue_tally"')
  expect(JSON.stringify(rows)).not.toMatch(/"(issue|control)"/)
})

it('ING-9 counts every kind that has ended, each for its connection', async () => {
  const stored = async (connectionId: number) =>
    Object.fromEntries(
      await countStored(
        test.app.store,
        [issue, control].map(({ name }) => receipt(name, connectionId, ENDED)),
      ),
    )
  expect(await stored(one)).toEqual({ issue: 3, control: 3 })
  expect(await stored(two)).toEqual({ issue: 1, control: 0 })
  expect(await countStored(test.app.store, [])).toEqual(new Map())
})

it('CON-5 counts what a connection holds without reading the rows of large kinds, also for who sees some projects', async () => {
  const shown = async (connection: string, projectIds?: string[]) => {
    const { store, asked } = listening()
    const { kinds } = await ask({ ...test.app, store }, showConnection, { connection }, { ...OWNER, projectIds })
    const { rows } = await test.app.store.pool.query(`EXPLAIN (FORMAT JSON) ${asked.at(-1)}`, [one, projectIds ?? null])
    return { stored: Object.fromEntries(kinds.map(({ kind, stored }) => [kind, stored])), plan: JSON.stringify(rows) }
  }
  const all = await shown('one')
  expect(all.stored).toMatchObject({ issue: 3, control: 3, project: 0 })
  expect(all.plan).toContain('"issue_tally"')
  expect(all.plan).not.toContain('"issue"')
  expect((await shown('two')).stored).toMatchObject({ issue: 1, control: 0 })
  const some = await shown('one', ['q'])
  expect(some.stored).toMatchObject({ issue: 1, control: 0 })
  expect(some.plan).not.toContain('"issue"')
})
