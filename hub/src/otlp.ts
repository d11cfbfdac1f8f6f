import type { OtlpConfig } from './config.ts'
import { type Log, redactValue } from './log.ts'
import type { SpanAttributes } from './telemetry.ts'

/** A piece of work that is over. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string | undefined
  readonly name: string
  readonly startedAt: number
  readonly isServer?: boolean | undefined
  readonly failed?: boolean | undefined
  readonly attributes: SpanAttributes
}

/** The way to a collector. */
export interface Exporter {
  add(span: Span): void
  /** Sends what has not been sent. */
  close(): Promise<void>
}

const FLUSH_MS = 5_000
const SEND_MS = 5_000
// What a collector that is away costs at most.
const MOST_WAITING = 4_096
const INTERNAL = 1
const SERVER = 2
const FAILED = 2

/** Opens the way to a collector, by OTLP over HTTP in JSON; why not by the SDK: docs/decisions/0009. */
export function openExporter({ endpoint, headers, serviceName }: OtlpConfig, log: Log, version: string): Exporter {
  // What cannot be sent is quoted by the error that says so.
  Object.values(headers).forEach(redactValue)
  const resource = { attributes: pairs({ 'service.name': serviceName, 'service.version': version }) }
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

  const timer = setInterval(flush, FLUSH_MS).unref()
  return {
    add(span) {
      if (waiting.length < MOST_WAITING) waiting.push(written(span))
    },
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

/** A span that ends now, as OTLP writes it. */
function written({ startedAt, isServer, failed, attributes, ...span }: Span): object {
  return {
    ...span,
    kind: isServer ? SERVER : INTERNAL,
    startTimeUnixNano: nanos(startedAt),
    endTimeUnixNano: nanos(Date.now()),
    attributes: pairs(attributes),
    ...(failed && { status: { code: FAILED } }),
  }
}

function nanos(ms: number): string {
  return `${Math.round(ms)}000000`
}

function pairs(attributes: SpanAttributes): object[] {
  return Object.entries(attributes).flatMap<object>(([key, value]) => {
    return value === undefined ? [] : [{ key, value: typed(value) }]
  })
}

function typed(value: string | number | boolean): object {
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'string') return { stringValue: value }
  // Whole numbers have 64 bits there, more than numbers in JSON are sure to keep.
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
