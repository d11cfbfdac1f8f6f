import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KINDS } from '../src/kinds/kinds.ts'
import { missingStatements, numberAfter } from '../src/store/generate-migration.ts'
import { migrate, migrationNames } from '../src/store/migrate.ts'
import { type TestApp, testApp } from './fixture.ts'

const GOLDEN = new URL('./golden/schema.txt', import.meta.url)

let test: TestApp
beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

/** The tables as the migrations make them, as text that can be read and compared. */
async function schemaText(): Promise<string> {
  const { rows } = await test.app.store.pool.query<{ line: string }>(`
    SELECT line FROM (SELECT format('%s.%s %s%s%s', table_name, column_name, CASE data_type WHEN 'ARRAY' THEN udt_name ELSE data_type END,
      CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END,
      CASE WHEN is_generated = 'ALWAYS' THEN ' generated' ELSE '' END) AS line
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public') every ORDER BY line COLLATE "C"`)
  return `${rows.map((row) => row.line).join('\n')}\n`
}

it('ING-1 the tables hold exactly what the kinds declare', async () => {
  expect(await missingStatements(test.app.store), 'run "node hub/src/store/generate-migration.ts <name>"').toEqual([])
})

it('ING-1 the raw node lies beside its row and is not compressed, in every table of a kind', async () => {
  const { rows } = await test.app.store.pool.query<{ name: string }>(
    `SELECT attrelid::regclass::text AS name FROM pg_attribute
     WHERE attname = 'raw' AND attstorage = 'e' AND attrelid = ANY ($1::regclass[]) ORDER BY name`,
    [KINDS.map(({ table }) => table)],
  )
  expect(rows.map(({ name }) => name)).toEqual(KINDS.map(({ table }) => table).sort())
})

it('RUN-3 the schema is the one that was looked at (UPDATE_GOLDEN=1 writes it again)', async () => {
  const text = await schemaText()
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, text)
  expect(text).toBe(readFileSync(GOLDEN, 'utf8'))
})

it('RUN-3 every migration has a number of its own, and the next one comes after all of them', () => {
  const numbers = migrationNames().map((name) => name.slice(0, 4))
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numberAfter(['0001-ground.sql', '0008-raw.sql', '0010-lists.sql'])).toBe('0011')
  expect(numberAfter([])).toBe('0001')
})

it('RUN-3 migrating twice changes nothing, and a newer database is refused by name', async () => {
  const { pool } = test.app.store
  expect(await migrate(pool)).toEqual([])
  await pool.query("INSERT INTO schema_migration (name) VALUES ('9999-from-the-future.sql')")
  await expect(migrate(pool)).rejects.toThrow(/newer Wizbridge .*9999-from-the-future/)
  await pool.query("DELETE FROM schema_migration WHERE name LIKE '9999%'")
})

it('RUN-3 several processes that migrate at once wait for each other', async () => {
  const results = await Promise.all([1, 2, 3].map(() => migrate(test.app.store.pool)))
  expect(results).toEqual([[], [], []])
})
