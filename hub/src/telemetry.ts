import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { OtlpConfig } from './config.ts'
import { codeOf } from './errors.ts'
import type { Log } from './log.ts'

/** What is known of a span besides its name and time; never a secret, never data of the estate. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** Traces for an OpenTelemetry collector, or for nobody. */
export interface Telemetry {
  /** Does the work as a span of whatever span it is done within; `note` adds what is known only later. */
  span<T>(name: string, attributes: SpanAttributes, work: (note: Note) => Promise<T>): Promise<T>
  /** Notes work that has been done already and has just ended. */
  ended(name: string, attributes: SpanAttributes, options: { ms: number; isServer?: boolean; failed?: boolean }): void
  /** Sends what has not been sent. */
  close(): Promise<void>
}

/** Adds to the attributes of a span. */
type Note = (more: SpanAttributes) => void

interface Place {
  readonly traceId: string
  readonly spanId: string
}

const within = new AsyncLocalStorage<{ readonly telemetry: Telemetry; readonly place: Place }>()

/** Does a step as a span of the one it is done within, wherever that was begun; of nothing that is traced, it is none. */
export function traceStep<T>(name: string, attributes: SpanAttributes, work: (note: Note) => Promise<T>): Promise<T> {
  const telemetry = within.getStore()?.telemetry
  return telemetry ? telemetry.span(name, attributes, work) : work(() => undefined)
}

/** Begins to wait for a turn; the wait is a span that ends where, in its turn, the work is done. */
export function traceWait(name: string): <T>(work: () => Promise<T>) => Promise<T> {
  const telemetry = within.getStore()?.telemetry
  if (!telemetry) return (work) => work()
  const since = performance.now()
  // Turns are given out by whoever comes by, so the work has to be brought back to where it was asked for.
  const here = AsyncLocalStorage.snapshot()
  return (work) =>
    here(() => {
      telemetry.ended(name, {}, { ms: performance.now() - since })
      return work()
    })
}

const FLUSH_MS = 5_000
const SEND_MS = 5_000
// What a collector that is away costs at most.
const MOST_WAITING = 4_096
const INTERNAL = 1
const SERVER = 2
const FAILED = 2

const NOBODY: Telemetry = {
  span: (_name, _attributes, work) => work(() => undefined),
  ended: () => undefined,
  close: async () => undefined,
}

/**
 * Opens the way to a collector, by OTLP over HTTP in JSON. These hundred lines stand in for the SDK, whose packages weigh
 * more than all the rest of this product.
 */
export function openTelemetry(config: OtlpConfig | undefined, log: Log, version: string): Telemetry {
  if (!config) return NOBODY
  const { endpoint, headers } = config
  const resource = { attributes: pairs({ 'service.name': config.serviceName, 'service.version': version }) }
  let waiting: object[] = []
  let isAway = false

  async function flush(): Promise<void> {
    const spans = waiting
    waiting = []
    if (spans.length === 0) return
    try {
      const body = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'wizbridge', version }, spans }] }] }
      const answer = await fetch(`${endpoint}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(SEND_MS),
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`the collector answers ${answer.status}`)
      isAway = false
    } catch (error) {
      // Once, not every five seconds: traces are not what this product is for.
      if (!isAway) log.warn({ err: error, lost: spans.length }, 'traces cannot be sent')
      isAway = true
    }
  }

  function note(place: Place, parent: Place | undefined, span: object): void {
    if (waiting.length >= MOST_WAITING) return
    waiting.push({ ...place, ...(parent && { parentSpanId: parent.spanId }), ...span })
  }

  const timer = setInterval(flush, FLUSH_MS).unref()
  const telemetry: Telemetry = {
    span(name, attributes, work) {
      const parent = within.getStore()?.place
      const place = placeIn(parent)
      const startedAt = Date.now()
      let noted: SpanAttributes = {}
      const end = (more: SpanAttributes, status?: object) =>
        note(place, parent, {
          name,
          kind: INTERNAL,
          ...times(startedAt),
          attributes: pairs({ ...attributes, ...noted, ...more }),
          status,
        })
      return within.run({ telemetry, place }, async () => {
        try {
          const result = await work((more) => {
            noted = { ...noted, ...more }
          })
          end({})
          return result
        } catch (error) {
          end({ 'error.type': codeOf(error) }, { code: FAILED })
          throw error
        }
      })
    },
    ended(name, attributes, { ms, isServer, failed }) {
      const parent = within.getStore()?.place
      const span = {
        name,
        kind: isServer ? SERVER : INTERNAL,
        ...times(Date.now() - ms),
        attributes: pairs(attributes),
      }
      note(placeIn(parent), parent, { ...span, ...(failed && { status: { code: FAILED } }) })
    },
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
  return telemetry
}

function placeIn(parent: Place | undefined): Place {
  return { traceId: parent?.traceId ?? randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') }
}

function times(startedAt: number) {
  const nanos = (ms: number) => `${Math.round(ms)}000000`
  return { startTimeUnixNano: nanos(startedAt), endTimeUnixNano: nanos(Date.now()) }
}

function pairs(attributes: SpanAttributes): object[] {
  return Object.entries(attributes).flatMap<object>(([key, value]) => {
    if (value === undefined) return []
    if (typeof value === 'number') return [{ key, value: { doubleValue: value } }]
    return [{ key, value: typeof value === 'boolean' ? { boolValue: value } : { stringValue: value } }]
  })
}
