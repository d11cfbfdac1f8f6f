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
  attributes: { key: string; value: Record<string, string | number | boolean> }[]
}

const childrenOf = (parent: Span) =>
  spans.filter((span) => span.parentSpanId === parent.spanId && span.traceId === parent.traceId)
const attributesOf = (span: Span) =>
  Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

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

it('RUN-5 sends a trace of each run with its pages, calls and commits inside it, and of each request', async () => {
  const { port } = collector.address() as AddressInfo
  const process = fleet.start('all', {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=Bearer%20some%3D',
  })
  await process.logged('serving')
  const { url } = await process.logged('listening')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const runId = await fleet.sync(await fleet.connect('traced'))
  expect(await fleet.ended(runId)).toBe('complete')
  await process.logged('left the run', { runId })
  expect(await process.end('SIGTERM')).toBe(0)
  const run = await eventually('the span of the run', () => spans.find((span) => span.name === 'run'))
  expect(BigInt(run.endTimeUnixNano)).toBeGreaterThan(BigInt(run.startTimeUnixNano))
  expect(new Set(childrenOf(run).map(({ name }) => name.split(' ')[0]))).toEqual(new Set(['page', 'wiz']))

  const pages = childrenOf(run).filter(({ name }) => name === 'page')
  expect(pages.length).toBeGreaterThan(5)
  for (const page of pages) {
    const names = childrenOf(page).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['database commit', expect.stringMatching(/^wiz Wizbridge_/)])
  }
  const issues = pages.map(attributesOf).filter((page) => page['wizbridge.kind'] === 'issue')
  expect(issues).toContainEqual({
    'wizbridge.kind': 'issue',
    'wizbridge.part': 'all',
    'wizbridge.rows': String(fleet.simulator.world.snapshot('issuesV2').length),
    'wizbridge.bytes': expect.stringMatching(/^\d+$/),
  })
  const calls = spans.filter(({ name }) => name.startsWith('wiz '))
  expect(calls.length).toBeGreaterThan(pages.length)
  for (const call of calls) {
    // More than one where a busy machine missed a turn.
    const waits = childrenOf(call)
    expect(new Set(waits.map(({ name }) => name))).toEqual(new Set(['governor wait']))
    for (const wait of waits) expect(BigInt(wait.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(call.endTimeUnixNano))
  }

  expect(spans.map((span) => span.name)).toContain('GET /healthz')
  expect(headers).toContainEqual(['/v1/traces', 'Bearer some='])
  const sent = JSON.stringify(spans)
  for (const secret of [fleet.simulator.clientSecret, 'Bearer', 'eyJ', ...fleet.simulator.world.issues.ids()]) {
    expect(sent).not.toContain(secret)
  }
})
