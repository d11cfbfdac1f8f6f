import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../src/log.ts'
import { openStore } from '../../src/store/open-store.ts'
import { requireVersion } from '../../src/store/server-version.ts'
import { type TestApp, testApp } from '../fixture.ts'

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})

afterAll(() => test?.close())

const server = (number: number, name: string) =>
  ({ query: async () => ({ rows: [{ number, name }] }) }) as unknown as Pick<Pool, 'query'>

describe('the version of a database', () => {
  it('RUN-3 is required to be one that was tried', async () => {
    await expect(requireVersion(server(140_023, '14.23'))).rejects.toMatchObject({
      code: 'database-too-old',
      message: expect.stringMatching(/PostgreSQL 14\.23; Wizbridge needs 15 or newer/),
    })
    await expect(requireVersion(server(150_000, '15.0'))).resolves.toBeUndefined()
    await expect(requireVersion(test.app.store.pool)).resolves.toBeUndefined()
  })

  it('VIEW-1 is asked for plans that fit lists, whatever it prefers', async () => {
    await test.app.store.pool.query('ALTER ROLE wizbridge SET jit = on; ALTER ROLE wizbridge SET random_page_cost = 4')
    const store = await openStore(
      { databaseUrl: test.databaseUrl, dataDir: test.dataDir },
      createLog({ level: 'silent' }),
    )
    const { rows } = await store.pool.query(
      "SELECT current_setting('jit') AS jit, current_setting('random_page_cost') AS cost",
    )
    await store.close()
    expect(rows).toEqual([{ jit: 'off', cost: '1.1' }])
  })
})
