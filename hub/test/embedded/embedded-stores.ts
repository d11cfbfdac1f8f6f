import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { Fatal, Refused } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { postgresIn } from '../../src/store/embedded/running-process.ts'
import { type Embedded, startEmbedded } from '../../src/store/embedded/start-embedded.ts'
import { embeddedOwner } from './embedded-owner.ts'

const log = createLog({ level: 'silent' })

/** How an embedded store is started here. */
interface StartOptions {
  readonly dataDir?: string
  readonly native?: string
  readonly fsync?: boolean
}

/** A folder of its own for each test, and embedded stores in it that end with the test. */
export function embeddedStores() {
  // Setting up a new data directory takes seconds: most tests begin with a copy of one that was stopped.
  const template = mkdtempSync(path.join(os.tmpdir(), 'wizbridge-template-'))
  const toStop: Embedded[] = []
  const children: ChildProcess[] = []
  const here = {
    folder: '',
    dataDir: '',
    cluster: '',
    /** They are killed after the test. */
    children,

    useTemplate(): void {
      cpSync(template, here.dataDir, { recursive: true })
    },

    async start(options: StartOptions = {}): Promise<Embedded> {
      const store = await startEmbedded({ dataDir: here.dataDir, log, fsync: false, ...options })
      toStop.push(store)
      return store
    },

    /** Another process with a store in the same data directory, once it has committed a row. */
    async startOwner(ending: 'wait' | 'leave' | 'throw' = 'wait'): Promise<ChildProcess> {
      const child = spawn(process.execPath, [embeddedOwner, here.dataDir, ending], {
        stdio: ['ignore', 'pipe', ending === 'throw' ? 'ignore' : 'inherit'],
      })
      children.push(child)
      if (ending === 'wait') await once(child.stdout, 'data')
      return child
    },

    postmaster(): number {
      return Number.parseInt(readFileSync(path.join(here.cluster, 'postmaster.pid'), 'utf8'), 10)
    },

    /** What the lock files hold; a released one is empty. */
    locks(): string[] {
      const folder = path.join(here.dataDir, 'lock')
      return readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'))
    },

    async failure(options: StartOptions = {}): Promise<Fatal | Refused> {
      const error = await here.start(options).catch((thrown: unknown) => thrown)
      if (error instanceof Fatal || error instanceof Refused) return error
      throw new Error('It started, or failed in a way nobody thought of.', { cause: error })
    },
  }

  beforeAll(async () => (await startEmbedded({ dataDir: template, log, fsync: false })).stop())
  afterAll(() => rmSync(template, { recursive: true }))
  beforeEach(() => {
    here.folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'wizbridge-embedded-')))
    here.dataDir = path.join(here.folder, 'data')
    here.cluster = path.join(here.dataDir, 'postgres')
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const store of toStop.splice(0)) await store.stop()
    // Some end by themselves meanwhile, which is no failure.
    spawnSync('kill', ['-QUIT', ...postgresIn(here.cluster).map(String)])
    await until(() => postgresIn(here.cluster).length === 0)
    rmSync(here.folder, { recursive: true, force: true })
  })
  return here
}

/** Waits for something that is sure to come. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10)
}

/** Asks a store something, through a connection of its own. */
export async function query(store: Embedded, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(store.connection)
  await client.connect()
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}
