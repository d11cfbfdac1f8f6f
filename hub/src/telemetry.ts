import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { OtlpConfig } from './config.ts'
import { codeOf } from './errors.ts'
import type { Log } from './log.ts'
import { openExporter } from './otlp.ts'

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

const NOBODY: Telemetry = {
  span: (_name, _attributes, work) => work(() => undefined),
  ended: () => undefined,
  close: async () => undefined,
}

/** Opens telemetry for a collector, or for nobody. */
export function openTelemetry(config: OtlpConfig | undefined, log: Log, version: string): Telemetry {
  if (!config) return NOBODY
  const exporter = openExporter(config, log, version)
  const telemetry: Telemetry = {
    span(name, attributes, work) {
      const parent = within.getStore()?.place
      const place = placeIn(parent)
      const startedAt = Date.now()
      let noted: SpanAttributes = {}
      const end = (more: SpanAttributes, failed: boolean) =>
        exporter.add({
          ...place,
          parentSpanId: parent?.spanId,
          name,
          startedAt,
          failed,
          attributes: { ...attributes, ...noted, ...more },
        })
      return within.run({ telemetry, place }, async () => {
        try {
          const result = await work((more) => {
            noted = { ...noted, ...more }
          })
          end({}, false)
          return result
        } catch (error) {
          end({ 'error.type': codeOf(error) }, true)
          throw error
        }
      })
    },
    ended(name, attributes, { ms, isServer, failed }) {
      const parent = within.getStore()?.place
      const startedAt = Date.now() - ms
      exporter.add({ ...placeIn(parent), parentSpanId: parent?.spanId, name, startedAt, isServer, failed, attributes })
    },
    close: () => exporter.close(),
  }
  return telemetry
}

function placeIn(parent: Place | undefined): Place {
  return { traceId: parent?.traceId ?? randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') }
}
