import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { postgresIn, thisProcess } from '../../src/store/embedded/running-process.ts'
import { socketPath } from '../../src/store/embedded/server-settings.ts'
import { embeddedStores, query } from './embedded-stores.ts'

const here = embeddedStores()

describe('the data directory', () => {
  it('RUN-3 is refused to a second owner while the first one lives', async () => {
    here.useTemplate()
    const child = await here.startOwner()
    const refused = await here.failure()
    expect(refused).toBeInstanceOf(Refused)
    expect(refused.code).toBe('data-dir-in-use')
    expect(refused.message).toContain(`Wizbridge process ${child.pid} `)
    expect(refused.message).toContain('--server')
    expect(refused.details).toEqual({ dataDir: here.dataDir, pid: child.pid })
    expect(postgresIn(here.cluster)).not.toEqual([])
  })

  it('RUN-3 goes to one of many who start at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => here.start()))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('RUN-3 is taken over from a killed owner, whose server lives on, with all that was committed', async () => {
    here.useTemplate()
    const child = await here.startOwner()
    const orphan = here.postmaster()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(postgresIn(here.cluster)).toContain(orphan)
    const store = await here.start()
    expect(await query(store, 'SELECT * FROM kept')).toEqual([{ id: 1 }])
    expect(postgresIn(here.cluster)).not.toContain(orphan)
  })

  it('RUN-3 goes to one of many who take over from a killed owner', async () => {
    here.useTemplate()
    const child = await here.startOwner()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => here.start()))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Refused).code] : []))
    expect(new Set(reasons)).toEqual(new Set(['data-dir-in-use']))
  })

  it('RUN-3 goes to one of many processes who find the lock of a killed one at the same moment', async () => {
    const library = path.join(import.meta.dirname, '..', '..', 'src', 'store', 'embedded', 'lock-data-dir.ts')
    const code = `import { lockDataDir } from ${JSON.stringify(library)}
      process.stdout.write('ready\\n')
      process.stdin.once('data', () => {
        try { lockDataDir(${JSON.stringify(here.dataDir)}); console.log('owner') } catch (error) { console.log(error.code) }
      })`
    for (let round = 0; round < 3; round++) {
      const starters = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '--eval', code]))
      here.children.push(...starters)
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
    here.useTemplate()
    const child = await here.startOwner()
    for (const pid of postgresIn(here.cluster)) process.kill(pid, 'SIGKILL')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await here.start()
    expect(await query(store, 'SELECT * FROM kept')).toEqual([{ id: 1 }])
  })

  it('RUN-3 recovers when only the first server process was killed', async () => {
    here.useTemplate()
    const store = await here.start()
    await query(store, 'CREATE TABLE kept AS SELECT 7 AS id')
    process.kill(here.postmaster(), 'SIGKILL')
    await store.stop()
    expect(await query(await here.start(), 'SELECT * FROM kept')).toEqual([{ id: 7 }])
  })

  it('is not kept by a lock whose process number now belongs to somebody else, nor by a broken lock', async () => {
    here.useTemplate()
    const lock = path.join(here.dataDir, 'lock')
    for (const content of [
      JSON.stringify({ ...thisProcess(), started: 'another boot/another namespace/1' }),
      '{"pid":',
    ]) {
      writeFileSync(path.join(lock, '8'), content)
      const store = await here.start()
      expect(here.locks()).toEqual([JSON.stringify(thisProcess())])
      await store.stop()
      expect(here.locks()).toEqual([''])
    }
  })

  it('is not kept by the process number that a dead server has left behind', async () => {
    here.useTemplate()
    for (const file of [path.join(here.cluster, 'postmaster.pid'), `${socketPath(here.cluster)}.lock`]) {
      writeFileSync(file, `${process.ppid}\n/proc/self/cwd\n1\n5432\n.\n`)
    }
    expect(await query(await here.start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('is refused when a server that is not among our processes answers on its socket', async () => {
    here.useTemplate()
    const stranger = createServer().listen(socketPath(here.cluster))
    await once(stranger, 'listening')
    try {
      const refused = await here.failure()
      expect(refused.code).toBe('data-dir-in-use')
      expect(refused.message).toContain('another container')
    } finally {
      stranger.close()
    }
  })

  it('of another PostgreSQL version is left alone', async () => {
    mkdirSync(here.cluster, { recursive: true })
    writeFileSync(path.join(here.cluster, 'PG_VERSION'), '15\n')
    const fatal = await here.failure()
    expect(fatal).toMatchObject({ code: 'data-dir-other-version', details: { found: '15', expected: '18' } })
    expect(fatal.message).toMatch(/PostgreSQL 15; this Wizbridge brings version 18/)
    expect(readdirSync(here.cluster)).toEqual(['PG_VERSION'])
    expect(here.locks()).toEqual([''])
  })

  it('with files of somebody else is left alone', async () => {
    mkdirSync(here.cluster, { recursive: true })
    writeFileSync(path.join(here.cluster, 'thesis.txt'), 'years of work')
    expect(await here.failure()).toMatchObject({ code: 'data-dir-foreign' })
    expect(readdirSync(here.cluster)).toEqual(['thesis.txt'])
  })

  it('that is a file, or lies in one, cannot be written to', async () => {
    writeFileSync(here.dataDir, '')
    for (const place of [here.dataDir, path.join(here.dataDir, 'below')]) {
      const fatal = await here.failure({ dataDir: place })
      expect(fatal.code).toBe('data-dir-not-writable')
      expect(fatal.message).toContain(place)
      expect(fatal.message).toContain('WIZBRIDGE_DATA_DIR')
    }
  })

  it.runIf(process.platform === 'linux')('that no folder can be made for is refused at once', async () => {
    expect(await here.failure({ dataDir: '/proc/wizbridge/data' })).toMatchObject({ code: 'data-dir-not-writable' })
  })

  it('is cleared of what an interrupted first start has left', async () => {
    mkdirSync(`${here.cluster}.new-1`, { recursive: true })
    writeFileSync(path.join(`${here.cluster}.new-1`, 'PG_VERSION'), '18\n')
    await here.start()
    expect(readdirSync(here.dataDir).sort()).toEqual(['lock', 'postgres'])
  })
})
