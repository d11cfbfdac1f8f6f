import pg, { type PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../src/log.ts'
import { openStore } from '../../src/store/open-store.ts'
import { requireOwnSessions } from '../../src/store/own-sessions.ts'
import { type TestApp, testApp } from '../fixture.ts'

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})

afterAll(() => test?.close())

describe('the sessions of a database', () => {
  it('RUN-3 are required to be our own: a pooler that hands them around is refused', async () => {
    const client = new pg.Client({ connectionString: test.databaseUrl })
    await client.connect()
    // What a pooler in transaction mode does: whoever comes next is given the same session.
    const lent = { query: client.query.bind(client) as PoolClient['query'], release: () => undefined }
    await expect(requireOwnSessions({ connect: async () => lent })).rejects.toMatchObject({ code: 'database-pooler' })
    await client.end()
  })

  it('RUN-3 are set up as the product reads them, whatever the server prefers', async () => {
    await test.app.store.pool.query(
      `ALTER ROLE wizbridge SET timezone = 'Asia/Tokyo'; ALTER ROLE wizbridge SET datestyle = 'German'`,
    )
    const store = await openStore(
      { databaseUrl: test.databaseUrl, dataDir: test.dataDir },
      createLog({ level: 'silent' }),
    )
    const { rows } = await store.pool.query(`SELECT '2026-03-04T05:06:07Z'::timestamptz AS at`)
    await store.close()
    expect(rows).toEqual([{ at: '2026-03-04T05:06:07Z' }])
  })
})
