import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Access } from '../access/access.ts'
import type { App } from '../app.ts'
import { Refused } from '../errors.ts'
import type { Operation } from '../operations/operation.ts'
import { perform } from '../operations/perform.ts'
import { callerOf } from './identify.ts'
import { coerceTexts, routeOf } from './read-input.ts'

const ENDED = new Set(['complete', 'partial', 'failed', 'cancelled'])
const MOST_AT_ONCE = 20

/** How often a run is looked at, and how often a silent line is kept alive, in milliseconds. */
export interface EventPace {
  look: number
  heartbeat: number
}

/** `GET /api/v1/runs/:id/events`: the progress of a run as server-sent events, up to its end. */
export function addRunEvents(
  server: FastifyInstance,
  options: { app: App; access: Access; progress: Operation; pace: EventPace; closing: AbortSignal },
): void {
  const { progress } = options
  const { path } = routeOf(progress)
  const streams = new Map<string, number>()
  server.get(
    `/api/v1${path.replace(/\/progress$/, '/events')}`,
    {
      exposeHeadRoute: false,
      schema: {
        operationId: 'runs.events',
        summary: 'Follow the progress of a run as server-sent events, up to its end.',
        tags: ['runs'],
        params: z.object(progress.input.shape),
        response: {
          204: z.null().describe('The run has ended, and that was told already.'),
          200: {
            description: 'Events named "progress", then one named "end".',
            content: { 'text/event-stream': { schema: z.string() } },
          },
        },
      },
      validatorCompiler: () => (value) => ({ value }),
      serializerCompiler: () => (value) => JSON.stringify(value),
    },
    async (request, reply) => {
      const { name } = callerOf(request)
      // Asked before the answer begins: what is refused is refused with a status.
      const first = await look(request, options)
      if (hasEnded(first) && request.headers['last-event-id'] === idOf(first)) return reply.code(204).send()
      const open = streams.get(name) ?? 0
      if (open >= MOST_AT_ONCE) throw new Refused('too-many-requests', `You follow ${open} runs already. Close some.`)
      streams.set(name, open + 1)
      const gone = new AbortController()
      reply.raw.once('close', () => {
        gone.abort()
        const left = (streams.get(name) ?? 1) - 1
        if (left > 0) streams.set(name, left)
        else streams.delete(name)
      })
      reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      })
      return reply.send(Readable.from(follow(request, options, first, AbortSignal.any([gone.signal, options.closing]))))
    },
  )
}

type Options = Parameters<typeof addRunEvents>[1]

async function* follow(request: FastifyRequest, options: Options, first: unknown, signal: AbortSignal) {
  const { look: every, heartbeat } = options.pace
  let last = request.headers['last-event-id']
  let spokeAt = Date.now()
  let run = first
  yield 'retry: 2000\n\n'
  while (!signal.aborted) {
    const id = idOf(run)
    if (id !== last) {
      yield `event: progress\nid: ${id}\ndata: ${JSON.stringify(run)}\n\n`
      last = id
      spokeAt = Date.now()
    } else if (Date.now() - spokeAt >= heartbeat) {
      yield ': still here\n\n'
      spokeAt = Date.now()
    }
    if (hasEnded(run)) {
      yield `event: end\nid: ${id}\ndata: ${JSON.stringify({ status: statusOf(run) })}\n\n`
      return
    }
    const next = await sleep(every, null, { signal })
      .then(() => look(request, options))
      .catch(() => undefined)
    // Whoever may no longer see the run is not told more; the browser asks again and hears why.
    if (next === undefined) return
    run = next
  }
}

async function look(request: FastifyRequest, { app, access, progress }: Options): Promise<unknown> {
  const identity = await access.identify(request.headers, request.ip)
  request.identity = identity
  const signal = AbortSignal.timeout(30_000)
  const input = coerceTexts(progress.input.shape, request.params as Record<string, unknown>)
  return perform(progress, { app, caller: callerOf(request), signal, address: request.ip }, input)
}

function idOf(run: unknown): string {
  return createHash('sha256').update(JSON.stringify(run)).digest('base64url').slice(0, 16)
}

function statusOf(run: unknown): unknown {
  return typeof run === 'object' && run !== null && 'status' in run ? run.status : undefined
}

function hasEnded(run: unknown): boolean {
  return ENDED.has(String(statusOf(run)))
}
