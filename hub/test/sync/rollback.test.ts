import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issue } from '../../src/kinds/issue.ts'
import { transaction } from '../../src/store/transaction.ts'
import { writeRows } from '../../src/store/write-page.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { addConnection, addRows } from '../query/rows.ts'

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test?.close())

describe('ING-8 a page that could not be stored', () => {
  it('leaves the connection it was written through fit for the next one', async () => {
    const { pool } = test.app.store
    const connectionId = await addConnection(test.app, 'prod')
    const origin = { connectionId, runId: null, cause: 'test', observedAt: new Date() }
    const values = Object.keys(issue.columns).map((name) => (name === 'id' ? 'a' : null))
    const row = { id: 'a', raw: '{}', hash: '0'.repeat(32), values, problems: [] }
    const failing = transaction(pool, async (client) => {
      await writeRows(client, issue, [row], origin)
      throw new Error('the claim is lost')
    })
    await expect(failing).rejects.toThrow('the claim is lost')
    await addRows(test.app, issue, connectionId, [{ id: 'b' }])
    const { rows } = await pool.query('SELECT id FROM issue')
    expect(rows).toEqual([{ id: 'b' }])
  })
})
