import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLSchema } from 'graphql'
import { databaseFailure } from '../database-failure.ts'
import { codeOf, Retriable, sentenceOf } from '../errors.ts'
import { hasConnection, type Kind } from '../kinds/kind.ts'
import { KINDS, kindNamed } from '../kinds/kinds.ts'
import type { Log } from '../log.ts'
import { type Claim, Claims } from '../store/claims.ts'
import { LostClaim } from '../store/commit-page.ts'
import type { Store } from '../store/open-store.ts'
import { startWalk } from '../store/receipts.ts'
import { createRun, failRun, openRun } from '../store/runs.ts'
import type { Scope } from '../store/scope.ts'
import { failPartition, settle, takeMissedSteps, takeNextStep } from '../store/steps.ts'
import { divideWalk, openWalks, reachedBy } from '../store/walks.ts'
import type { Wiz } from '../wiz/client.ts'
import { divide, isWorthDividing, walkedBy } from './cut.ts'
import { IdleLoops } from './idle-loops.ts'
import { isSameScope, orderedScope, type Slice } from './scope.ts'
import { totalOf } from './settling/judge.ts'
import { settleKind } from './settling/settle-kind.ts'
import { walkPartition } from './walk-partition.ts'

/** What to bring in. */
export interface SyncRequest {
  readonly connectionId: number
  readonly startedBy: string
  /** All of them when absent. */
  readonly kinds?: readonly Kind[] | undefined
  /** Read everything again, also where only the changes would do. */
  readonly full?: boolean | undefined
  readonly scope: Scope
  /** The scope of each kind, where it is not the same for all. */
  readonly scopeOf?: ((kind: Kind) => Scope) | undefined
  readonly planId?: number | undefined
}

/** Starts a run, or finds the one that is under way for the connection. */
export async function startSync(store: Store, request: SyncRequest): Promise<{ runId: number; isNew: boolean }> {
  const open = await openRun(store, request.connectionId)
  if (open !== undefined) return { runId: open, isNew: false }
  const wanted = request.kinds ?? KINDS
  const parents = wanted.flatMap((kind) => ('inside' in kind.source ? [kind.source.inside] : []))
  const kinds = KINDS.filter((kind) => wanted.includes(kind) || parents.includes(kind.name))
  const marks = await store.db
    .selectFrom('watermark')
    .select(['kind', 'scope', 'reached'])
    .where('connection_id', '=', request.connectionId)
    .execute()
  const runId = await createRun(store, {
    connectionId: request.connectionId,
    startedBy: request.startedBy,
    planId: request.planId,
    kinds: kinds.map((kind) => {
      const scope = orderedScope(request.scopeOf?.(kind) ?? request.scope)
      const mark = marks.find((each) => each.kind === kind.name && isSameScope(each.scope, scope))
      const since = !request.full && mark ? deltaStart(kind, mark.reached) : undefined
      const mode = !hasConnection(kind) ? 'inside' : since ? 'delta' : 'full'
      return { name: kind.name, mode, scope, since }
    }),
  })
  return { runId, isNew: true }
}

/** A little before what is known for certain: rows that share a moment with the last one seen are not lost. */
function deltaStart(kind: Kind, reached: string | null): string | undefined {
  if (!hasConnection(kind) || !kind.source.delta || !reached) return undefined
  return new Date(Date.parse(reached) - kind.source.delta.overlapMinutes * 60_000).toISOString()
}

/** What a process needs to work on a run. */
export interface WorkContext {
  readonly store: Store
  readonly wiz: Wiz
  readonly schema: GraphQLSchema
  readonly log: Log
  readonly signal: AbortSignal
  /** Once aborted, no further page is begun here; what is under way is finished. */
  readonly leaving?: AbortSignal
  /** How many partitions this process works on at once. */
  readonly width?: number
}

const WIDTH = 12
// While so many calls of this process wait for their turns, further parts are better off with another one.
const MOST_WAITING = 2
// A database that restarts is waited for this long before the run is left to whoever comes next.
const DATABASE_PATIENCE_MS = 60_000

/** Works on a run until it has ended, beside any other process that does; stopping early loses nothing. */
export async function workOnRun(context: WorkContext, runId: number): Promise<void> {
  const { store, wiz } = context
  try {
    await wiz.authenticate(context.signal)
  } catch (error) {
    // Trouble on the way to Wiz ends a run that cannot begin; one that others work on, or that has pages, is only left.
    if (context.signal.aborted || (error instanceof Retriable && (await hasPages(store, runId)))) throw error
    return failRun(store, runId, codeOf(error), sentenceOf(error))
  }
  const claims = new Claims(store)
  const idle = new IdleLoops()
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const renewalsBefore = wiz.numbers().tokenRenewals
  const wake = () => idle.wakeAll()
  signal.addEventListener('abort', wake)
  context.leaving?.addEventListener('abort', wake)
  try {
    const loops = Array.from({ length: context.width ?? WIDTH }, () =>
      loop({ ...context, signal }, claims, idle, runId),
    )
    await Promise.all(loops.map((each) => each.catch((error) => stop.abort(error))))
    // What the others then say is only that they were stopped.
    if (stop.signal.aborted) throw stop.signal.reason
  } finally {
    signal.removeEventListener('abort', wake)
    context.leaving?.removeEventListener('abort', wake)
    await claims.close()
    const renewals = wiz.numbers().tokenRenewals - renewalsBefore
    await store.pool
      .query('UPDATE run SET renewals = renewals + $2 WHERE id = $1', [runId, renewals])
      .catch(() => undefined)
  }
}

