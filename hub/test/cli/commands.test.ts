import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from 'wizbridge-simulator'
import { TEMPLATES } from '../../src/ingest/plans/templates.ts'
import { issue } from '../../src/kinds/issue.ts'
import { type TestApp, testApp } from '../fixture.ts'
import { addConnection, addRows } from '../query/rows.ts'
import { run, start } from './wizbridge.ts'

let test: TestApp
let simulator: Simulator
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  test = await testApp()
  env = { DATABASE_URL: test.databaseUrl, WIZBRIDGE_DATA_DIR: test.dataDir }
})
afterAll(() => test.close())
beforeEach(() => test.empty())
afterEach(() => simulator?.close())

const cli = (...args: string[]) => run(args, env)

async function connect(options: SimulatorOptions = {}) {
  simulator = await startSimulator({ issues: 40, rate: { perSecond: null, concurrency: null }, ...options })
  const args = ['connections', 'create', '--name', 'prod', '--api-url', simulator.apiUrl]
  return run([...args, '--client-id', simulator.clientId, '--client-secret-stdin'], env, `${simulator.clientSecret}\n`)
}

describe('plans', () => {
  it('ING-2 RUN-2 show what there is to start from as a table, and leave what is for programs out', async () => {
    const { code, stdout } = await cli('plans', 'templates')
    expect(code).toBe(0)
    for (const { name, title } of TEMPLATES) expect(stdout).toMatch(new RegExp(`^${name} +${title} `, 'm'))
    expect(stdout).not.toContain('choices')
    expect(JSON.parse((await cli('plans', 'templates', '--json')).stdout)).toHaveProperty('choices.kinds')
  })

  it('ING-2 are forecast with what they cost and when they run next', async () => {
    await connect()
    const { code, stdout } = await cli('plans', 'forecast', '--connection', 'prod', '--template', 'assets-and-findings')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^issue +allowed /m)
    for (const fact of ['calls', 'minutes', 'callsPerSecond', 'nextRunAt']) {
      expect(stdout).toMatch(new RegExp(`^${fact} +\\d`, 'm'))
    }
  })
})

describe('connections', () => {
  it('CON-1 RUN-2 have their projects changed, typed as people type lists, and lifted by an empty one', async () => {
    await connect()
    const projects = async (...typed: string[]) => {
      const { code, stdout, stderr } = await cli('connections', 'update', 'prod', '--json', ...typed)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return JSON.parse(stdout).projectIds
    }
    expect(await projects('--projects', 'a, b,, a,', '--projects', 'c')).toEqual(['a', 'b', 'c'])
    expect(await projects('--projects', '')).toEqual([])
  })

  it('CON-1 CON-6 are created with a secret from standard input, listed and deleted', async () => {
    const created = await connect()
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^name +prod$/m), stderr: '' })
    expect(created.stdout).not.toContain(simulator.clientSecret)

    const again = await run(
      [
        'connections',
        'create',
        '--name',
        'prod',
        '--api-url',
        simulator.apiUrl,
        '--client-id',
        'x',
        '--client-secret-stdin',
      ],
      env,
      'secret-of-x',
    )
    expect(again).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^There is a connection "prod" already\./),
    })

    const listed = await cli('connections', 'list', '--json')
    expect(JSON.parse(listed.stdout)).toMatchObject({ items: [{ name: 'prod', status: 'active' }], nextCursor: null })

    const deleted = await cli('connections', 'delete', 'prod', '--purge', '--json')
    expect(JSON.parse(deleted.stdout)).toEqual({ name: 'prod', purged: true, removed: 0 })
    expect(await cli('connections', 'show', 'prod')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'There is no connection "prod". See "wizbridge connections list".\n',
    })
  })

  it('CON-4 end a test with 0 when it is good, with 4 when a scope is missing, with 1 when nothing works', async () => {
    await connect()
    const tested = await cli('connections', 'test', 'prod')
    expect(tested).toMatchObject({ code: 0, stdout: expect.stringMatching(/^issue +allowed +40/m) })
    simulator.accounts.update(simulator.clientId, { scopes: ['read:issues'] })
    expect((await cli('connections', 'test', 'prod')).stdout).toMatch(/Add the scope read:projects in Wiz/)
    expect((await cli('connections', 'test', 'prod', '--json')).code).toBe(4)
    simulator.accounts.remove(simulator.clientId)
    expect((await cli('connections', 'test', 'prod')).code).toBe(1)
  })

  it('CON-4 say in one sentence why they do not work, without the secret', async () => {
    simulator = await startSimulator({ issues: 1 })
    const args = ['connections', 'create', '--name', 'prod', '--api-url', simulator.apiUrl, '--client-id', 'nobody']
    const wrong = await run([...args, '--client-secret-stdin', '--json'], env, 'a-very-wrong-secret')
    expect(wrong).toMatchObject({ code: 1, stdout: '' })
    expect(JSON.parse(wrong.stderr)).toMatchObject({ code: 'wrong-credentials', sentence: expect.any(String) })
    expect(wrong.stderr).not.toContain('a-very-wrong-secret')
    const empty = await run([...args, '--client-secret-stdin'], env, '')
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing came on standard input') })
  })
})

