import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../answer.ts'

/** A request and the way to answer it. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  url: URL
  /** Resolves after the time, rejects when the client has gone. */
  wait(ms: number): Promise<void>
}

/** Opens an exchange. */
export function createExchange(request: IncomingMessage, response: ServerResponse, origin: string): Exchange {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return {
    request,
    response,
    url: new URL(request.url ?? '/', origin),
    wait: (ms) => sleep(ms, undefined, { signal: gone.signal }),
  }
}

/** Reads a request body; undefined when it is larger than the limit. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    // Read on to the end: who is still sending does not hear an early answer.
    if (size <= limit) chunks.push(chunk)
  }
  return size <= limit ? Buffer.concat(chunks) : undefined
}

/** Sends an answer and waits until it has left. */
export async function send(response: ServerResponse, { status, headers, body, sent }: Answer): Promise<void> {
  if (response.destroyed) return
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    response.end(body)
    if (!response.writableFinished) await Promise.race([once(response, 'finish'), once(response, 'close')])
    if (response.writableFinished) sent?.()
    return
  }
  response.writeHead(status, headers)
  await pipeline(Readable.from(body), response)
}

/** Reads the token of an Authorization header. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** The media type of the request body, without its parameters. */
export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** The same server under its other loopback name. */
export function otherOrigin(url: URL): string {
  return `${url.protocol}//${url.hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${url.port}`
}
