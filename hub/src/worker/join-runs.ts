import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../app.ts'
import { databaseFailure } from '../database-failure.ts'
import { codeOf, Retriable, sentenceOf } from '../errors.ts'
import { openConnection } from '../ingest/open-connection.ts'
import { workOnRun } from '../ingest/sync.ts'
import { failRun } from '../store/runs.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Question, Wiz } from '../wiz/client.ts'
import { openPresence } from './presence.ts'

/** The part of a worker that helps with every run that is open. */
export interface RunJoiner {
  /** Begins no further page, gives the pages under way some time, then lets go of everything. */
  stop(): Promise<void>
}

interface OpenRun {
  readonly id: number
  readonly connectionId: number
  readonly connection: string
}

const LOOK_MS = 250
// Each run that is helped with holds one session of the pool for its claims.
const MOST_RUNS = 5
const AFTER_FAILURE_MS = 5_000
const NOT_OURS_MS = 60_000
// What is wrong with this process and not with the run, because its addresses were checked when they were saved: others
// may be able to do it.
const OWN_TROUBLE: ReadonlySet<string> = new Set([
  'secret-unknown-key',
  'host-not-allowed',
  'not-a-wiz-host',
  'not-a-wiz-token-host',
])
// What lies on the way from here to Wiz. It may be in the way of everybody, so a run is left to others only while there
// are some that did not meet it.
const OWN_NETWORK: ReadonlySet<string> = new Set([
  'dns',
  'connection-refused',
  'connect-timeout',
  'tls',
  'proxy',
  'ip-not-allowed',
  'redirect',
  'not-wiz',
])
const FINISH_PAGE_MS = 5_000

/**
 * Helps with every open run until it is told to stop.
 *
 * Runs are rows, and any process may help with any of them, so there is nothing to hand out: each worker looks at the
 * open rows of `run` four times a second, by an index that holds no others. Unlike a job per run or LISTEN/NOTIFY this needs
 * no message that could be lost: a run is found whoever wrote it (API, command line, schedule), also after a crash, and
 * also when its first worker died.
 */