describe('sync', () => {
  it('ING-9 RUN-1 works on the run, prints the receipt and ends with 0 when all is complete', async () => {
    await connect()
    const first = await cli('sync', 'prod')
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout.split('\n')[0]).toMatch(/^KIND +MODE +STATE +EXPECTED +FETCHED +STORED/)
    expect(first.stdout).toMatch(/^issue +full +complete +40 +40 +40/m)
    expect(first.stdout).not.toContain('\u001b')
    const second = await cli('syncs', 'start', 'prod', '--kinds', 'issues, projects', '--full', '--json')
    expect(second.code).toBe(0)
    const answer = JSON.parse(second.stdout)
    expect(answer).toMatchObject({ status: 'complete', connection: 'prod' })
    expect(answer.receipts.map((receipt: { kind: string }) => receipt.kind)).toEqual(['project', 'issue'])
  })

  it('ING-2 is what running a plan does too, and a plan that only was made says who works on its first run', async () => {
    await connect()
    const wishes = ['--connection', 'prod', '--template', 'software-catalog', '--name', 'catalog']
    const made = await cli('plans', 'create', ...wishes)
    const said =
      'Run 1 is open: "wizbridge serve" on this store works on it, and "wizbridge sync prod" works on it here.'
    expect(made).toMatchObject({ code: 0, stderr: `${said}\n` })
    const ran = await cli('plans', 'run', 'catalog')
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^issue +full +complete +40/m) })
    expect(await cli('plans', 'create', ...wishes.slice(0, 4), '--no-start')).toMatchObject({ code: 0, stderr: '' })
  })

  it('ING-9 ends with 3 when something is missing, and says what', async () => {
    await connect()
    simulator.faults.add({ fault: 'scope-lost', root: 'controls' })
    const { code, stdout, stderr } = await cli('sync', 'prod')
    expect(code).toBe(3)
    expect(stdout).toMatch(/^control +full +failed/m)
    expect(stderr).toMatch(/^control: .*permission/m)
    // Said once, to a person: the log of a server would say it again in JSON.
    expect(stderr).not.toMatch(/^\{/m)
  })

  it('ING-9 ends with 4 when only a person is missing, who then decides', async () => {
    await connect()
    await cli('sync', 'prod', '--kinds', 'issues')
    simulator.world.issues.shrink(0.5)
    const { code, stderr } = await cli('sync', 'prod', '--kinds', 'issues', '--full')
    expect(stderr).toMatch(/^issue: .*wizbridge runs approve/m)
    expect(code).toBe(4)
    expect((await cli('runs', 'show', '2')).stdout).toMatch(/^held$/m)
    const approved = await cli('runs', 'approve', '2', '--json')
    expect(JSON.parse(approved.stdout)).toEqual({ run: 2, status: 'complete', removed: 20 })
    expect((await cli('runs', 'approve', '2')).code).toBe(4)
  })

  it('ING-8 stops at Ctrl-C after the pages under way, and goes on where it stopped', async () => {
    // Slow enough that the first pages are stored long before the last one has come.
    await connect({ issues: 3000, latencyMs: 400, rate: { perSecond: null, concurrency: 2 } })
    const { child, outcome } = start(['sync', 'prod', '--kinds', 'vulnerabilities'], env)
    const pages = async () => {
      const { rows } = await test.app.store.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM run_page')
      return rows[0]?.n ?? 0
    }
    await expect.poll(pages, { timeout: 30_000, interval: 50 }).toBeGreaterThan(0)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await outcome
    expect(stderr).toMatch(/every page that came is stored: go on with "wizbridge runs resume 1"/)
    expect(stdout).toMatch(/^vulnerability-finding +full +walking/m)
    expect(code).toBe(1)

    const before = simulator.journal.summary().calls
    const resumed = await cli('runs', 'resume', '1')
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^vulnerability-finding +full +complete/m) })
    expect(simulator.journal.summary().calls).toBeGreaterThan(before)
    expect((await cli('runs', 'resume', '1')).code).toBe(4)
  })

  it('RUN-1 joins a sync that is under way, and can leave the work to others', async () => {
    await connect()
    const left = await cli('sync', 'prod', '--no-wait', '--json')
    expect(JSON.parse(left.stdout)).toEqual({ run: 1, connection: 'prod', isNew: true })
    expect((await cli('runs', 'show', '1')).stdout).toMatch(/^error +No worker is running: start "wizbridge serve/m)
    const joined = await cli('sync', 'prod')
    expect(joined).toMatchObject({ code: 0, stderr: expect.stringContaining('under way already: run 1') })
    expect(joined.stderr).not.toContain('No worker')
    expect((await cli('runs', 'list')).stdout).toMatch(/^ *1 +prod +complete +cli:/m)
  })
})

