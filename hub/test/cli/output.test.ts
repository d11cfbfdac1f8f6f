import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issue } from '../../src/kinds/issue.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { addConnection, addRows } from '../query/rows.ts'
import { BIN } from './wizbridge.ts'

let test: TestApp
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  test = await testApp()
  env = { DATABASE_URL: test.databaseUrl, WIZBRIDGE_DATA_DIR: test.dataDir }
  const connection = await addConnection(test.app, 'prod')
  const rows = Array.from({ length: 300 }, (_, index) => ({ id: `issue-${index}`, ruleName: 'x'.repeat(2000) }))
  await addRows(test.app, issue, connection, rows)
})
afterAll(() => test.close())

describe('VIEW-5 where the output goes', () => {
  it('may be a full disk, which is said in one sentence', async () => {
    const full = openSync('/dev/full', 'w')
    const args = [BIN, 'export', 'issues', '--format', 'csv']
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', full, 'pipe'] })
    closeSync(full)
    const [said, [code]] = await Promise.all([
      text(child.stderr as NonNullable<typeof child.stderr>),
      once(child, 'close'),
    ])
    expect(said).toBe('The output cannot be written (ENOSPC). Look for space where it goes, and run this again.\n')
    expect(code).toBe(1)
  })
})
