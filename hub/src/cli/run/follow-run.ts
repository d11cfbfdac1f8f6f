import { setTimeout as sleep } from 'node:timers/promises'
import { showProgress } from '../../operations/runs/progress.ts'
import { showRun } from '../../operations/runs/show.ts'
import type { Executor, StartedRun } from '../executor.ts'
import { type Format, printAnswer, styleOf } from '../print/answer.ts'
import { clean } from '../print/clean.ts'
import { RECEIPT_COLUMNS } from '../print/details.ts'
import { print, say } from '../print/output.ts'
import { tableOf } from '../print/table.ts'
import { openProgress, type Progress } from './progress.ts'

/** A receipt as far as it is printed and judged here. */
interface Receipt {
  readonly kind: string
  readonly state: string
  readonly held: number
  readonly heldState: string | null
  readonly error: string | null
  readonly leftOut: Readonly<Record<string, number>>
}

/** A run as far as it is printed and judged here. */
export interface FollowedRun {
  readonly id: number
  readonly status: string
  readonly error: string | null
  readonly receipts: readonly Receipt[]
}

const LOOK_EVERY_MS = 250

/** Follows a run to its end, working on it where that is done here; answers the exit code. */
export async function followRun(executor: Executor, started: StartedRun, format: Format): Promise<number> {
  const run = await watchRun(executor, started)
  if (format === 'table') {
    await print(tableOf(RECEIPT_COLUMNS, run.receipts, styleOf()))
    for (const line of [...leftOutOf(run), ...complaintsOf(run)]) say(line)
  } else {
    await printAnswer(run, format)
  }
  return exitCodeOf(run)
}

/** Works on a run, or waits for it, behind a progress bar. Ctrl-C stops after the current page. */
export async function watchRun(executor: Executor, started: StartedRun): Promise<FollowedRun> {
  const leaving = new AbortController()
  const stop = new AbortController()
  // Who presses Ctrl-C a second time does not want to wait for the page either.
  const onSignal = () => (leaving.signal.aborted ? stop : leaving).abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  const view = await openProgress(`${started.connection} run ${started.run}`)
  const ended = new AbortController()
  let told: string | null = null
  const looking = look(executor, started, ended.signal, (progress) => {
    view.update(progress)
    // Work that waits for something does not end, so what it waits for is said meanwhile. Here it waits for this process.
    const error = progress.status === 'queued' && executor.isLocal ? null : progress.error
    if (error !== null && error !== told) say(clean(error))
    told = error
  })
  try {
    await executor.work(started, { leaving: leaving.signal, signal: stop.signal }).catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error
    })
    view.update((await executor.ask(showProgress, { run: started.run })) as Progress)
  } finally {
    ended.abort()
    await looking
    view.stop()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
  if (leaving.signal.aborted) {
    const resume = `go on with "wizbridge runs resume ${started.run}"`
    say(
      executor.isLocal
        ? `Stopped; every page that came is stored: ${resume}.`
        : 'No longer watching; the server goes on.',
    )
  }
  return (await executor.ask(showRun, { run: started.run })) as FollowedRun
}

async function look(
  executor: Executor,
  { run }: StartedRun,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  while (!signal.aborted) {
    // What cannot be looked at now is looked at again; the work itself tells whether something is wrong.
    const progress = await executor.ask(showProgress, { run }).catch(() => undefined)
    if (progress && !signal.aborted) onProgress(progress as Progress)
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** One line for each reason why something that Wiz lists is not stored. */
export function leftOutOf({ receipts }: FollowedRun): string[] {
  return receipts.flatMap(({ kind, leftOut }) =>
    Object.entries(leftOut).map(([reason, rows]) => `${kind}: ${rows} left out (${clean(reason)}).`),
  )
}

/** One line for each kind that is not complete. */
export function complaintsOf(run: FollowedRun): string[] {
  const kinds = run.receipts.filter((receipt) => receipt.state !== 'complete' && receipt.error !== null)
  const lines = kinds.map((receipt) => `${receipt.kind}: ${clean(receipt.error ?? '')}`)
  return lines.length === 0 && run.error !== null ? [clean(run.error)] : lines
}

/** 0 complete, 3 partial, 1 failed or stopped; 4 where all that is missing is a person's consent. */
export function exitCodeOf({ status, receipts }: FollowedRun): number {
  if (status === 'complete') return 0
  if (status !== 'partial') return 1
  const open = receipts.filter((receipt) => receipt.state !== 'complete')
  return open.every((receipt) => receipt.held > 0 && receipt.heldState === 'waiting') ? 4 : 3
}
