import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Fatal, Refused } from '../src/errors.ts'
import { createLog } from '../src/log.ts'
import { installedBinaries } from '../src/store/embedded/binaries-for.ts'
import { postgresIn, thisProcess } from '../src/store/embedded/running-process.ts'
import { socketPath } from '../src/store/embedded/server-settings.ts'
import { type Embedded, startEmbedded } from '../src/store/embedded/start-embedded.ts'
import { embeddedOwner } from './embedded-owner.ts'

const log = createLog({ level: 'silent' })

// Setting up a new data directory takes seconds: most tests begin with a copy of one that was stopped.
const template = mkdtempSync(path.join(os.tmpdir(), 'wizbridge-template-'))
beforeAll(async () => (await startEmbedded({ dataDir: template, log, fsync: false })).stop())
afterAll(() => rmSync(template, { recursive: true }))

let folder: string
let dataDir: string
let cluster: string
const toStop: Embedded[] = []
const children: ChildProcess[] = []

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'wizbridge-embedded-')))
  dataDir = path.join(folder, 'data')
  cluster = path.join(dataDir, 'postgres')
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const store of toStop.splice(0)) await store.stop()
  // Some end by themselves meanwhile, which is no failure.
  spawnSync('kill', ['-QUIT', ...postgresIn(cluster).map(String)])
  await until(() => postgresIn(cluster).length === 0)
  rmSync(folder, { recursive: true, force: true })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10)
}

function useTemplate(): void {
  cpSync(template, dataDir, { recursive: true })
}

async function start(options: { dataDir?: string; native?: string } = {}): Promise<Embedded> {
  const store = await startEmbedded({ dataDir, log, fsync: false, ...options })
  toStop.push(store)
  return store
}

