import { SECOND } from '../world/time/timestamp.ts'
import type { LoadRoot } from './load-root.ts'
import type { Rows } from './rows.ts'

/** A node as bytes, with gaps for what differs from row to row. */
export interface NodeTemplate {
  bytes: Buffer
  fill(target: Buffer, at: number, rows: Rows, row: number): void
}

type Fill = (target: Buffer, at: number, rows: Rows, row: number) => void

const TIMESTAMP_LENGTH = '2026-01-01T00:00:00.000000Z'.length
const ID_LENGTH = 36

function writeDigits(target: Buffer, at: number, value: number, digits: number): void {
  let rest = value
  for (let place = at + digits - 1; place >= at; place--) {
    target[place] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}

/** Days since 1970 → the text of the date; neighbours in a page share it. */
const dates = new Map<number, string>()

function dateOf(day: number): string {
  const known = dates.get(day)
  if (known) return known
  const text = `${new Date(day * 86_400_000).toISOString().slice(0, 11)}00:00:00.000000Z`
  dates.set(day, text)
  return text
}

function writeTimestamp(target: Buffer, at: number, micros: number): void {
  const seconds = Math.floor(micros / SECOND)
  const day = Math.floor(seconds / 86_400)
  const ofDay = seconds - day * 86_400
  target.write(dateOf(day), at, 'latin1')
  writeDigits(target, at + 11, Math.floor(ofDay / 3600), 2)
  writeDigits(target, at + 14, Math.floor(ofDay / 60) % 60, 2)
  writeDigits(target, at + 17, ofDay % 60, 2)
  writeDigits(target, at + 20, micros - seconds * SECOND, 6)
}

const writeId: Fill = (target, at, rows, row) => rows.ids.write(target, at + 1, row)

const writeCreated: Fill = (target, at, rows, row) => writeTimestamp(target, at + 1, rows.createdAt(row))

const writeChanged: Fill = (target, at, rows, row) => writeTimestamp(target, at + 1, rows.changedAt(row))

/** Writes a quoted word and fills the gap up with blanks, which JSON does not mind. */
function wordFill(name: 'status' | 'severity', words: readonly string[]): Fill {
  const width = Math.max(...words.map((word) => word.length)) + 2
  const padded = new Map(words.map((word) => [word, `"${word}"`.padEnd(width)]))
  return (target, at, rows, row) => target.write(padded.get(rows[name](row)) ?? '', at, 'latin1')
}

/** Which member of a node is filled in how, and how many characters stand between its quotes. */
function gapsOf(root: LoadRoot): Map<string, { fill: Fill; length: number }> {
  const longest = (words: readonly string[]) => Math.max(...words.map((word) => word.length))
  return new Map([
    ['id', { fill: writeId, length: ID_LENGTH }],
    ['status', { fill: wordFill('status', root.statuses), length: longest(root.statuses) }],
    ['severity', { fill: wordFill('severity', root.severities), length: longest(root.severities) }],
    ...root.created.fields.map((name) => [name, { fill: writeCreated, length: TIMESTAMP_LENGTH }] as const),
    ...root.changed.fields.map((name) => [name, { fill: writeChanged, length: TIMESTAMP_LENGTH }] as const),
  ])
}

/** Where the longest prose of a node is, as a setter; null when it holds no text. */
function longestText(node: object): { text: string; set(text: string): void } | null {
  let found: { text: string; set(text: string): void } | null = null
  for (const [name, value] of Object.entries(node)) {
    const candidate =
      typeof value === 'string'
        ? { text: value, set: (text: string) => Object.assign(node, { [name]: text }) }
        : typeof value === 'object' && value !== null
          ? longestText(value)
          : null
    if (candidate?.text.includes(' ') && candidate.text.length > (found?.text.length ?? 0)) found = candidate
  }
  return found
}

const FILLER = 'The resource keeps more rights than it has used, and can be reached from outside. '

const sizeOf = (node: object) => Buffer.byteLength(JSON.stringify(node))

/** Prose is not cut shorter than this. */
const SHORTEST_PROSE = 24

/** Leaves one member in every list. */
function keepFirsts(node: object): void {
  for (const [name, value] of Object.entries(node)) {
    if (Array.isArray(value) && value.length > 1) Object.assign(node, { [name]: value.slice(0, 1) })
    if (typeof value === 'object' && value !== null) keepFirsts(Array.isArray(value) ? value.slice(0, 1) : value)
  }
}

/** Gives a node about so many bytes: by longer prose, or else by shorter lists and shorter prose. */
function fit(node: object, bytes: number): void {
  if (sizeOf(node) > bytes) keepFirsts(node)
  for (let prose = longestText(node); prose; prose = longestText(node)) {
    const missing = bytes - sizeOf(node)
    if (missing >= 0) {
      prose.set(prose.text + FILLER.repeat(Math.ceil(missing / FILLER.length)).slice(0, missing))
      return
    }
    if (prose.text.length <= SHORTEST_PROSE) return
    prose.set(prose.text.slice(0, Math.max(SHORTEST_PROSE, prose.text.length + missing)))
  }
}

/** Turns a sample node into a template of about `size` bytes. */
export function createTemplate(sample: object, root: LoadRoot, size: number): NodeTemplate {
  const node: Record<string, unknown> = JSON.parse(JSON.stringify(sample))
  const gaps = [...gapsOf(root)]
    .filter(([name]) => name in node)
    .map(([name, { fill, length }]) => ({ fill, name, mark: `@${name}@`.padEnd(length, '@') }))
  for (const { name, mark } of gaps) node[name] = mark
  fit(node, size)
  const text = JSON.stringify(node)
  const bytes = Buffer.from(text)
  const fills = gaps.map(({ fill, name, mark }) => ({
    fill,
    offset: bytes.indexOf(`"${name}":"${mark}"`) + name.length + 3,
  }))
  return {
    bytes,
    fill(target, at, rows, row) {
      for (const { fill, offset } of fills) fill(target, at + offset, rows, row)
    },
  }
}
