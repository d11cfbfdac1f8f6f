import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, HTTPMethods } from 'fastify'
import { z } from 'zod'
import type { App } from '../app.ts'
import type { Operation } from '../operations/operation.ts'
import { perform } from '../operations/perform.ts'
import type { TextStream } from '../operations/text-stream.ts'
import { callerOf } from './identify.ts'
import { problemSchema } from './problem.ts'
import { readInput, readsQuery, routeOf } from './read-input.ts'

const SECURITY: { [scheme: string]: string[] }[] = [{ apiKey: [] }, { session: [] }]

/** Adds a route for each operation. */
export function addOperationRoutes(server: FastifyInstance, app: App, operations: readonly Operation[]): void {
  for (const operation of operations) {
    const { method, path } = routeOf(operation)
    const status = statusOf(operation)
    server.route({
      method: method as HTTPMethods,
      url: `/api/v1${path}`,
      exposeHeadRoute: method === 'GET' && !operation.streams,
      schema: schemaOf(operation, status),
      // The operation judges its input as a whole; the schemas here are for the documentation.
      validatorCompiler: () => (value) => ({ value }),
      serializerCompiler: () => (value) => JSON.stringify(value),
      handler: async (request, reply) => {
        const caller = callerOf(request)
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const asking = { app, caller, signal: gone.signal, address: request.ip }
        const result = await perform(operation, asking, readInput(operation, request))
        return operation.streams ? sendStream(reply, result as TextStream) : reply.code(status).send(result)
      },
    })
  }
}

function sendStream(reply: FastifyReply, { contentType, fileName, chunks }: TextStream): FastifyReply {
  const name = fileName.replaceAll(/[^\w.-]/g, '_')
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Readable.from(chunks, { highWaterMark: 1 }))
}

function statusOf({ name }: Operation): number {
  const verb = name.split('.').at(-1)
  if (verb === 'create') return 201
  return verb === 'start' || verb === 'send' ? 202 : 200
}

function schemaOf(operation: Operation, status: number) {
  const { names } = routeOf(operation)
  const shape = Object.entries(operation.input.shape)
  const inPath = Object.fromEntries(shape.filter(([name]) => names.includes(name)))
  const rest = Object.fromEntries(shape.filter(([name]) => !names.includes(name)))
  const [resource = ''] = operation.name.split('.')
  return {
    operationId: operation.name,
    summary: operation.about,
    description: `Needs the role ${operation.access}.`,
    tags: [resource],
    security: SECURITY,
    ...(names.length > 0 ? { params: z.object(inPath) } : {}),
    ...(Object.keys(rest).length > 0 ? { [readsQuery(operation) ? 'querystring' : 'body']: z.object(rest) } : {}),
    response: {
      [status]: operation.streams
        ? {
            description: 'A file.',
            content: { 'text/csv': { schema: z.string() }, 'application/x-ndjson': { schema: z.string() } },
          }
        : { description: 'Done.', content: { 'application/json': { schema: operation.output } } },
      default: { description: 'What went wrong.', content: { 'application/problem+json': { schema: problemSchema } } },
    },
  }
}
