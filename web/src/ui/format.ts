const NUMBER = new Intl.NumberFormat('en')
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** 1234567 as 1,234,567; a dash where there is none. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : NUMBER.format(value)
}

/** A part of a whole in percent: 100 only when all of it is done. */
export function percent(done: number, all: number): number {
  return all > 0 ? Math.min(100, Math.floor((done / all) * 100)) : 0
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** A moment as people say it: "3 hr. ago", "in 2 days". */
export function relative(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000
  for (const [unit, size] of UNITS) {
    // What lies ahead is rounded: a plan of every 6 hours that has just run is not due in 5.
    const units = seconds > 0 ? Math.round(seconds / size) : Math.trunc(seconds / size)
    if (Math.abs(seconds) >= size) return RELATIVE.format(units, unit)
  }
  return Math.abs(seconds) < 10 ? 'just now' : RELATIVE.format(Math.trunc(seconds), 'second')
}

/** A moment to the second, in the time zone of the reader. */
export function exact(iso: string): string {
  return EXACT.format(new Date(iso))
}

/** A length of time in its two largest parts: "2 m 5 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ].filter(([value]) => value !== 0)
  return parts
    .slice(0, 2)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ')
}

const SPECIAL: Readonly<Record<string, string>> = {
  id: 'ID',
  url: 'URL',
  projectIds: 'Projects',
  ticketIds: 'Tickets',
  assetTypes: 'Asset Type',
  assetType: 'Resource type',
  isExposed: 'Internet exposed',
  isBuiltin: 'Built in',
  issueCount: 'Issues',
  criticalCount: 'Critical',
  projectCount: 'Projects',
  epssProbability: 'EPSS',
  detectedAt: 'Detected',
  kind: 'Kind',
}

/** The name of a field as a heading: `firstSeenAt` as "First seen". */
export function label(name: string): string {
  if (SPECIAL[name]) return SPECIAL[name]
  const words = name
    .replace(/(At|Ids?)$/, (end) => (end === 'At' ? '' : ` ${end === 'Id' ? 'ID' : 'IDs'}`))
    .replace(/^(is|has)(?=[A-Z])/, '')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .replaceAll('-', ' ')
    .trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const ACRONYM = /^(AI|AKS|API|AWS|CI|DB|DNS|EKS|GCP|GKE|HBI|IAM|IP|LBI|MBI|OCI|OKE|OS|SQL|SSH|URL|VM|VPC)$/

/** A word of an API such as `TOXIC_COMBINATION` as people write it: "Toxic combination", "DB server". */
export function words(value: string): string {
  if (!/^[A-Z][A-Z0-9_]+$/.test(value)) return value
  const text = value
    .split('_')
    .map((word) => (ACRONYM.test(word) ? word : word.toLowerCase()))
    .join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const KINDS: Readonly<Record<string, string>> = {
  issue: 'Issue',
  'vulnerability-finding': 'Vulnerability',
  'configuration-finding': 'Configuration',
  'cloud-resource': 'Asset',
}

/** The name of a kind for people. */
export function kindName(kind: string): string {
  return KINDS[kind] ?? label(kind)
}
