import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { textArray } from '../src/store/text-array.ts'
import { type TestApp, testApp } from './fixture.ts'

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test?.close())

it('ING-8 the text of an array is what PostgreSQL reads as these words', async () => {
  const special = fc.constantFrom('', 'NULL', 'null', '{}', '"', '\\', ',', ' ', 'a"b\\c', '\n')
  // PostgreSQL has no text with the character 0.
  const word = fc.oneof(special, fc.string({ unit: 'grapheme' })).map((text) => text.replaceAll('\u0000', ''))
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
      const { rows } = await test.app.store.pool.query('SELECT $1::text[] AS words', [textArray(words)])
      expect(rows).toEqual([{ words }])
    }),
    { numRuns: 100 },
  )
})
