import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { createProgram } from '../../src/cli/program.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { run, start } from './wizbridge.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'wizbridge-cli-'))
const env = { WIZBRIDGE_DATA_DIR: path.join(folder, 'data') }
afterAll(() => {
  // Nothing in this file may have opened a store.
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})

const program = createProgram(
  () => Promise.reject(new Error('nothing is to be opened')),
  () => undefined,
)

describe('help', () => {
  it.each(
    OPERATIONS.map((operation) => [operation.name, operation] as const),
  )('RUN-2 has a command for %s that explains every input', (name, operation) => {
    const command = name.split('.').reduce((at, part) => {
      const next = at.commands.find((each) => each.name() === part)
      if (!next) throw new Error(`no command ${name}`)
      return next
    }, program)
    const text = command.helpInformation().replaceAll(/\s+/g, ' ')
    expect(text).toContain(operation.about.slice(0, 60))
    for (const input of Object.keys(operation.input.shape)) {
      const flag = input.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      expect(text).toMatch(new RegExp(`(<${flag}>|--(no-)?${flag}\\b)`))
    }
  })

  it('RUN-2 shows every resource, loads neither database driver nor web server, and opens no store', async () => {
    const preload = ['--import', fileURLToPath(new URL('loaded-modules.mjs', import.meta.url))]
    const { code, stdout, stderr } = await start(['--help'], env, '', preload).outcome
    expect(code).toBe(0)
    for (const { name } of OPERATIONS) expect(stdout).toMatch(new RegExp(`^  ${name.split('.')[0]}\\b`, 'm'))
    expect(stdout).toMatch(/^ {2}sync\b/m)
    expect(stdout).toMatch(/^ {2}simulator\b/m)
    const loaded = JSON.parse(stderr) as string[]
    expect(loaded).toContain('commander')
    for (const heavy of ['pg', 'fastify', 'graphql', 'undici', 'better-auth', 'pg-boss']) {
      expect(loaded).not.toContain(heavy)
    }
  })

  it('RUN-2 prints its version', async () => {
    expect(await run(['--version'], env)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it('RUN-6 passes the arguments of the simulator on', async () => {
    const { code, stderr } = await run(['simulator', '--help'], env)
    expect(code).toBe(0)
    expect(stderr).toContain('--token-seconds')
  })
})

describe('wrong use', () => {
  const mistakes: [string[], RegExp][] = [
    [['conections', 'list'], /unknown command 'conections'\n\(Did you mean connections\?\)/],
    [['connections', 'lst'], /unknown command 'lst'\n\(Did you mean list\?\)/],
    [['connections'], /Usage: wizbridge connections/],
    [[], /Usage: wizbridge/],
    [['issues', 'show'], /missing required argument 'id'/],
    [['issues', 'list', '--limt', '3'], /unknown option '--limt'\n\(Did you mean --limit\?\)/],
    [['issues', 'list', '--limit', 'many'], /limit must be a number, not "many"/],
    [['issues', 'list', '--output', 'xml'], /Allowed choices are table, json, ndjson, csv/],
    [['issues', 'list', 'extra'], /too many arguments/],
    [['runs', 'show', 'last'], /run must be a number, not "last"/],
    [['connections', 'create', '--api-url', 'x', '--client-id', 'y'], /required option '--name <text>' not specified/],
    [
      ['connections', 'create', '--name', 'x', '--api-url', 'x', '--client-id', 'y'],
      /Pass the secret on standard input, with --client-secret-stdin/,
    ],
    [['issues', 'list', '--server', 'nowhere'], /--server must be an address/],
    [['issues', 'list', '--server', 'http://192.0.2.1', '--api-key', 'k'], /in the clear: use an https/],
  ]
  it.each(mistakes)('RUN-2 answers %j with exit code 2 and one clear message', async (args, message) => {
    vi.stubEnv('WIZBRIDGE_DATA_DIR', env.WIZBRIDGE_DATA_DIR)
    const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const code = await main(args)
    const said = stderr.mock.calls.map(([text]) => String(text)).join('')
    const printed = stdout.mock.calls.length
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    expect(said).toMatch(message)
    expect({ code, printed }).toEqual({ code: 2, printed: 0 })
  })

  it('RUN-2 tells mistakes as JSON when asked to', async () => {
    for (const args of [
      ['connections', 'lst', '--json'],
      ['runs', 'show', 'last', '--json'],
    ]) {
      const { code, stderr } = await run(args, env)
      expect(code).toBe(2)
      expect(JSON.parse(stderr)).toMatchObject({ code: expect.any(String), sentence: expect.any(String) })
    }
  })

  it('RUN-4 refuses to ask a server without a key', async () => {
    const { code, stderr } = await run(['issues', 'list', '--server', 'https://127.0.0.1:1'], env)
    expect(stderr).toMatch(/--api-key/)
    expect(code).toBe(4)
  })

  it('RUN-3 names the variable that is wrong in the environment', async () => {
    const { code, stderr } = await run(['issues', 'list'], { ...env, DATABASE_URL: 'mysql://secret@x' })
    expect(stderr).toBe(
      'DATABASE_URL must be a PostgreSQL address such as postgres://user:password@host:5432/database.\n',
    )
    expect(code).toBe(2)
  })
})
