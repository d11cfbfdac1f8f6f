import { type Closed, daysBefore, type Found } from './moves.ts'

interface Day {
  readonly day: string
  readonly open: Record<string, number>
  readonly opened: number
  readonly closed: number
}

/**
 * How many findings were open at the end of each of the last days, and how many came and went on it: from how many are
 * not closed at all back to the first day, so that nothing older has to be counted.
 */
export function daysBack(
  now: number,
  days: number,
  {
    unclosed,
    found,
    closed,
  }: { unclosed: Readonly<Record<string, number>>; found: readonly Found[]; closed: readonly Closed[] },
): Day[] {
  const open: Record<string, number> = { ...unclosed }
  const add = (severity: string, n: number) => {
    open[severity] = (open[severity] ?? 0) + n
  }
  // Without a day there is no history; closed without one is not closed in it.
  for (const { day, severity, unclosed: n } of found) if (day === null) add(severity, -n)
  for (const { day, severity, n } of closed) if (day === null) add(severity, n)
  const undo = (isOn: (day: string) => boolean) => {
    const [came, went] = [found, closed].map((moves) => moves.filter(({ day }) => day !== null && isOn(day)))
    for (const { severity, n } of came ?? []) add(severity, -n)
    for (const { severity, n } of went ?? []) add(severity, n)
    const sum = (moves: readonly { n: number }[] = []) => moves.reduce((all, { n }) => all + n, 0)
    return { opened: sum(came), closed: sum(went) }
  }
  undo((day) => day > daysBefore(now, 0))
  const back = Array.from({ length: days }, (_, ago): Day => {
    const day = daysBefore(now, ago)
    const atEnd = { ...open }
    return { day, open: atEnd, ...undo((each) => each === day) }
  })
  return back.toReversed()
}
