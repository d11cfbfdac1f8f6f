import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'

const CLI = new URL('../src/cli.ts', import.meta.url).pathname

describe('simulator command', () => {
  let child: ChildProcess | undefined
  afterEach(() => {
    child?.kill('SIGKILL')
  })

  function start(...args: string[]) {
    child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const { stdout, stderr } = child
    if (!stdout || !stderr) throw new Error('no pipes')
    let told = ''
    stderr.on('data', (chunk) => {
      told += chunk
    })
    const exit = once(child, 'exit').then(([code]) => ({ code, told }))
    return { child, exit, line: () => once(createInterface(stdout), 'line').then(([line]) => JSON.parse(line)) }
  }

  it('RUN-6 prints one line when ready, serves with the given faults, and ends on a signal', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'simulator-')), 'faults.json')
    await writeFile(file, JSON.stringify([{ fault: 'token-refused', times: 1 }]))
    const run = start('--port', '0', '--issues', '20', '--rate', 'none', '--idp', 'auth0', '--faults', file)
    const ready = await run.line()
    expect(Object.keys(ready)).toEqual(['url', 'apiUrl', 'tokenUrl', 'clientId', 'clientSecret'])
    const form = { grant_type: 'client_credentials', audience: 'beyond-api' }
    const secrets = { client_id: ready.clientId, client_secret: ready.clientSecret }
    const ask = () => fetch(ready.tokenUrl, { method: 'POST', body: new URLSearchParams({ ...form, ...secrets }) })
    expect([(await ask()).status, (await ask()).status]).toEqual([400, 200])
    run.child.kill('SIGTERM')
    expect(await run.exit).toMatchObject({ code: 0 })
  })

  it('RUN-6 serves bulk rows', async () => {
    const run = start('--port', '0', '--issues', '20', '--load', '--rows', '777', '--bytes', '500')
    const { url } = await run.line()
    const health = await (await fetch(`${url}/_simulator/health`)).json()
    expect(health).toMatchObject({ load: { rows: 777, bytes: 500, roots: ['issuesV2'] } })
  })

  it.each([
    [['--nonsense'], '--nonsense'],
    [['--port', 'x'], '--port must be a whole number'],
    [['--idp', 'ldap'], '--idp must be cognito or auth0'],
    [['--faults', '/does/not/exist'], '--faults /does/not/exist'],
  ])('ends with 2 and a sentence for %j', async (args, sentence) => {
    const { code, told } = await start(...args).exit
    expect([code, told]).toEqual([2, expect.stringContaining(sentence)])
  })
})
