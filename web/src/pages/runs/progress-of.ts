import type { RunDetail } from '../../api/types.ts'

/** How far a run is, in numbers. */
export interface RunNumbers {
  readonly fetched: number
  readonly expected: number
  readonly kinds: number
  readonly kindsDone: number
  readonly perSecond: number
  readonly etaMs: number | null
}

/** Adds up the receipts of a run. */
export function progressOf({ receipts, startedAt, finishedAt }: RunDetail, now = Date.now()): RunNumbers {
  const fetched = receipts.reduce((sum, receipt) => sum + receipt.fetched, 0)
  // A kind that has ended is read to its end, whatever Wiz had counted before.
  const expected = receipts.reduce(
    (sum, { finishedAt: end, expected: total, fetched: read }) => sum + (end ? read : Math.max(total ?? 0, read)),
    0,
  )
  const seconds = ((finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)) / 1000
  const perSecond = seconds > 0 ? fetched / seconds : 0
  const etaMs = perSecond > 0 && expected > fetched ? ((expected - fetched) / perSecond) * 1000 : null
  const kindsDone = receipts.filter((receipt) => receipt.finishedAt !== null).length
  return { fetched, expected, kinds: receipts.length, kindsDone, perSecond, etaMs }
}
