import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KINDS } from '../../src/kinds/kinds.ts'
import { type TestApp, testApp } from '../fixture.ts'

const PROGRAM = fileURLToPath(new URL('../../src/cli/demo.ts', import.meta.url))

let test: TestApp

beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

function demo(...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: test.databaseUrl,
    WIZBRIDGE_DATA_DIR: test.dataDir,
    WIZBRIDGE_PORT: '0',
  }
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const outcome = once(child, 'close').then(([code]) => ({ code, stdout, stderr }))
  return { child, outcome, said: () => stderr }
}

describe('demo', () => {
  it('RUN-6 connects, syncs every kind and sums up, twice in a row on a database of one’s own', async () => {
    for (const size of ['30', '50']) {
      const { code, stdout } = await demo('--once', '--size', size).outcome
      expect(code).toBe(0)
      expect(stdout.split('\n')[0]).toBe('KIND                   EXPECTED  FETCHED  STORED  STATE')
      for (const kind of KINDS) expect(stdout).toMatch(new RegExp(`^${kind.name} .* complete$`, 'm'))
      expect(stdout).toMatch(new RegExp(`^issue +${size} +${size} +${size} +complete$`, 'm'))
    }
    const { rows } = await test.app.store.pool.query('SELECT name FROM connection')
    expect(rows).toEqual([{ name: 'demo' }])
  })

  it('RUN-2 RUN-6 ends in the web UI behind a link that lets one visitor in, until Ctrl-C', async () => {
    const { child, outcome, said } = demo('--size', '20')
    const link = () => /^Open (http\S+)$/m.exec(said())?.[1] ?? ''
    await expect.poll(link, { timeout: 50_000 }).not.toBe('')
    const entered = await fetch(link(), { redirect: 'manual' })
    expect(entered.status).toBe(303)
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
    const findings = await fetch(new URL('/api/v1/findings?limit=1', link()), { headers: { cookie } })
    expect(((await findings.json()) as { items: unknown[] }).items).toHaveLength(1)
    expect((await fetch(link(), { redirect: 'manual' })).headers.get('set-cookie')).toBeNull()

    const tenant = /answers at\n(http\S+)\./.exec(said())?.[1] ?? ''
    expect((await fetch(tenant, { method: 'POST' })).status).toBe(401)
    child.kill('SIGINT')
    expect((await outcome).code).toBe(0)
    await expect(fetch(tenant, { method: 'POST' })).rejects.toThrow()
    await expect(fetch(link())).rejects.toThrow()
  })

  it('RUN-6 explains its arguments when they are wrong', async () => {
    for (const args of [['--size', 'many'], ['--size', '0'], ['--twice']]) {
      const { code, stdout, stderr } = await demo(...args).outcome
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain('--size N')
    }
  })
})
