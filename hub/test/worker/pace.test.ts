import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestApp, testApp } from '../fixture.ts'

const run = promisify(execFile)
const SENDER = path.resolve(import.meta.dirname, 'send-at-pace.ts')
const SECONDS = 12

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})

afterAll(() => test?.close())

it('RUN-3 ING-11 three processes on one database send no more than ten calls in any second, busy as they are', {
  timeout: 90_000,
}, async () => {
  const send = async () => {
    const { stdout } = await run(process.execPath, [SENDER, test.databaseUrl, `${SECONDS}`])
    return JSON.parse(stdout) as number[]
  }
  const each = await Promise.all([send(), send(), send()])
  for (const sent of each) expect(sent.length).toBeGreaterThan(0)
  const all = each.flat().sort((a, b) => a - b)
  for (const [at, first] of all.entries()) {
    const next = all[at + 10]
    if (next !== undefined) expect(next - first).toBeGreaterThanOrEqual(1000)
  }
})
