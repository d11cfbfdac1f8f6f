import { setTimeout as sleep } from 'node:timers/promises'
import { Fatal, Refused, Retriable } from '../errors.ts'
import type { Operation } from '../operations/operation.ts'
import { showProgress } from '../operations/runs/progress.ts'
import type { TextStream } from '../operations/text-stream.ts'
import type { Executor } from './executor.ts'

const POLL_MS = 1000

/** Lets a server carry out the operations. */
export function openRemote(server: string, key: string | undefined): Executor {
  const base = baseOf(server)
  // Out of a file it comes with the end of its line.
  const apiKey = key?.trim()
  if (!apiKey) {
    throw new Refused('not-signed-in', 'A server wants to know who asks: add --api-key KEY, or set WIZBRIDGE_API_KEY.')
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new Refused('bad-api-key', 'This is no API key: it holds characters that no key has. Copy it again.')
  }
  const ask: Executor['ask'] = async (operation, input) => {
    const { method, url, body } = requestOf(operation, input, base)
    const headers = { authorization: `Bearer ${apiKey}`, ...(body && { 'content-type': 'application/json' }) }
    const response = await send(url, { method, headers, ...(body && { body }) })
    if (!response.ok) throw await failureOf(response, url)
    if (operation.streams) return streamOf(response, operation)
    return response.json().catch((cause: unknown) => Promise.reject(notWizbridge(response, url, cause)))
  }
  return {
    isLocal: false,
    ask,
    async work({ run }, { leaving }) {
      for (;;) {
        const { status } = (await ask(showProgress, { run })) as { status: string }
        if (status !== 'queued' && status !== 'running') return
        await sleep(POLL_MS, undefined, { signal: leaving })
      }
    },
    close: async () => undefined,
  }
}

function baseOf(server: string): URL {
  const url = URL.parse(server)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
    throw new Refused('bad-server', '--server must be an address such as https://wizbridge.example.com.')
  }
  const isHere = ['localhost', '[::1]'].includes(url.hostname) || /^127(\.\d{1,3}){3}$/.test(url.hostname)
  if (url.protocol === 'http:' && !isHere) {
    throw new Refused('not-https', 'The API key would travel in the clear: use an https:// address with --server.')
  }
  return new URL(`${url.pathname.replace(/\/+$/, '')}/api/v1`, url)
}

/** The HTTP request that an operation's own declaration makes of its inputs. */
export function requestOf(
  operation: Operation,
  input: Record<string, unknown>,
  base: URL,
): { method: string; url: URL; body: string | undefined } {
  const [method = 'GET', path = '/'] = operation.http.split(' ')
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    return encodeURIComponent(String(value))
  })
  const url = new URL(`${base.href}${filled}`)
  if (method !== 'GET' && method !== 'DELETE') return { method, url, body: JSON.stringify(Object.fromEntries(rest)) }
  for (const [name, value] of rest) for (const each of [value].flat()) url.searchParams.append(name, String(each))
  return { method, url, body: undefined }
}

async function send(url: URL, request: RequestInit): Promise<Response> {
  try {
    // A redirect would carry the key to wherever it leads.
    return await fetch(url, { ...request, redirect: 'error' })
  } catch (cause) {
    const next = 'Check --server, and that "wizbridge serve" runs there.'
    throw new Retriable('server-unreachable', `${url.host} cannot be reached. ${next}`, { cause })
  }
}

async function failureOf(response: Response, url: URL): Promise<Error> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Record<string, unknown>> | undefined
  const { code, detail, details } = problem ?? {}
  if (typeof code !== 'string' || typeof detail !== 'string') return notWizbridge(response, url)
  const options = { details: (details ?? {}) as Record<string, unknown> }
  return response.status < 500 ? new Refused(code, detail, options) : new Fatal(code, detail, options)
}

function notWizbridge({ status }: Response, { host }: URL, cause?: unknown): Fatal {
  return new Fatal('not-wizbridge', `${host} does not answer as Wizbridge does (HTTP ${status}). Check --server.`, {
    cause,
  })
}

function streamOf(response: Response, { name }: Operation): TextStream {
  const contentType = response.headers.get('content-type') ?? 'text/plain'
  return { contentType, fileName: name, chunks: textOf(response) }
}

async function* textOf({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const bytes of body ?? []) yield decoder.decode(bytes, { stream: true })
  yield decoder.decode()
}