async function query(store: Embedded, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(store.connection)
  await client.connect()
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

/** Another process with a store in the same data directory, once it has committed a row. */
async function startOwner(ending: 'wait' | 'leave' | 'throw' = 'wait'): Promise<ChildProcess> {
  const child = spawn(process.execPath, [embeddedOwner, dataDir, ending], {
    stdio: ['ignore', 'pipe', ending === 'throw' ? 'ignore' : 'inherit'],
  })
  children.push(child)
  if (ending === 'wait') await once(child.stdout, 'data')
  return child
}

function postmaster(): number {
  return Number.parseInt(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8'), 10)
}

/** What the lock files hold; a released one is empty. */
function locks(): string[] {
  const folder = path.join(dataDir, 'lock')
  return readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'))
}

async function failure(options: Parameters<typeof start>[0] = {}): Promise<Fatal | Refused> {
  const error = await start(options).catch((thrown: unknown) => thrown)
  if (error instanceof Fatal || error instanceof Refused) return error
  throw new Error('It started, or failed in a way nobody thought of.', { cause: error })
}

describe('the embedded store', () => {
  it('RUN-3 starts on nothing, keeps what it is given, and starts again on it', async () => {
    const first = await start()
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS id')
    const [settings] = await query(
      first,
      `SELECT current_setting('listen_addresses') tcp, current_setting('data_checksums') checksums,
              current_setting('server_encoding') encoding, current_setting('fsync') fsync,
              (SELECT datlocprovider::text || ':' || datlocale FROM pg_database WHERE datname = current_database()) locale`,
    )
    expect(settings).toEqual({ tcp: '', checksums: 'on', encoding: 'UTF8', fsync: 'off', locale: 'b:C.UTF-8' })
    expect(statSync(cluster).mode & 0o777).toBe(0o700)
    await first.stop()
    await first.stop()
    expect(postgresIn(cluster)).toEqual([])
    expect(readdirSync(dataDir).sort()).toEqual(['lock', 'postgres'])
    expect(await query(await start(), 'SELECT * FROM kept')).toEqual([{ id: 1 }])
  })

  it('RUN-3 writes durably unless a test says otherwise', async () => {
    const store = await startEmbedded({ dataDir, log })
    toStop.push(store)
    const sql = `SELECT current_setting('fsync') f, current_setting('synchronous_commit') s, current_setting('full_page_writes') p`
    expect(await query(store, sql)).toEqual([{ f: 'on', s: 'on', p: 'on' }])
  })

  it('runs parallel queries and a big sort without the shared memory file system', async () => {
    useTemplate()
    const store = await start()
    const sql = `SET debug_parallel_query = on; SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0;
      CREATE TABLE many AS SELECT g, md5(g::text) h FROM generate_series(1, 200000) g;
      SELECT count(*)::int FROM many a JOIN many b USING (h)`
    const client = new pg.Client(store.connection)
    await client.connect()
    const results = (await client.query(sql)) as unknown as { rows: object[] }[]
    await client.end()
    expect(results.at(-1)?.rows).toEqual([{ count: 200_000 }])
  })

  it('tells no secret of its environment to the server', async () => {
    useTemplate()
    process.env.WIZBRIDGE_MASTER_KEY = 'hush-hush'
    try {
      await start()
      expect(readFileSync(`/proc/${postmaster()}/environ`, 'utf8')).not.toContain('hush-hush')
    } finally {
      delete process.env.WIZBRIDGE_MASTER_KEY
    }
  })

  it('works where the path is too long for a socket', async () => {
    const deep = path.join(folder, ...Array.from({ length: 8 }, () => 'a-folder-with-quite-a-long-name'))
    const store = await start({ dataDir: deep })
    expect(await query(store, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    const again = start({ dataDir: deep })
    await expect(again).rejects.toMatchObject({ code: 'data-dir-in-use' })
  })

  it('works in folders that the account of the server cannot enter', async () => {
    mkdirSync(dataDir)
    chmodSync(folder, 0o700)
    chmodSync(dataDir, 0o700)
    const native = path.join(folder, 'native')
    cpSync(installedBinaries(), native, { recursive: true, verbatimSymlinks: true })
    const store = await start({ native })
    expect(await query(store, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    // As root it is another account's, and nobody but that account may look into it; otherwise it is ours.
    expect(statSync(cluster).uid === 0).toBe(false)
    expect(statSync(`/proc/${postmaster()}`).uid).toBe(statSync(cluster).uid)
  })

  it('finds its way through links, also to the server of a killed owner', async () => {
    useTemplate()
    renameSync(cluster, path.join(folder, 'elsewhere'))
    symlinkSync(path.join(folder, 'elsewhere'), cluster)
    const child = await startOwner()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await start()
    expect(await query(store, 'SELECT * FROM kept')).toEqual([{ id: 1 }])
    await store.stop()
    expect(postgresIn(path.join(folder, 'elsewhere'))).toEqual([])
  })

  it('starts on files that root has restored from a copy', async () => {
    useTemplate()
    for (const mode of [0o755, 0o500]) {
      chmodSync(cluster, mode)
      const store = await start()
      expect(await query(store, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
      await store.stop()
    }
  })
})

describe('the end of the embedded store', () => {
  it.each([
    ['SIGINT', 'wait'],
    ['SIGTERM', 'wait'],
    ['SIGHUP', 'wait'],
    [undefined, 'leave'],
    [undefined, 'throw'],
  ] as const)('RUN-3 comes with its process: signal %s, then %s', async (signal, ending) => {
    useTemplate()
    const child = await startOwner(ending)
    if (signal) child.kill(signal)
    const [code, diedOf] = (await once(child, 'exit')) as [number | null, string | null]
    expect(diedOf ?? code).toBe(signal ?? (ending === 'throw' ? 1 : 0))
    await until(() => postgresIn(cluster).length === 0)
    expect(locks()).toEqual([''])
    expect(await query(await start(), 'SELECT * FROM kept')).toEqual([{ id: 1 }])
  })

  it('RUN-3 leaves the signal to an application that finishes its work first', async () => {
    useTemplate()
    const store = await start()
    const signals: string[] = []
    const finish = (signal: string) => signals.push(signal)
    process.on('SIGHUP', finish)
    try {
      process.kill(process.pid, 'SIGHUP')
      await until(() => signals.length > 0)
      expect(await query(store, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    } finally {
      process.off('SIGHUP', finish)
    }
  })
})

describe('the data directory', () => {
  it('RUN-3 is refused to a second owner while the first one lives', async () => {
    useTemplate()
    const child = await startOwner()
    const refused = await failure()
    expect(refused).toBeInstanceOf(Refused)
    expect(refused.code).toBe('data-dir-in-use')
    expect(refused.message).toContain(`Wizbridge process ${child.pid} `)
    expect(refused.message).toContain('--server')
    expect(refused.details).toEqual({ dataDir, pid: child.pid })
    expect(postgresIn(cluster)).not.toEqual([])
  })

  it('RUN-3 goes to one of many who start at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => start()))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('RUN-3 is taken over from a killed owner, whose server lives on, with all that was committed', async () => {
    useTemplate()
    const child = await startOwner()
    const orphan = postmaster()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(postgresIn(cluster)).toContain(orphan)
    const store = await start()
    expect(await query(store, 'SELECT * FROM kept')).toEqual([{ id: 1 }])
    expect(postgresIn(cluster)).not.toContain(orphan)
  })

  it('RUN-3 goes to one of many who take over from a killed owner', async () => {
    useTemplate()
    const child = await startOwner()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => start()))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Refused).code] : []))
    expect(new Set(reasons)).toEqual(new Set(['data-dir-in-use']))
  })

  it('RUN-3 goes to one of many processes who find the lock of a killed one at the same moment', async () => {
    const library = path.join(import.meta.dirname, '..', 'src', 'store', 'embedded', 'lock-data-dir.ts')
    const code = `import { lockDataDir } from ${JSON.stringify(library)}
      process.stdout.write('ready\\n')
      process.stdin.once('data', () => {
        try { lockDataDir(${JSON.stringify(dataDir)}); console.log('owner') } catch (error) { console.log(error.code) }
      })`
    for (let round = 0; round < 3; round++) {
      const starters = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '--eval', code]))
      children.push(...starters)
      await Promise.all(starters.map((starter) => once(starter.stdout, 'data')))
      const answers = starters.map((starter) => once(starter.stdout, 'data'))
      for (const starter of starters) starter.stdin.write('go')
      const said = (await Promise.all(answers)).map(String).sort()
      expect(said).toEqual([...Array.from({ length: 5 }, () => 'data-dir-in-use\n'), 'owner\n'])
      for (const starter of starters) starter.kill('SIGKILL')
      await Promise.all(starters.map((starter) => once(starter, 'exit')))
    }
  })

  it('RUN-3 recovers when owner and server were killed in the middle of writing', async () => {
    useTemplate()
    const child = await startOwner()
    for (const pid of postgresIn(cluster)) process.kill(pid, 'SIGKILL')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await start()
    expect(await query(store, 'SELECT * FROM kept')).toEqual([{ id: 1 }])
  })

  it('RUN-3 recovers when only the first server process was killed', async () => {
    useTemplate()
    const store = await start()
    await query(store, 'CREATE TABLE kept AS SELECT 7 AS id')
    process.kill(postmaster(), 'SIGKILL')
    await store.stop()
    expect(await query(await start(), 'SELECT * FROM kept')).toEqual([{ id: 7 }])
  })

  it('is not kept by a lock whose process number now belongs to somebody else, nor by a broken lock', async () => {
    useTemplate()
    const lock = path.join(dataDir, 'lock')
    for (const content of [
      JSON.stringify({ ...thisProcess(), started: 'another boot/another namespace/1' }),
      '{"pid":',
    ]) {
      writeFileSync(path.join(lock, '8'), content)
      const store = await start()
      expect(locks()).toEqual([JSON.stringify(thisProcess())])
      await store.stop()
      expect(locks()).toEqual([''])
    }
  })

  it('is not kept by the process number that a dead server has left behind', async () => {
    useTemplate()
    for (const file of [path.join(cluster, 'postmaster.pid'), `${socketPath(cluster)}.lock`]) {
      writeFileSync(file, `${process.ppid}\n/proc/self/cwd\n1\n5432\n.\n`)
    }
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('is refused when a server that is not among our processes answers on its socket', async () => {
    useTemplate()
    const stranger = createServer().listen(socketPath(cluster))
    await once(stranger, 'listening')
    try {
      const refused = await failure()
      expect(refused.code).toBe('data-dir-in-use')
      expect(refused.message).toContain('another container')
    } finally {
      stranger.close()
    }
  })

  it('of another PostgreSQL version is left alone', async () => {
    mkdirSync(cluster, { recursive: true })
    writeFileSync(path.join(cluster, 'PG_VERSION'), '15\n')
    const fatal = await failure()
    expect(fatal).toMatchObject({ code: 'data-dir-other-version', details: { found: '15', expected: '18' } })
    expect(fatal.message).toMatch(/PostgreSQL 15; this Wizbridge brings version 18/)
    expect(readdirSync(cluster)).toEqual(['PG_VERSION'])
    expect(locks()).toEqual([''])
  })

  it('with files of somebody else is left alone', async () => {
    mkdirSync(cluster, { recursive: true })
    writeFileSync(path.join(cluster, 'thesis.txt'), 'years of work')
    expect(await failure()).toMatchObject({ code: 'data-dir-foreign' })
    expect(readdirSync(cluster)).toEqual(['thesis.txt'])
  })

  it('that is a file, or lies in one, cannot be written to', async () => {
    writeFileSync(dataDir, '')
    for (const place of [dataDir, path.join(dataDir, 'below')]) {
      const fatal = await failure({ dataDir: place })
      expect(fatal.code).toBe('data-dir-not-writable')
      expect(fatal.message).toContain(place)
      expect(fatal.message).toContain('WIZBRIDGE_DATA_DIR')
    }
  })

  it('is cleared of what an interrupted first start has left', async () => {
    mkdirSync(`${cluster}.new-1`, { recursive: true })
    writeFileSync(path.join(`${cluster}.new-1`, 'PG_VERSION'), '18\n')
    await start()
    expect(readdirSync(dataDir).sort()).toEqual(['lock', 'postgres'])
  })
})

describe('the programs', () => {
  /** Programs that only say what a real one would in trouble. */
  function pretend(programs: { initdb: string; postgres: string }): string {
    const native = path.join(folder, 'pretended')
    mkdirSync(path.join(native, 'bin'), { recursive: true })
    chmodSync(folder, 0o755)
    for (const [name, body] of Object.entries(programs)) {
      const version = 'case "$1" in --version) echo "postgres (PostgreSQL) 18.4"; exit 0;; esac'
      writeFileSync(path.join(native, 'bin', name), `#!/bin/sh\n${version}\n${body}\n`, { mode: 0o755 })
    }
    return native
  }
  const MAKE = 'echo 18 > PG_VERSION'

  it('RUN-3 that are missing lead to DATABASE_URL', async () => {
    expect(() => installedBinaries('plan9-mips')).toThrow(/for plan9-mips is not installed\. .*DATABASE_URL/)
    const fatal = await failure({ native: path.join(folder, 'nowhere') })
    expect(fatal.code).toBe('embedded-unusable')
    expect(fatal.message).toContain('DATABASE_URL')
  })

  it('that find the disk full say so, and leave nothing half done', async () => {
    for (const message of ['could not write to file "x": No space left on device', 'HINT:  Check free disk space.']) {
      const fatal = await failure({ native: pretend({ initdb: `echo '${message}' >&2; exit 1`, postgres: 'exit 1' }) })
      expect(fatal.code).toBe('disk-full')
      expect(fatal.details.log).toEqual([message])
      expect(readdirSync(dataDir)).toEqual(['lock'])
    }
  })

  it('that refuse a user without a name lead to one with a name', async () => {
    const initdb = 'echo "initdb: could not look up effective user ID 12345: user does not exist" >&2; exit 1'
    expect(await failure({ native: pretend({ initdb, postgres: 'exit 1' }) })).toMatchObject({ code: 'no-account' })
  })

  it('that do not come up leave their last lines in the error', async () => {
    const postgres = 'for i in $(seq 30); do echo "FATAL: reason $i" >&2; done; exit 1'
    const fatal = await failure({ native: pretend({ initdb: MAKE, postgres }) })
    expect(fatal.code).toBe('embedded-start-failed')
    expect(fatal.details.log).toHaveLength(20)
    expect(fatal.details.log).toContain('FATAL: reason 30')
    expect(locks()).toEqual([''])
  })
})