export function joinRuns(app: App, telemetry: Telemetry): RunJoiner {
  const leaving = new AbortController()
  const ending = new AbortController()
  const joined = new Map<number, Promise<void>>()
  const notBefore = new Map<number, number>()
  const notReached = new Set<number>()
  const presence = openPresence(app.store)
  let isAway = false

  async function help(run: OpenRun): Promise<void> {
    const log = app.log.child({ runId: run.id, connectionId: run.connectionId, connection: run.connection })
    const startedAt = performance.now()
    let isLeft = false
    const giveUp = new AbortController()
    try {
      const wiz = await openFor(run)
      if (!wiz) return
      // Where only this worker cannot sign in right now, the run is not to fail for those that can.
      const failure = await reach(wiz, run).catch((error: unknown) => error)
      const isMine = OWN_NETWORK.has(codeOf(failure))
      if (isMine) await presence.note(run.connectionId, false)
      isLeft = OWN_TROUBLE.has(codeOf(failure)) || (isMine && (await presence.hasAnother(run.connectionId)))
      if (isLeft || failure instanceof Retriable) throw failure
      await noteTrouble(run.id, null)
      log.info('joined the run')
      const asking = watched(traced(wiz, telemetry), async (failure) => {
        await presence.note(run.connectionId, failure === undefined)
        if (failure === undefined) notReached.delete(run.connectionId)
        else if (!isLeft && (await presence.hasAnother(run.connectionId))) {
          // Before any part has failed: whoever takes them over goes on from their last pages.
          isLeft = true
          notReached.add(run.connectionId)
          giveUp.abort(failure)
        }
      })
      const signals = { signal: AbortSignal.any([ending.signal, giveUp.signal]), leaving: leaving.signal }
      const attributes = { 'wizbridge.run': run.id, 'wizbridge.connection': run.connection }
      await telemetry.span('run', attributes, () =>
        workOnRun({ store: app.store, wiz: asking, schema: app.schema, log, ...signals }, run.id),
      )
      const { calls, refused } = wiz.numbers()
      log.info({ calls, refused, ms: Math.round(performance.now() - startedAt) }, 'left the run')
    } catch (error) {
      if (ending.signal.aborted) return
      if (isLeft || OWN_TROUBLE.has(codeOf(error))) {
        // Where it was given up, what was under way then only says that it was stopped.
        const reason = giveUp.signal.aborted ? giveUp.signal.reason : error
        notBefore.set(run.id, Date.now() + NOT_OURS_MS)
        log.error({ code: codeOf(reason) }, `left to others: ${sentenceOf(reason)}`)
        await noteTrouble(run.id, reason)
        // Nor are others to leave the run to this one.
        await presence.note(run.connectionId, false).catch(() => undefined)
        return
      }
      notBefore.set(run.id, Date.now() + AFTER_FAILURE_MS)
      log.error({ err: error }, 'could not work on the run; trying again soon')
      if (error instanceof Retriable) await noteTrouble(run.id, error)
    }
  }

  /** Signs in. That says nothing of the way to the API, so where it was closed before, one question has to get through too. */
  async function reach(wiz: Wiz, { connectionId }: OpenRun): Promise<void> {
    await wiz.authenticate(ending.signal)
    if (!notReached.has(connectionId)) return
    await wiz.ask({ document: 'query Reach { __typename }', signal: ending.signal, tries: 1 })
  }

  /** A run that nobody works on says what it waits for; where even that cannot be written, the log has it. */
  async function noteTrouble(runId: number, error: unknown): Promise<void> {
    await app.store.pool
      .query(
        `UPDATE run SET error_code = $2, error = $3
         WHERE id = $1 AND status IN ('queued', 'running') AND error_code IS DISTINCT FROM $2
           AND NOT EXISTS (SELECT FROM run_partition WHERE run_id = $1 AND state = 'running')`,
        [runId, error === null ? null : codeOf(error), error === null ? null : sentenceOf(error)],
      )
      .catch(() => undefined)
  }

  async function openFor(run: OpenRun): Promise<Wiz | undefined> {
    try {
      return (await openConnection(app, run.connection)).wiz
    } catch (error) {
      const failure = databaseFailure(error)
      if (codeOf(failure).startsWith('database-') || OWN_TROUBLE.has(codeOf(failure))) throw failure
      // What only a person can mend must be seen in the history, not tried for ever.
      await failRun(app.store, run.id, codeOf(failure), sentenceOf(failure))
      return undefined
    }
  }

  async function look(): Promise<void> {
    const { rows } = await app.store.pool.query<OpenRun>(
      `SELECT run.id, connection.id AS "connectionId", connection.name AS connection
       FROM run JOIN connection ON connection.id = run.connection_id
       WHERE run.status IN ('queued', 'running') AND run.action = 'sync' ORDER BY run.id`,
    )
    for (const id of notBefore.keys()) if (!rows.some((row) => row.id === id)) notBefore.delete(id)
    for (const run of rows) {
      if (leaving.signal.aborted || joined.size >= MOST_RUNS) return
      if (joined.has(run.id) || (notBefore.get(run.id) ?? 0) > Date.now()) continue
      joined.set(
        run.id,
        help(run).finally(() => joined.delete(run.id)),
      )
    }
  }

  async function keepLooking(): Promise<void> {
    while (!leaving.signal.aborted) {
      try {
        await presence.beat()
        await look()
        if (isAway) app.log.info('the database is back')
        isAway = false
      } catch (error) {
        if (!isAway) app.log.warn({ err: error }, 'the database cannot be asked for open runs')
        isAway = true
      }
      await sleep(LOOK_MS, undefined, { signal: leaving.signal }).catch(() => undefined)
    }
  }

  const looking = keepLooking()
  return {
    async stop() {
      leaving.abort()
      const cutShort = setTimeout(() => ending.abort(), FINISH_PAGE_MS)
      await looking
      await Promise.all(joined.values())
      await presence.leave().catch(() => undefined)
      clearTimeout(cutShort)
    },
  }
}

/** The same client, which tells of its first answer, and of each question that did not get through to Wiz. */
function watched(wiz: Wiz, tell: (failure?: unknown) => Promise<void>): Wiz {
  let isReached = false
  return {
    ...wiz,
    async ask(question) {
      try {
        const answer = await wiz.ask<never>(question)
        if (!isReached) await tell()
        isReached = true
        return answer
      } catch (error) {
        if (OWN_NETWORK.has(codeOf(error))) await tell(error)
        throw error
      }
    },
  }
}

/** The same client, each of whose questions is a span: its turn, the call and its repetitions. */
function traced(wiz: Wiz, telemetry: Telemetry): Wiz {
  const nameOf = ({ document }: Question) => /^\s*\w+\s+(\w+)/.exec(document)?.[1] ?? 'question'
  return {
    ...wiz,
    ask: (question) =>
      telemetry.span(`wiz ${nameOf(question)}`, { 'server.address': wiz.apiUrl.host }, () => wiz.ask(question)),
  }
}
