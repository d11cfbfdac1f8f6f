import type { Column } from '../kinds/column.ts'
import type { Value } from '../kinds/read-node.ts'

// What PostgreSQL counts from: the year 2000, in microseconds.
const EPOCH_MS = Date.UTC(2000)
const TEXT_OID = 25
const JSONB_VERSION = 1

/** Fields in the binary format of COPY: it spares PostgreSQL looking for the ends of lines and reading dates. */
export class BinaryFields {
  #bytes: Buffer<ArrayBuffer>
  #end = 0

  /** `bytes` is a first guess of how much there will be. */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes)
  }

  get end(): number {
    return this.#end
  }

  /** What was written so far. */
  taken(): Buffer<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#end)
  }

  /** Begins a row of so many fields. */
  row(fields: number): void {
    this.#room(2)
    this.#end = this.#bytes.writeInt16BE(fields, this.#end)
  }

  nothing(): void {
    this.#room(4)
    this.#end = this.#bytes.writeInt32BE(-1, this.#end)
  }

  text(text: string): void {
    // No character of UTF-16 takes more than three bytes in UTF-8.
    this.#room(4 + 3 * text.length)
    const size = this.#bytes.write(text, this.#end + 4)
    this.#bytes.writeInt32BE(size, this.#end)
    this.#end += 4 + size
  }

  /** JSON text; bytes are taken as they are, they have to be UTF-8. */
  json(text: string | Buffer): void {
    if (typeof text === 'string') {
      this.text(safeJson(text))
      return
    }
    if (text.includes('\\u')) {
      this.json(text.toString())
      return
    }
    this.#room(4 + text.length)
    this.#bytes.writeInt32BE(text.length, this.#end)
    this.#bytes.set(text, this.#end + 4)
    this.#end += 4 + text.length
  }

  integer(value: number): void {
    this.#room(12)
    this.#bytes.writeInt32BE(8, this.#end)
    this.#end += 4
    this.#int64(value)
  }

  /** A hash of 32 hex digits as a uuid. */
  uuid(hex: string): void {
    this.#room(20)
    this.#bytes.writeInt32BE(16, this.#end)
    this.#end += 4 + this.#bytes.write(hex, this.#end + 4, 'hex')
  }

  /** A value as its column holds it. */
  value(column: Column, value: Value): void {
    if (value === null) this.nothing()
    else if (column.type === 'text') this.text(fit(column, value as string))
    else if (column.type === 'time') this.moment(value as string)
    else if (column.type === 'number') this.#number(value as number)
    else if (column.type === 'boolean') this.#boolean(value as boolean)
    else if (column.type === 'texts') this.#texts((value as readonly string[]).map((text) => fit(column, text)))
    else this.#jsonb(safeJson(JSON.stringify(value)))
  }

  /** An RFC 3339 moment; one that PostgreSQL's calendar does not have becomes nothing. */
  moment(text: string): void {
    if (BEYOND_CALENDAR.test(text)) {
      this.nothing()
      return
    }
    const ms = Date.parse(text) - EPOCH_MS
    const beyond = beyondMs(text)
    this.#room(12)
    this.#bytes.writeInt32BE(8, this.#end)
    this.#end += 4
    if (Number.isSafeInteger(1000 * ms)) this.#int64(1000 * ms + beyond)
    else this.#end = this.#bytes.writeBigInt64BE(BigInt(ms) * 1000n + BigInt(beyond), this.#end)
  }

  /** A whole number in two halves: a BigInt for each moment took a tenth of the time of reading a row. */
  #int64(value: number): void {
    const high = Math.floor(value / 2 ** 32)
    this.#end = this.#bytes.writeInt32BE(high, this.#end)
    this.#end = this.#bytes.writeUInt32BE(value - high * 2 ** 32, this.#end)
  }

  #number(value: number): void {
    this.#room(12)
    this.#bytes.writeInt32BE(8, this.#end)
    this.#end = this.#bytes.writeDoubleBE(value, this.#end + 4)
  }

  #boolean(value: boolean): void {
    this.#room(5)
    this.#bytes.writeInt32BE(1, this.#end)
    this.#end = this.#bytes.writeUInt8(value ? 1 : 0, this.#end + 4)
  }

  #texts(texts: readonly string[]): void {
    this.#room(24)
    const begin = this.#end
    const isEmpty = texts.length === 0
    // How many dimensions, whether any word is missing, the type of the words; then how many there are, counted from 1.
    for (const number of isEmpty ? [0, 0, 0, TEXT_OID] : [0, 1, 0, TEXT_OID, texts.length, 1])
      this.#end = this.#bytes.writeInt32BE(number, this.#end)
    for (const text of texts) this.text(text)
    this.#bytes.writeInt32BE(this.#end - begin - 4, begin)
  }

  #jsonb(json: string): void {
    this.#room(5 + 3 * json.length)
    const size = this.#bytes.write(json, this.#end + 5)
    this.#bytes.writeInt32BE(1 + size, this.#end)
    this.#bytes.writeUInt8(JSONB_VERSION, this.#end + 4)
    this.#end += 5 + size
  }

  #room(bytes: number): void {
    if (this.#bytes.length - this.#end >= bytes) return
    const larger = Buffer.allocUnsafeSlow(2 * this.#bytes.length + bytes)
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
  }
}

// JavaScript reads moments that PostgreSQL refuses: of the year 0, and with offsets of 16 hours and more.
const BEYOND_CALENDAR = /^0000|[+-](?:1[6-9]|2\d):\d\d$/
const FRACTION = /\.(\d{4,})/

/** The microseconds of a moment that a Date, which holds three digits of a second, leaves out; the sixth digit is rounded. */
function beyondMs(text: string): number {
  const [, fraction] = FRACTION.exec(text) ?? []
  return fraction ? Math.round(Number(fraction.slice(3)) * 10 ** (6 - fraction.length)) : 0
}

// An entry of an index holds at most some 2,700 bytes, the id included; the raw node keeps what is cut off.
const LONGEST_INDEXED = 400

function fit(column: Column, text: string): string {
  return column.isIndexed && text.length > LONGEST_INDEXED
    ? `${text.slice(0, LONGEST_INDEXED - 1).toWellFormed()}…`
    : text
}

// In JSON text a name of a field looks like any other string; an escaped backslash stands for itself.
const ESCAPED = /\\\\|\\u(?:0000|d[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|d[89a-f][\da-f]{2})/gi
// A whole surrogate pair is a character like any other.
const PAIR_LENGTH = 12

/** JSON text without the characters that PostgreSQL's text refuses, wherever they stand: NUL and halves of surrogate pairs. */
export function safeJson(json: string): string {
  if (!json.includes('\\u')) return json
  return json.replaceAll(ESCAPED, (found) => (found === '\\\\' || found.length === PAIR_LENGTH ? found : '\ufffd'))
}
