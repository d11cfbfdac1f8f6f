import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestApp, testApp } from '../fixture.ts'
import { sendAtPace } from './send-at-pace.ts'

const SECONDS = 12

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})

afterAll(() => test?.close())

it('RUN-3 ING-11 three processes on one database send no more than ten calls in any second, busy as they are', {
  timeout: 90_000,
}, async () => {
  const each = await Promise.all([1, 2, 3].map(() => sendAtPace(test.databaseUrl, SECONDS)))
  for (const sent of each) expect(sent.length).toBeGreaterThan(0)
  const all = each.flat().sort((a, b) => a - b)
  for (const [at, first] of all.entries()) {
    const next = all[at + 10]
    if (next !== undefined) expect(next - first).toBeGreaterThanOrEqual(1000)
  }
})
