import { type DestinationStream, type Logger, destination as openDestination, pino } from 'pino'
import type { LogLevel } from './variables.ts'

/** A structured logger; `log.child({ runId, connectionId })` marks all that belongs to one run or connection. */
export type Log = Logger

/** Writes JSON lines to stderr (stdout carries data only), without secrets. */
export function createLog(options: { level: LogLevel; to?: DestinationStream }): Log {
  const to = options.to ?? openDestination({ dest: 2, sync: true })
  const asRecord = (object: object) => redact(object) as Record<string, unknown>
  const log = pino(
    {
      level: options.level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: asRecord },
      // Errors are serialised by `redact`, with their causes and details.
      serializers: { err: (value: unknown) => value },
    },
    // The finished line is scrubbed too: a secret may sit in the middle of a sentence.
    { write: (line) => to.write(scrub(line)) },
  )
  const makeChild = log.child
  // pino leaves the bindings of children alone; every child inherits this method in turn.
  log.child = function child(this: Log, bindings, options) {
    return makeChild.call(this, asRecord(bindings), options)
  } as Log['child']
  return log
}

const HIDDEN = '[redacted]'
// Replacing shorter values would riddle every line with holes and protect nothing worth the name.
const SHORTEST_SECRET = 6
const DEEPEST = 12

// The longest first: a secret may be the beginning of another.
let known: string[] = []

/** Every later `scrub` hides this exact value, also where it is escaped for JSON or a URL. */
export function redactValue(secret: string): void {
  if (secret.length < SHORTEST_SECRET) return
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())]
  known = [...new Set([...known, ...forms])].sort((a, b) => b.length - a.length)
}

// Both stay linear on hostile text: every repetition is bounded or ends at a character it excludes.
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#:@"]*:)[^\s/?#"]+@/gi
const AUTHORIZATION = /\b(Bearer (?=[\w.~+/=-]{8})|Basic (?=[\w+/=]{16}))[\w.~+/=-]+/gi

/** The same text without registered secrets, passwords inside addresses, and authorization values. */
export function scrub(text: string): string {
  const exact = known.reduce((left, form) => left.replaceAll(form, HIDDEN), text)
  return exact.replace(URL_PASSWORD, `$1${HIDDEN}@`).replace(AUTHORIZATION, `$1${HIDDEN}`)
}

const SECRET_KEY = /(secret|password|passwd|passphrase|token|apikey|masterkey|privatekey|authorization|cookie)$/

function looksSecret(key: string): boolean {
  return SECRET_KEY.test(key.toLowerCase().replace(/[^a-z0-9]/g, ''))
}

/** A copy whose secret-looking keys are hidden at any depth; facts such as `hasPassword: true` stay. */
export function redact(value: unknown, depth = 0, above: unknown[] = []): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth > DEEPEST || above.includes(value)) return '[…]'
  const path = [...above, value]
  if (value instanceof Error) return redactError(value, depth, path)
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1, path))
  if (value instanceof Map || value instanceof Set) return redact([...value], depth, path)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const hide = looksSecret(key) && inner !== null && inner !== undefined && typeof inner !== 'boolean'
      return [key, hide ? HIDDEN : redact(inner, depth + 1, path)]
    }),
  )
}

function redactError(error: Error, depth: number, path: unknown[]): unknown {
  const own = redact({ ...error }, depth, path) as Record<string, unknown>
  const cause = error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1, path) }
  return { ...own, type: error.name, message: error.message, stack: error.stack, ...cause }
}
