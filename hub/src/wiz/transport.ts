import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Agent, request as call, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import type { AllowedHost } from '../config.ts'
import { Fatal, Refused, Retriable, Skippable } from '../errors.ts'
import { networkFailure, systemCodeOf } from './network-failure.ts'
import { isLoopback, mayCall } from './url.ts'

/** One HTTP call to Wiz. */
export interface TransportRequest {
  url: URL
  method?: 'GET' | 'POST' | 'PUT'
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal | undefined
  /** Called when there is a connection and the call is about to be written to it; what it throws prevents that. */
  onSending?: (() => void) | undefined
}

/** What came back, decoded and whole. */
export interface TransportResponse {
  status: number
  headers: Record<string, string>
  /** In UTF-8, whatever came. */
  body: Buffer
  ms: number
}

/** The only way out: calls Wiz's own hosts, loopback and listed hosts, and follows no redirect. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>
  readonly allowHosts: readonly AllowedHost[]
  close(): Promise<void>
}

/** What decides where and how calls go out. */
export interface TransportOptions {
  /** Hosts that may be called besides Wiz's own. */
  allowHosts?: readonly AllowedHost[]
  /** URL of an HTTP(S) proxy; loopback is always called directly. */
  proxy?: string | undefined
  /** Hosts not to be reached through the proxy, in the form of NO_PROXY. */
  noProxy?: string | undefined
  timeoutMs?: number
  maxBytes?: number
  userAgent: string
}

/** The identity Wiz gives to integrations its customers build themselves. */
export const customIntegrationId = '55c176cc-d155-43a2-98ed-aa56873a1ca1'

/** The User-Agent by which Wiz asks integrations to identify themselves. */
export function userAgentOf(version: string): string {
  return `${customIntegrationId}/wizbridge/${version}`
}

const unzip = promisify(gunzip)
const mebibyte = 1024 * 1024

/** Opens a keep-alive transport; the time limit is just below the 120 s at which Wiz's gateway cuts a request. */
export function createTransport(options: TransportOptions): Transport {
  const { allowHosts = [], proxy, timeoutMs = 115_000, maxBytes = 128 * mebibyte, userAgent } = options
  const { direct, outward } = dispatchersFor(options, timeoutMs)

  async function send(request: TransportRequest): Promise<TransportResponse> {
    const { url, method = 'POST', body, signal, onSending } = request
    if (!mayCall(url, allowHosts)) {
      throw new Refused(
        'host-not-allowed',
        `Calls to ${url.host} are not allowed: list it among the allowed hosts if it is meant to be called.`,
      )
    }
    signal?.throwIfAborted()
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), timeoutMs)
    const stop = () => limit.abort()
    signal?.addEventListener('abort', stop, { once: true })
    const began = performance.now()
    try {
      const answer = await call(url, {
        dispatcher: isLoopback(url.hostname) ? direct : outward,
        method,
        headers: { 'accept-encoding': 'gzip', accept: 'application/json', 'user-agent': userAgent, ...request.headers },
        body: body ?? null,
        opaque: onSending,
        signal: limit.signal,
      })
      if (answer.statusCode >= 300 && answer.statusCode < 400 && answer.statusCode !== 304) {
        // Throwing an unread body away is an error to undici, and one that nobody would catch.
        answer.body.once('error', () => {}).destroy()
        throw redirected(url, answer.headers.location)
      }
      const length = Math.max(0, Number(answer.headers['content-length']) || 0)
      const raw = await collect(answer.body, length, maxBytes)
      const plain = await decode(raw, String(answer.headers['content-encoding'] ?? ''), maxBytes)
      const ms = performance.now() - began
      const headers = flat(answer.headers)
      return { status: answer.statusCode, headers, body: isUtf8(plain) ? plain : Buffer.from(plain.toString()), ms }
    } catch (error) {
      signal?.throwIfAborted()
      if (limit.signal.aborted) throw tooSlow(url, timeoutMs)
      throw networkFailure(error, url, proxy !== undefined && !isLoopback(url.hostname))
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  return { send, allowHosts, close: async () => void (await Promise.all([direct.destroy(), outward.destroy()])) }
}

function dispatchersFor({ proxy, noProxy = '' }: TransportOptions, timeoutMs: number) {
  const settings = {
    allowH2: false,
    connections: 64,
    pipelining: 1,
    headersTimeout: timeoutMs + 1000,
    bodyTimeout: timeoutMs + 1000,
    connect: { timeout: 15_000 },
  }
  const direct: Dispatcher = new Agent(settings).compose(tellSending)
  const outward: Dispatcher = proxy
    ? new EnvHttpProxyAgent({ ...settings, httpProxy: proxy, httpsProxy: proxy, noProxy }).compose(tellSending)
    : direct
  return { direct, outward }
}

/** Calls what a request carries along, once it has got its connection. */
const tellSending: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { opaque: onSending } = options as { opaque?: () => void }
  const { onRequestStart } = handler
  handler.onRequestStart = (controller, context) => {
    onSending?.()
    onRequestStart?.call(handler, controller, context)
  }
  return dispatch(options, handler)
}

async function collect(body: AsyncIterable<Buffer>, length: number, maxBytes: number): Promise<Buffer> {
  if (length > maxBytes) throw tooLarge(maxBytes)
  // Room for all of it from the start, where Wiz says how much that is: a page is large, and is then in memory only once.
  let room = Buffer.allocUnsafeSlow(length || 64 * 1024)
  let size = 0
  for await (const chunk of body) {
    const end = size + chunk.byteLength
    if (end > maxBytes) throw tooLarge(maxBytes)
    if (end > room.byteLength) room = Buffer.concat([room.subarray(0, size)], Math.max(2 * room.byteLength, end))
    chunk.copy(room, size)
    size = end
  }
  return room.subarray(0, size)
}

async function decode(raw: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  if (encoding === '' || encoding === 'identity' || raw.byteLength === 0) return raw
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new Fatal(
      'not-wiz',
      `The answer is encoded as something that was not asked for: is there a proxy in between?`,
    )
  }
  // Large chunks keep the number of trips between the thread that inflates and the event loop small.
  const chunkSize = Math.min(4 * mebibyte, Math.max(64 * 1024, raw.byteLength * 8))
  try {
    return await unzip(raw, { maxOutputLength: maxBytes, chunkSize })
  } catch (error) {
    if (systemCodeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new Retriable('connection-reset', 'The compressed answer arrived damaged; it is asked again.', {
      cause: error,
    })
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const name in headers) out[name] = String(headers[name])
  return out
}

function tooLarge(maxBytes: number): Skippable {
  const size = Math.round(maxBytes / mebibyte)
  return new Skippable('answer-too-large', `The answer is larger than ${size} MiB: ask for fewer rows at a time.`)
}

function redirected(from: URL, location: string | string[] | undefined): Fatal {
  const target = URL.parse(String(location ?? ''), from.href)?.host || 'an unnamed host'
  return new Fatal(
    'redirect',
    `${from.host} redirects to ${target}, which is not followed: check the URL, and whether a proxy or sign-in page is in between.`,
    { details: { host: from.host, target } },
  )
}

function tooSlow(url: URL, timeoutMs: number): Retriable {
  const seconds = Math.round(timeoutMs / 1000)
  return new Retriable('timeout', `${url.host} did not answer within ${seconds} s.`, { details: { host: url.host } })
}