async function loop(context: WorkContext, claims: Claims, idle: IdleLoops, runId: number): Promise<void> {
  let downSince: number | undefined
  for (;;) {
    context.signal.throwIfAborted()
    if (context.leaving?.aborted) return
    try {
      const claim = await claims.next(runId, () => context.wiz.numbers().waiting > MOST_WAITING)
      if (claim) {
        // Where there is work for one there may be work for another; what follows from it is for this loop to look for.
        idle.wakeOne()
        await workOnClaim(context, claims, claim)
      } else if (await hasEnded(context.store, runId)) return idle.wakeAll()
      else await idle.wait((hands) => findWork(context, runId, hands))
      downSince = undefined
    } catch (error) {
      const failure = databaseFailure(error)
      const isDown = failure instanceof Retriable && failure.code.startsWith('database-')
      downSince ??= Date.now()
      if (!isDown || Date.now() - downSince > DATABASE_PATIENCE_MS) throw failure
      context.log.error({ err: failure }, 'the database cannot be used now; waiting for it')
      await sleep(1000, undefined, { signal: context.signal })
    }
  }
}

/** Makes work where none is to be had: a step that nobody took, or the rest of a long walk. */
async function findWork(context: WorkContext, runId: number, hands: number): Promise<boolean> {
  await takeMissedSteps(context.store, runId)
  // More walks would only wait for the same turns.
  return context.leaving?.aborted || context.wiz.numbers().isHeldBack
    ? false
    : divideLongest(context.store, runId, hands)
}

async function divideLongest(store: Store, runId: number, hands: number): Promise<boolean> {
  for (const walk of await openWalks(store, runId)) {
    const kind = kindNamed(walk.kind)
    const column = walkedBy(kind)
    if (!column || !isWorthDividing(kind, walk.slice, walk.left)) continue
    const reached = await reachedBy(store, runId, walk, column)
    if (reached === null) continue
    // Its own loop comes back for one of the parts.
    const { connectionId, slice, left } = walk
    const division = await divide(store, kind, connectionId, slice, { reached, left, hands: hands + 1 })
    if (division) return divideWalk(store, runId, walk, { ...division.walked }, division.rest)
  }
  return false
}

async function workOnClaim(context: WorkContext, claims: Claims, claim: Claim): Promise<void> {
  const { store, log } = context
  try {
    const { rows } = await store.pool.query<{ kind: string; scope: Scope }>(
      'SELECT kind, scope FROM receipt WHERE run_id = $1',
      [claim.runId],
    )
    const scope = rows.find((row) => row.kind === claim.kind)?.scope ?? {}
    const inner = { ...context, scope, kinds: rows.map((row) => row.kind) }
    if (claim.role === 'settle') return await settleKind(inner, claim)
    await startWalk(store, claim)
    // Every row of a total from before the closing delta is in the walk or in the delta; the settling asks where this fails.
    const counting = claim.role === 'close' ? totalOf(inner, kindNamed(claim.kind)).catch(() => null) : null
    await walkPartition(inner, claim, await sliceOf(store, claim))
    await takeNextStep(store, claim.runId, claim.kind, (await counting) ?? undefined)
  } catch (error) {
    const failure = databaseFailure(error)
    if (failure instanceof LostClaim || context.signal.aborted) return
    if (codeOf(failure).startsWith('database-')) throw failure
    log.warn({ kind: claim.kind, code: codeOf(failure), part: claim.label }, sentenceOf(failure))
    if (claim.role === 'settle') return await settleFailed(store, claim, failure)
    await failPartition(store, claim, codeOf(failure), sentenceOf(failure))
    await takeNextStep(store, claim.runId, claim.kind)
  } finally {
    await claims.release(claim)
  }
}

/** A closing part reads what changed since the walk began, with the overlap of every delta. */
async function sliceOf(store: Store, claim: Claim): Promise<Slice> {
  if (claim.role === 'walk') return claim.slice
  const kind = KINDS.find((each) => each.name === claim.kind)
  const receipt = await store.db
    .selectFrom('receipt')
    .select('walk_started_at')
    .where('run_id', '=', claim.runId)
    .where('kind', '=', claim.kind)
    .executeTakeFirstOrThrow()
  return { since: kind ? deltaStart(kind, receipt.walk_started_at ?? null) : undefined } as Slice
}

async function settleFailed(store: Store, claim: Claim, failure: unknown): Promise<void> {
  const ending = settle(store, claim, {
    state: 'partial',
    expected: null,
    fetched: 0,
    removed: 0,
    marked: 0,
    held: 0,
    errorCode: codeOf(failure),
    error: sentenceOf(failure),
    notes: [],
  })
  await ending.catch((error: unknown) => {
    if (!(error instanceof LostClaim)) throw error
  })
}

async function hasEnded(store: Store, runId: number): Promise<boolean> {
  const row = await store.db.selectFrom('run').select('status').where('id', '=', runId).executeTakeFirst()
  return !row || !['queued', 'running'].includes(row.status)
}

async function hasPages(store: Store, runId: number): Promise<boolean> {
  const row = await store.db.selectFrom('run_page').select('seq').where('run_id', '=', runId).executeTakeFirst()
  return row !== undefined
}
