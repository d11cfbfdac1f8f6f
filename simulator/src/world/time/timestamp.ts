/** Points in time are whole microseconds since 1970, as numbers (exact until the year 2255); NaN is "never". */
export type Micros = number

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/

export const SECOND = 1_000_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Reads an RFC 3339 timestamp, dropping what is finer than a microsecond; undefined when it is none. */
export function parseTimestamp(text: string): Micros | undefined {
  const match = RFC3339.exec(text)
  if (!match) return undefined
  const seconds = Date.parse(`${match[1]}${match[3]}`)
  if (Number.isNaN(seconds)) return undefined
  return seconds * 1000 + Number((match[2] ?? '').slice(0, 6).padEnd(6, '0'))
}

/** Writes a timestamp the way Go services do: as many fractional digits as it needs, from none to six. */
export function formatTimestamp(at: Micros): string {
  const millis = Math.floor(at / 1000)
  const text = new Date(millis).toISOString()
  const fraction = at - Math.floor(at / SECOND) * SECOND
  if (fraction === 0) return `${text.slice(0, 19)}Z`
  let digits = String(fraction).padStart(6, '0')
  while (digits.endsWith('0')) digits = digits.slice(0, -1)
  return `${text.slice(0, 19)}.${digits}Z`
}

/** Writes a timestamp with more digits than microseconds have; `finer` are the digits after the sixth. */
export function formatFiner(at: Micros, finer: string): string {
  const text = new Date(Math.floor(at / 1000)).toISOString()
  const fraction = String(at - Math.floor(at / SECOND) * SECOND).padStart(6, '0')
  return `${text.slice(0, 19)}.${fraction}${finer}Z`
}

/** Like formatTimestamp, with null for "never". */
export function formatNullable(at: Micros): string | null {
  return Number.isNaN(at) ? null : formatTimestamp(at)
}
