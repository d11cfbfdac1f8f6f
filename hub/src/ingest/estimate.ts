import { connectionOf } from '../kinds/document.ts'
import { hasConnection, type Kind } from '../kinds/kind.ts'
import type { Wiz } from '../wiz/client.ts'

/** What reading costs. */
export interface Cost {
  readonly calls: number
  /** At the rate that is known to be allowed; null where nothing is known of it. */
  readonly minutes: number | null
  readonly callsPerSecond: number | null
}

/** How many calls a full walk of so many rows takes: its pages, the changes meanwhile and the count at the end. */
export function callsFor(kind: Kind, rows: number | null): number {
  if (!hasConnection(kind)) return 0
  const { pageSize, delta } = connectionOf(kind)
  return Math.max(1, Math.ceil((rows ?? 0) / pageSize)) + (delta ? 1 : 0) + 1
}

/** How long so many calls take at the pace that the service account is allowed. */
export function costOf(wiz: Wiz, calls: number): Cost {
  const { allowedPerSecond } = wiz.numbers()
  if (!(allowedPerSecond > 0)) return { calls, minutes: null, callsPerSecond: null }
  const minutes = Math.ceil((calls / allowedPerSecond / 60) * 10) / 10
  return { calls, minutes, callsPerSecond: Math.round(allowedPerSecond * 10) / 10 }
}
