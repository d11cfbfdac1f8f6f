import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { installedBinaries } from '../../src/store/embedded/binaries-for.ts'
import { postgresIn } from '../../src/store/embedded/running-process.ts'
import { embeddedStores, query, until } from './embedded-stores.ts'

const here = embeddedStores()

describe('the embedded store', () => {
  it('RUN-3 starts on nothing, keeps what it is given, and starts again on it', async () => {
    const first = await here.start()
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS id')
    const [settings] = await query(
      first,
      `SELECT current_setting('listen_addresses') tcp, current_setting('data_checksums') checksums,
              current_setting('server_encoding') encoding, current_setting('fsync') fsync,
              (SELECT datlocprovider::text || ':' || datlocale FROM pg_database WHERE datname = current_database()) locale`,
    )
    expect(settings).toEqual({ tcp: '', checksums: 'on', encoding: 'UTF8', fsync: 'off', locale: 'b:C.UTF-8' })
    expect(statSync(here.cluster).mode & 0o777).toBe(0o700)
    await first.stop()
    await first.stop()
    expect(postgresIn(here.cluster)).toEqual([])
    expect(readdirSync(here.dataDir).sort()).toEqual(['lock', 'postgres'])
    expect(await query(await here.start(), 'SELECT * FROM kept')).toEqual([{ id: 1 }])
  })

  it('RUN-3 writes durably unless a test says otherwise', async () => {
    const store = await here.start({ fsync: true })
    const sql = `SELECT current_setting('fsync') f, current_setting('synchronous_commit') s, current_setting('full_page_writes') p`
    expect(await query(store, sql)).toEqual([{ f: 'on', s: 'on', p: 'on' }])
  })

  it('runs parallel queries and a big sort without the shared memory file system', async () => {
    here.useTemplate()
    const store = await here.start()
    const sql = `SET debug_parallel_query = on; SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0;
      CREATE TABLE many AS SELECT g, md5(g::text) h FROM generate_series(1, 200000) g;
      SELECT count(*)::int FROM many a JOIN many b USING (h)`
    const client = new pg.Client(store.connection)
    await client.connect()
    // Several statements answer one by one, of which the types know nothing.
    const results = (await client.query(sql)) as unknown as { rows: object[] }[]
    await client.end()
    expect(results.at(-1)?.rows).toEqual([{ count: 200_000 }])
  })

  it('tells no secret of its environment to the server', async () => {
    here.useTemplate()
    process.env.WIZBRIDGE_MASTER_KEY = 'hush-hush'
    try {
      await here.start()
      expect(readFileSync(`/proc/${here.postmaster()}/environ`, 'utf8')).not.toContain('hush-hush')
    } finally {
      delete process.env.WIZBRIDGE_MASTER_KEY
    }
  })

  it('works where the path is too long for a socket', async () => {
    const deep = path.join(here.folder, ...Array.from({ length: 8 }, () => 'a-folder-with-quite-a-long-name'))
    const store = await here.start({ dataDir: deep })
    expect(await query(store, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    const again = here.start({ dataDir: deep })
    await expect(again).rejects.toMatchObject({ code: 'data-dir-in-use' })
  })

  it('works in folders that the account of the server cannot enter', async () => {
    mkdirSync(here.dataDir)
    chmodSync(here.folder, 0o700)
    chmodSync(here.dataDir, 0o700)
    const native = path.join(here.folder, 'native')
    cpSync(installedBinaries(), native, { recursive: true, verbatimSymlinks: true })
    const store = await here.start({ native })
    expect(await query(store, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    // As root it is another account's, and nobody but that account may look into it; otherwise it is ours.
    expect(statSync(here.cluster).uid === 0).toBe(false)
    expect(statSync(`/proc/${here.postmaster()}`).uid).toBe(statSync(here.cluster).uid)
  })

  it('finds its way through links, also to the server of a killed owner', async () => {
    here.useTemplate()
    renameSync(here.cluster, path.join(here.folder, 'elsewhere'))
    symlinkSync(path.join(here.folder, 'elsewhere'), here.cluster)
    const child = await here.startOwner()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await here.start()
    expect(await query(store, 'SELECT * FROM kept')).toEqual([{ id: 1 }])
    await store.stop()
    expect(postgresIn(path.join(here.folder, 'elsewhere'))).toEqual([])
  })

  it('starts on files that root has restored from a copy', async () => {
    here.useTemplate()
    for (const mode of [0o755, 0o500]) {
      chmodSync(here.cluster, mode)
      const store = await here.start()
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
    here.useTemplate()
    const child = await here.startOwner(ending)
    if (signal) child.kill(signal)
    const [code, diedOf] = (await once(child, 'exit')) as [number | null, string | null]
    expect(diedOf ?? code).toBe(signal ?? (ending === 'throw' ? 1 : 0))
    await until(() => postgresIn(here.cluster).length === 0)
    expect(here.locks()).toEqual([''])
    expect(await query(await here.start(), 'SELECT * FROM kept')).toEqual([{ id: 1 }])
  })

  it('RUN-3 leaves the signal to an application that finishes its work first', async () => {
    here.useTemplate()
    const store = await here.start()
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

describe('the programs', () => {
  /** Programs that only say what a real one would in trouble. */
  function pretend(programs: { initdb: string; postgres: string }): string {
    const native = path.join(here.folder, 'pretended')
    mkdirSync(path.join(native, 'bin'), { recursive: true })
    chmodSync(here.folder, 0o755)
    for (const [name, body] of Object.entries(programs)) {
      const version = 'case "$1" in --version) echo "postgres (PostgreSQL) 18.4"; exit 0;; esac'
      writeFileSync(path.join(native, 'bin', name), `#!/bin/sh\n${version}\n${body}\n`, { mode: 0o755 })
    }
    return native
  }
  const MAKE = 'echo 18 > PG_VERSION'

  it('RUN-3 that are missing lead to DATABASE_URL', async () => {
    expect(() => installedBinaries('plan9-mips')).toThrow(/for plan9-mips is not installed\. .*DATABASE_URL/)
    const fatal = await here.failure({ native: path.join(here.folder, 'nowhere') })
    expect(fatal.code).toBe('embedded-unusable')
    expect(fatal.message).toContain('DATABASE_URL')
  })

  it('that find the disk full say so, and leave nothing half done', async () => {
    for (const message of ['could not write to file "x": No space left on device', 'HINT:  Check free disk space.']) {
      const fatal = await here.failure({
        native: pretend({ initdb: `echo '${message}' >&2; exit 1`, postgres: 'exit 1' }),
      })
      expect(fatal.code).toBe('disk-full')
      expect(fatal.details.log).toEqual([message])
      expect(readdirSync(here.dataDir)).toEqual(['lock'])
    }
  })

  it('that refuse a user without a name lead to one with a name', async () => {
    const initdb = 'echo "initdb: could not look up effective user ID 12345: user does not exist" >&2; exit 1'
    expect(await here.failure({ native: pretend({ initdb, postgres: 'exit 1' }) })).toMatchObject({
      code: 'no-account',
    })
  })

  it('that do not come up leave their last lines in the error', async () => {
    const postgres = 'for i in $(seq 30); do echo "FATAL: reason $i" >&2; done; exit 1'
    const fatal = await here.failure({ native: pretend({ initdb: MAKE, postgres }) })
    expect(fatal.code).toBe('embedded-start-failed')
    expect(fatal.details.log).toHaveLength(20)
    expect(fatal.details.log).toContain('FATAL: reason 30')
    expect(here.locks()).toEqual([''])
  })
})
