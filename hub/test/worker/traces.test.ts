import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type Fleet, openFleet } from './fleet.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startTimeUnixNano: string
  endTimeUnixNano: string
}

const spans: Span[] = []
const headers: unknown[] = []
let fleet: Fleet
let collector: Server

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    headers.push([request.url, request.headers['x-key']])
    for (const { scopeSpans } of JSON.parse(body).resourceSpans) {
      for (const scope of scopeSpans) spans.push(...scope.spans)
    }
    response.end('{}')
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  fleet = await openFleet({ issues: 30 })
})

afterAll(async () => {
  await fleet?.stop()
  collector?.closeAllConnections()
  collector?.close()
})

it('RUN-5 sends a trace of each run, with its calls inside it, and of each request', async () => {
  const { port } = collector.address() as AddressInfo
  const process = fleet.start('all', {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=some',
  })
  await process.logged('serving')
  const { url } = await process.logged('listening')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const runId = await fleet.sync(await fleet.connect('traced'))
  expect(await fleet.ended(runId)).toBe('complete')
  await process.logged('left the run', { runId })
  expect(await process.end('SIGTERM')).toBe(0)
  const run = await eventually('the span of the run', () => spans.find((span) => span.name === 'run'))
  const calls = spans.filter((span) => span.parentSpanId === run.spanId)
  expect(calls.length).toBeGreaterThan(5)
  expect(calls.filter((call) => call.traceId !== run.traceId || !call.name.startsWith('wiz '))).toEqual([])
  expect(BigInt(run.endTimeUnixNano)).toBeGreaterThan(BigInt(run.startTimeUnixNano))
  expect(spans.map((span) => span.name)).toContain('GET /healthz')
  expect(headers).toContainEqual(['/v1/traces', 'some'])
  expect(JSON.stringify(spans)).not.toContain(fleet.simulator.clientSecret)
})
