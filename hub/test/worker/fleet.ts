import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { type Simulator, type SimulatorOptions, startSimulator } from 'wizbridge-simulator'
import { secretPlace } from '../../src/ingest/open-connection.ts'
import { startSync } from '../../src/ingest/sync.ts'
import { kindNamed } from '../../src/kinds/kinds.ts'
import { type TestApp, testApp } from '../fixture.ts'

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/wizbridge.mjs')
const PATIENCE_MS = 90_000

/** A line of a process's log. */
export interface LogLine {
  readonly msg: string
  readonly level: string
  readonly [field: string]: unknown
}

/** A process of the product. */
export interface Member {
  /** As the database knows it. */
  readonly name: string
  readonly child: ChildProcess
  readonly log: readonly LogLine[]
  isAlive(): boolean
  /** Waits until it has logged such a line, now or earlier. */
  logged(msg: string, fields?: Record<string, unknown>): Promise<LogLine>
  /** Sends a signal and waits for the end: the exit code, or the name of the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>
}

/** Several processes of the product on one database, and a Wiz for them. */
export interface Fleet extends TestApp {
  readonly simulator: Simulator
  start(role: 'api' | 'worker' | 'all', env?: Record<string, string>): Member
  /** Makes a connection to the simulator and answers its id. */
  connect(name: string): Promise<number>
  /** Starts a run of all kinds, or of those named. */
  sync(connectionId: number, options?: { full?: boolean; kinds?: readonly string[] }): Promise<number>
  /** Waits until a run has ended, and answers how. */
  ended(runId: number): Promise<string>
  stop(): Promise<void>
}

/** Starts the database and the simulator; the processes are started by the tests. */
export async function openFleet(options: SimulatorOptions): Promise<Fleet> {
  const simulator = await startSimulator({ live: false, ...options })
  const { host } = new URL(simulator.url)
  const WIZBRIDGE_ALLOW_HOSTS = host
  const test = await testApp({ WIZBRIDGE_ALLOW_HOSTS, WIZBRIDGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') })
  const { app } = test
  const members: Member[] = []

  const fleet: Fleet = {
    ...test,
    simulator,
    start(role, env = {}) {
      const name = `${role}-${members.length}`
      const member = startMember(name, role, {
        PATH: process.env.PATH,
        DATABASE_URL: `${test.databaseUrl}&application_name=${name}`,
        WIZBRIDGE_DATA_DIR: path.join(test.dataDir, 'none'),
        WIZBRIDGE_MASTER_KEY: app.config.masterKeys?.join(',') ?? '',
        WIZBRIDGE_ALLOW_HOSTS,
        WIZBRIDGE_PORT: '0',
        WIZBRIDGE_LOG_LEVEL: 'debug',
        ...env,
      })
      members.push(member)
      return member
    },
    async connect(name) {
      const row = await app.store.db
        .insertInto('connection')
        .values({
          name,
          api_url: simulator.apiUrl,
          token_url: simulator.tokenUrl,
          client_id: simulator.clientId,
          client_secret: app.secrets.seal(simulator.clientSecret, secretPlace(name)),
          project_ids: [],
          status_reason: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      return row.id
    },
    async sync(connectionId, { full = true, kinds } = {}) {
      const { runId } = await startSync(app.store, {
        connectionId,
        startedBy: 'test',
        full,
        kinds: kinds?.map(kindNamed),
        scope: {},
      })
      return runId
    },
    ended: (runId) =>
      eventually(`run ${runId} to end`, async () => {
        const { rows } = await app.store.pool.query<{ status: string }>(
          `SELECT status FROM run WHERE id = $1 AND status NOT IN ('queued', 'running')`,
          [runId],
        )
        return rows[0]?.status
      }),
    async stop() {
      await Promise.all(members.map((member) => member.end('SIGKILL')))
      await simulator.close()
      await test.close()
    },
  }
  return fleet
}

/** Asks until there is an answer. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > until) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

function startMember(name: string, role: string, env: NodeJS.ProcessEnv): Member {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--role', role], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const log: LogLine[] = []
  let rest = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) log.push(line.startsWith('{') ? JSON.parse(line) : { msg: line, level: 'text' })
  })
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  const isAlive = () => child.exitCode === null && child.signalCode === null
  return {
    name,
    child,
    log,
    isAlive,
    logged: (msg, fields = {}) =>
      eventually(`"${msg}" in the log`, () => {
        const line = log.find((line) => line.msg === msg && Object.entries(fields).every(([k, v]) => line[k] === v))
        if (!line && !isAlive()) throw new Error(`no "${msg}", and it has ended: ${JSON.stringify(log.slice(-5))}`)
        return line
      }),
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}
