import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from 'wizbridge-simulator'
import { createApiKey } from '../../src/access/api-keys.ts'
import type { Role } from '../../src/access/caller.ts'
import { startServer } from '../../src/api/server.ts'
import { openRemote, requestOf } from '../../src/cli/remote-executor.ts'
import { listConnections } from '../../src/operations/connections/list.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { workOn } from '../../src/operations/runs/work-on.ts'
import { openRun } from '../../src/store/runs.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { run, start } from './wizbridge.ts'

let test: TestApp
let simulator: Simulator
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  test = await testApp({ WIZBRIDGE_PORT: '0' })
  simulator = await startSimulator({ issues: 30, rate: { perSecond: null, concurrency: null } })
  server = await startServer(test.app, { operations: OPERATIONS, webFolder: '/nowhere' })
})
afterAll(async () => {
  await server.close()
  await simulator.close()
  await test.close()
})

async function cli(role: Role, args: readonly string[], input = '') {
  const { key } = await createApiKey(test.app.store, { name: `cli ${role}`, role }, 'test')
  return run([...args, '--server', server.url], { WIZBRIDGE_API_KEY: key }, input)
}

describe('through a server', () => {
  it('RUN-2 RUN-3 every command works as it does on the store, without one', async () => {
    const create = ['connections', 'create', '--name', 'prod', '--api-url', simulator.apiUrl]
    const credentials = ['--client-id', simulator.clientId, '--client-secret-stdin']
    expect((await cli('admin', [...create, ...credentials], simulator.clientSecret)).stdout).toMatch(/^name +prod$/m)
    const { key } = await createApiKey(test.app.store, { name: 'who waits', role: 'operator' }, 'test')
    const args = ['sync', 'prod', '--kinds', 'issues,projects', '--server', server.url]
    const { child, outcome: following } = start(args, { WIZBRIDGE_API_KEY: key })
    let said = ''
    child.stderr?.on('data', (text: string) => {
      said += text
    })
    await expect.poll(() => said, { timeout: 30_000 }).toContain('No worker is running: start "wizbridge serve')
    expect(await openRun(test.app.store, 1)).toBe(1)
    // As a worker of the server would.
    await workOn(test.app, { run: 1, connection: 'prod' }, { signal: new AbortController().signal })
    const followed = await following
    expect(followed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^issue +full +complete +30 +30/m) })

    const listed = await cli('viewer', [
      'issues',
      'list',
      '--filter',
      'severity>=LOW',
      '--filter',
      'status!=x~&=?',
      '--json',
    ])
    expect(listed).toMatchObject({ code: 2, stderr: expect.stringContaining('status is one of') })
    const [first] = JSON.parse(
      (await cli('viewer', ['issues', 'list', '--filter', 'id!=a&b=c', '--json'])).stdout,
    ).items
    expect(first).toMatchObject({ connection: 'prod' })
    expect((await cli('viewer', ['issues', 'show', first.id])).stdout).toMatch(new RegExp(`^id +${first.id}$`, 'm'))
    const lines = (await cli('viewer', ['export', 'issues', '--format', 'csv', '--sort', 'severity:desc,id'])).stdout
    expect(lines.match(/^prod,/gm)).toHaveLength(30)
  })

  it('RUN-4 tells what a role may not do with exit code 4', async () => {
    const refused = await cli('viewer', ['connections', 'delete', 'prod'])
    expect(refused).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('needs the role admin') })
    const { key } = await createApiKey(test.app.store, { name: 'from a file', role: 'viewer' }, 'test')
    const padded = await run(['issues', 'list', '--server', server.url], { WIZBRIDGE_API_KEY: `${key}\n` })
    expect(padded).toMatchObject({ code: 0 })
    const odd = await run(['issues', 'list', '--server', server.url, '--api-key', 'schlüssel\nx'], {})
    expect(odd).toMatchObject({ code: 2, stderr: expect.stringMatching(/^This is no API key: .* Copy it again\.\n$/) })
    const nobody = await run(['issues', 'list', '--server', server.url, '--api-key', 'wrong', '--json'], {})
    expect(nobody.code).toBe(4)
    expect(JSON.parse(nobody.stderr)).toMatchObject({ code: 'not-signed-in' })
    expect((await cli('viewer', ['issues', 'show', '../../../healthz'])).code).toBe(2)
  })

  it('RUN-3 says so when nobody answers, or somebody else', async () => {
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const asked = openRemote(`http://127.0.0.1:${port}`, 'key').ask(listConnections, {})
    await expect(asked).rejects.toMatchObject({ code: 'not-wizbridge' })
    other.close()
    const away = openRemote('http://127.0.0.1:1', 'key').ask(listConnections, {})
    await expect(away).rejects.toMatchObject({ code: 'server-unreachable' })
  })

  it('RUN-4 never takes its key to where a redirect leads', async () => {
    const seen: (string | undefined)[] = []
    const thief = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.end('{}')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => thief.once('listening', resolve))
    const elsewhere = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/`
    const lure = createServer((_request, response) => response.writeHead(307, { location: elsewhere }).end())
    await new Promise<void>((resolve) => lure.listen(0, '127.0.0.1', resolve))
    const asked = openRemote(`http://127.0.0.1:${(lure.address() as AddressInfo).port}`, 'key').ask(listConnections, {})
    await expect(asked).rejects.toMatchObject({ code: 'server-unreachable' })
    expect(seen).toEqual([])
    for (const each of [thief, lure]) each.close()
  })

  it('RUN-2 puts inputs where the declaration of the operation says', () => {
    const base = new URL('https://bridge.example/x/api/v1')
    const request = (name: string, input: Record<string, unknown>) => {
      const operation = OPERATIONS.find((each) => each.name === name)
      if (!operation) throw new Error(name)
      const { method, url, body } = requestOf(operation, input, base)
      return `${method} ${url.href}${body === undefined ? '' : ` ${body}`}`
    }
    expect(request('issues.list', { filter: ['a=b&c', 'x>=1'], limit: 5, cursor: undefined })).toBe(
      'GET https://bridge.example/x/api/v1/issues?filter=a%3Db%26c&filter=x%3E%3D1&limit=5',
    )
    expect(request('issues.show', { id: 'a/b?c' })).toBe('GET https://bridge.example/x/api/v1/issues/a%2Fb%3Fc')
    expect(request('connections.delete', { connection: 'prod', purge: true })).toBe(
      'DELETE https://bridge.example/x/api/v1/connections/prod?purge=true',
    )
    expect(request('syncs.start', { connection: 'prod', kinds: ['issue'] })).toBe(
      'POST https://bridge.example/x/api/v1/connections/prod/syncs {"kinds":["issue"]}',
    )
  })
})
