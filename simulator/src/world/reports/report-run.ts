import { createHash } from 'node:crypto'
import type { Node } from '../collection.ts'
import { formatTimestamp, HOUR, type Micros, SECOND } from '../time/timestamp.ts'

/** One run of a report. */
export interface ReportRun {
  id: string
  startedAt: Micros
  /** How long it takes by the clock. */
  duration: Micros
  /** The rows it holds and their sums; what the rows say is read when it is downloaded. */
  content(): { rows: Uint32Array; results: Record<string, unknown> }
  failedReason: string | null
  /** How often a client looked while it ran. */
  looks: number
  fileName: string
}

const LINK_LIFE = HOUR
const RUN_LIFE = 72 * HOUR
// A run that is looked at this often is done, so that clients make headway even when the world's clock stands still.
const LOOKS = 4

/** How far a run is, in percent. */
export function progressOf(run: ReportRun, now: Micros): number {
  const byClock = ((now - run.startedAt) / Math.max(1, run.duration)) * 100
  return Math.min(100, Math.floor(Math.max(byClock, (run.looks / LOOKS) * 100)))
}

/** The words of a run's state; those of a running one are this simulator's own. */
export function statusOf(run: ReportRun, now: Micros): 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'EXPIRED' {
  if (progressOf(run, now) < 100) return 'IN_PROGRESS'
  if (run.failedReason !== null) return 'FAILED'
  return now - run.startedAt > RUN_LIFE ? 'EXPIRED' : 'COMPLETED'
}

const stamp = (at: Micros) => `${formatTimestamp(Math.floor(at / SECOND) * SECOND).replaceAll(/[-:]/g, '')}`

/** Signs a link of the make-believe storage. */
function signature(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

/** Puts together a presigned link. */
export function presigned(base: string, at: Micros, seconds: number): string {
  const date = stamp(at)
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=${seconds}&X-Amz-SignedHeaders=host`
  return `${base}?${query}&X-Amz-Signature=${signature(new URL(base).pathname, date, String(seconds))}`
}

/** Checks a presigned link. */
export function checkPresigned(url: URL, now: Micros): 'good' | 'expired' | 'unknown' {
  const date = url.searchParams.get('X-Amz-Date') ?? ''
  const seconds = url.searchParams.get('X-Amz-Expires') ?? ''
  if (url.searchParams.get('X-Amz-Signature') !== signature(url.pathname, date, seconds)) return 'unknown'
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const signedAt =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) * 1000
  return now > signedAt + Number(seconds) * SECOND ? 'expired' : 'good'
}

/** A run as the API shows it; looking at a running one lets it get on. */
export function runNode(run: ReportRun, now: Micros, storageUrl: string): Node {
  if (progressOf(run, now) < 100) run.looks++
  const status = statusOf(run, now)
  const link =
    status === 'COMPLETED'
      ? presigned(`${storageUrl}/reports/${run.id}/${run.fileName}`, now, LINK_LIFE / SECOND)
      : null
  return {
    id: run.id,
    status,
    failedReason: status === 'FAILED' ? run.failedReason : null,
    runAt: formatTimestamp(run.startedAt),
    progress: progressOf(run, now),
    url: link,
    results: status === 'COMPLETED' ? run.content().results : null,
  }
}
