import type { SingleBar } from 'cli-progress'
import { Pace } from './pace.ts'

/** The numbers that a progress bar shows. */
export interface Progress {
  readonly status: string
  readonly expected: number
  readonly fetched: number
  readonly kinds: number
  readonly kindsDone: number
  readonly kindsCounted: number
  /** What it waits for, if it does. */
  readonly error: string | null
}

/** Shows how far a run is, on standard error. */
export interface ProgressView {
  update(progress: Progress): void
  stop(): void
}

const LINE_EVERY_MS = 3000

/** A bar on a terminal, a line now and then elsewhere. */
export async function openProgress(name: string): Promise<ProgressView> {
  return process.stderr.isTTY ? openBar(name) : openLines(name)
}

async function openBar(name: string): Promise<ProgressView> {
  const { default: progress } = await import('cli-progress')
  const format = `${name} {bar} {percentage}% · {value}/{total} records · {rate}/s · {left} · {kinds} kinds`
  const bar: SingleBar = new progress.SingleBar(
    { format, stream: process.stderr, hideCursor: true, fps: 5, barsize: 24, etaBuffer: 1, noTTYOutput: false },
    progress.Presets.shades_classic,
  )
  const pace = new Pace()
  bar.start(1, 0, { rate: 0, left: '…', kinds: '…' })
  return {
    update(now) {
      pace.add({ at: performance.now(), done: now.fetched })
      bar.setTotal(Math.max(1, Math.round(guess(now))))
      const left = isCounted(now) ? leftOf(pace.secondsTo(now.expected)) : 'counting'
      bar.update(now.fetched, { rate: Math.round(pace.rate), left, kinds: `${now.kindsDone}/${now.kinds}` })
    },
    stop: () => bar.stop(),
  }
}

function openLines(name: string): ProgressView {
  const pace = new Pace()
  let saidAt = performance.now()
  return {
    update(now) {
      const at = performance.now()
      pace.add({ at, done: now.fetched })
      if (at - saidAt < LINE_EVERY_MS) return
      saidAt = at
      const { fetched, expected, kinds, kindsDone } = now
      const all = isCounted(now) ? `${expected}` : `more than ${expected}`
      const left = isCounted(now) ? leftOf(pace.secondsTo(expected)) : 'still counting'
      const numbers = `${fetched} of ${all} records, ${Math.round(pace.rate)}/s, ${left}`
      process.stderr.write(`${name}: ${numbers}, ${kindsDone} of ${kinds} kinds done\n`)
    },
    stop: () => undefined,
  }
}

function isCounted({ kinds, kindsCounted }: Progress): boolean {
  return kindsCounted === kinds
}

/** Until every kind is counted, the others are taken to be as large as those that are. */
function guess({ expected, kinds, kindsCounted }: Progress): number {
  return kindsCounted === 0 ? 0 : (expected * kinds) / kindsCounted
}

/** A stretch of time as people say it. */
export function leftOf(seconds: number | undefined): string {
  if (seconds === undefined) return 'time left unknown'
  if (seconds < 60) return `${seconds} s left`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min left`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min left`
}