describe('lists', () => {
  beforeEach(async () => {
    const connection = await addConnection(test.app, 'one')
    const rows = Array.from({ length: 2500 }, (_, index) => ({
      id: `i${String(index).padStart(4, '0')}`,
      ruleName: index === 7 ? '\u001b[31m=HYPERLINK("x")\r\n\u009b2J' : `rule ${index}`,
      severity: 'HIGH',
      status: 'OPEN',
      updatedAt: '2026-01-01T00:00:00Z',
    }))
    await addRows(test.app, issue, connection, rows)
  })

  it('RUN-2 come as a table, JSON, lines of JSON or CSV, with nothing but data on standard output', async () => {
    const args = ['issues', 'list', '--filter', 'id=i0007', '--filter', 'id=i0008', '--sort', 'id']
    const table = await cli(...args)
    expect(table.stdout.split('\n')[0]).toMatch(/^RULE NAME +SEVERITY +STATUS/)
    for (const order of ['\u001b', '\u009b', '\r']) expect(table.stdout).not.toContain(order)
    const json = JSON.parse((await cli(...args, '--json')).stdout)
    expect(json.items.map((row: { id: string }) => row.id)).toEqual(['i0007', 'i0008'])
    expect(json.items[0].ruleName).toBe('\u001b[31m=HYPERLINK("x")\r\n\u009b2J')
    const lines = (await cli(...args, '--output', 'ndjson')).stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(['i0007', 'i0008'])
    const csv = await cli(...args, '--output', 'csv', '--columns', 'id,ruleName')
    expect(csv.stdout).toBe('id,ruleName\r\ni0007,"\u001b[31m=HYPERLINK(""x"")\r\n\u009b2J"\r\ni0008,rule 8\r\n')
  })

  it('RUN-2 go on at a cursor, and give more than a page when asked', async () => {
    const first = await cli('issues', 'list', '--sort', 'id', '--limit', '2', '--output', 'ndjson', '--total')
    expect(first.stderr).toMatch(/^2500 in total\.$/m)
    const cursor = /--cursor (\S+),/.exec(first.stderr)?.[1] ?? ''
    const second = await cli('issues', 'list', '--sort', 'id', '--limit', '1', '--output', 'ndjson', '--cursor', cursor)
    expect(JSON.parse(second.stdout).id).toBe('i0002')
    const many = await cli('issues', 'list', '--limit', '2200', '--output', 'ndjson')
    expect(new Set(many.stdout.trimEnd().split('\n')).size).toBe(2200)
    const wrong = await cli('issues', 'list', '--cursor', `${cursor}x`)
    expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('nextCursor') })
  })

  it('VIEW-1 are counted by the values of a field, a line for each', async () => {
    const facets = (...more: string[]) => cli('facets', 'show', 'issues', '--field', 'status,severity', ...more)
    const counted = await facets()
    expect(counted).toMatchObject({ code: 0, stderr: '' })
    const lines = counted.stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^FIELD +VALUE +COUNT$/)
    expect(lines[1]).toMatch(/^status +OPEN +2500$/)
    // Each field is named once, and set apart from the one before.
    const second = lines.indexOf('')
    expect(lines[second + 1]).toMatch(/^severity +\w+ +\d+$/)
    expect(lines.filter((line) => line.startsWith('severity'))).toHaveLength(1)
    const csv = await facets('--output', 'csv')
    expect(csv.stdout).toMatch(/^field,value,label,count\r?\nstatus,OPEN,,2500\r?\nseverity,/)
    expect((await facets('--columns', 'count,value')).stdout).toMatch(/^COUNT +VALUE\n +2500 +OPEN\n/)
    expect(await facets('--columns', 'values')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('field, value, label, count'),
    })
    for (const format of ['json', 'ndjson']) {
      const [first] = (await facets('--output', format)).stdout.split(format === 'json' ? '\u0000' : '\n')
      expect(JSON.parse(first ?? '')).toHaveProperty(format === 'json' ? 'items' : 'values')
    }
  })

  it('RUN-2 refuse unknown fields and columns by naming those there are', async () => {
    for (const args of [
      ['--filter', 'sevrity=HIGH'],
      ['--sort', 'sevrity'],
      ['--columns', 'sevrity'],
    ]) {
      const { code, stdout, stderr } = await cli('issues', 'list', ...args)
      expect(stderr).toMatch(/"sevrity" here\. There are connection, id, type, status, severity, /)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    }
  })

  it('VIEW-5 are exported whole, and end quietly when nobody reads on', async () => {
    const { code, stdout } = await cli('export', 'issues', '--format', 'csv', '--filter', 'status=OPEN')
    expect(code).toBe(0)
    expect(stdout.match(/^one,i\d{4},/gm)).toHaveLength(2500)
    const { child, outcome } = start(['export', 'issues'], env)
    child.stdout?.once('data', () => child.stdout?.destroy())
    expect(await outcome).toMatchObject({ code: 0, stderr: '' })
  })

  it('VIEW-2 lead to single objects', async () => {
    // As the last cell of a line of CSV comes.
    const shown = await cli('issues', 'show', 'i0008\r')
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ruleName +rule 8$/m) })
    expect(await cli('issues', 'show', 'nope')).toMatchObject({
      code: 2,
      stderr: 'There is no issue "nope" here. See "wizbridge issues list".\n',
    })
    expect(await cli('findings', 'list', '--filter', 'severity>HIGH')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'There is nothing to show.\n',
    })
  })
})

describe('the store', () => {
  it('RUN-3 is one process at a time where it is the embedded one', async () => {
    const { code, stdout, stderr } = await run(['connections', 'list'], { WIZBRIDGE_DATA_DIR: test.dataDir })
    expect(stderr).toMatch(/is using the data directory .* --server URL/)
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  })

  it('RUN-3 is told of in one sentence where it cannot be reached', async () => {
    const away = { ...env, DATABASE_URL: 'postgres://user:hidden-password@127.0.0.1:1/none' }
    const { code, stderr } = await run(['connections', 'list'], away)
    expect(stderr).toMatch(/^The database cannot be reached\..*\n$/)
    expect(stderr).not.toContain('hidden-password')
    expect(code).toBe(1)
  })
})
