import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { codeOf, Retriable } from '../../src/errors.ts'
import { networkFailure } from '../../src/wiz/network-failure.ts'
import { createTransport, type TransportOptions, type TransportRequest, userAgentOf } from '../../src/wiz/transport.ts'

type Handle = Parameters<typeof createServer>[1]

async function serve(handle: Handle) {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`)
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return { url, [Symbol.asyncDispose]: close }
}

const open = (options: Partial<TransportOptions> = {}) =>
  createTransport({ userAgent: userAgentOf('1.2.3'), ...options })
const failing = (request: TransportRequest, options?: Partial<TransportOptions>) =>
  open(options)
    .send(request)
    .then(
      () => {
        throw new Error('did not fail')
      },
      (error: unknown) => error as Error & { details?: Record<string, unknown> },
    )

describe('the transport', () => {
  it('CON-7 identifies the integration as Wiz asks, and decodes gzip', async () => {
    const seen: unknown[] = []
    const text = JSON.stringify({ name: 'Grüße 🚀'.repeat(20_000) })
    await using server = await serve((request, response) => {
      seen.push(request.headers['user-agent'], request.headers['accept-encoding'], request.method)
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
      response.end(gzipSync(text))
    })
    const answer = await open().send({ url: server.url, body: '{}' })
    expect(seen).toEqual(['55c176cc-d155-43a2-98ed-aa56873a1ca1/wizbridge/1.2.3', 'gzip', 'POST'])
    expect(answer.body.toString()).toBe(text)
  })

  it('ING-11 tells when a call is about to go out, and keeps it back where that is refused', async () => {
    const calls: string[] = []
    await using server = await serve((_request, response) => {
      calls.push('arrived')
      response.end('{}')
    })
    const transport = open()
    await transport.send({ url: server.url, body: '{}', onSending: () => calls.push('going out') })
    expect(calls).toEqual(['going out', 'arrived'])
    const onSending = () => {
      throw new Retriable('turn-missed', 'too late')
    }
    const kept = transport.send({ url: server.url, body: '{}', onSending })
    await expect(kept).rejects.toMatchObject({ code: 'turn-missed' })
    await transport.send({ url: server.url, body: '{}' })
    expect(calls).toEqual(['going out', 'arrived', 'arrived'])
  })

  it('CON-7 follows no redirect, so that credentials go nowhere else', async () => {
    let followed = 0
    await using target = await serve((_, response) => {
      followed += 1
      response.end('{}')
    })
    for (const status of [301, 302, 303, 307, 308]) {
      await using server = await serve((_, response) => {
        response.writeHead(status, { location: `${target.url.href}?token=in-the-url` })
        response.end()
      })
      const error = await failing({ url: server.url, headers: { authorization: 'Bearer x' } })
      expect(error).toMatchObject({ code: 'redirect' })
      expect(error.message).toContain(target.url.host)
      expect(error.message).not.toContain('in-the-url')
    }
    expect(followed).toBe(0)
  })

  it.each([
    'https://example.com/graphql',
    'http://api.us1.app.wiz.io/graphql',
    'https://169.254.169.254/',
  ])('CON-7 does not call %s', async (url) => {
    expect(await failing({ url: new URL(url) })).toMatchObject({ code: 'host-not-allowed' })
  })

  it('CON-7 refuses a body that is too large, compressed or not', async () => {
    const large = Buffer.alloc(3_000_000, 'x')
    await using plain = await serve((_, response) => response.end(large))
    await using packed = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(large))
    })
    for (const { url } of [plain, packed]) {
      expect(await failing({ url }, { maxBytes: 1_000_000 })).toMatchObject({ code: 'answer-too-large' })
    }
  })

  it('CON-7 calls what is damaged or encoded strangely by its name', async () => {
    await using damaged = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync('x'.repeat(1000)).subarray(0, 15))
    })
    await using strange = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'br' })
      response.end('x')
    })
    await using cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{')
      setImmediate(() => response.destroy())
    })
    expect(await failing(damaged)).toMatchObject({ code: 'connection-reset' })
    expect(await failing(strange)).toMatchObject({ code: 'not-wiz' })
    expect(await failing(cut)).toMatchObject({ code: 'connection-reset' })
    await using cutChunk = await serve((_, response) => {
      response.writeHead(200)
      response.write('{'.repeat(1000))
      setImmediate(() => response.socket?.end())
    })
    expect(await failing(cutChunk)).toMatchObject({ code: 'connection-reset' })
  })

  it('CON-4 tells a refused connection, a name without an address, a stranger and a slow server apart', async () => {
    let gone: URL
    {
      await using server = await serve((_, response) => response.end())
      gone = server.url
    }
    expect(await failing({ url: gone })).toMatchObject({ code: 'connection-refused' })

    const nowhere = { host: 'no-such-host.invalid', port: undefined }
    const unnamed = await failing({ url: new URL('https://no-such-host.invalid/graphql') }, { allowHosts: [nowhere] })
    expect(unnamed).toMatchObject({ code: 'dns' })

    const stranger = createSocketServer((socket) => {
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')).on('error', () => {})
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const { port } = stranger.address() as AddressInfo
    expect(await failing({ url: new URL(`http://127.0.0.1:${port}/`) })).toMatchObject({ code: 'not-wiz' })
    expect(await failing({ url: new URL(`https://127.0.0.1:${port}/`) })).toMatchObject({ code: 'tls' })
    stranger.close()

    await using slow = await serve(() => {})
    expect(await failing({ url: slow.url }, { timeoutMs: 200 })).toMatchObject({ code: 'timeout' })
  })

  it('CON-7 goes through the proxy to Wiz, says when that refuses or is away, and names no password', async () => {
    const connects: string[] = []
    const proxy = createServer()
    proxy.on('connect', (request, socket) => {
      connects.push(String(request.url))
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const url = new URL('https://api.us1.app.wiz.io/graphql')
    const options = { proxy: `http://user:hunter2@127.0.0.1:${port}` }
    const refused = await failing({ url }, options)
    expect(connects).toEqual(['api.us1.app.wiz.io:443'])
    expect(refused).toMatchObject({ code: 'proxy', name: 'Fatal' })
    await using local = await serve((_, response) => response.end('{}'))
    expect(String((await open(options).send({ url: local.url })).body)).toBe('{}')
    expect(connects).toHaveLength(1)
    await new Promise((resolve) => proxy.close(resolve))
    const away = await failing({ url }, options)
    expect(away).toMatchObject({ code: 'proxy', name: 'Retriable' })
    expect(JSON.stringify([refused, refused.stack, away, away.stack, String(away.cause)])).not.toContain('hunter2')
  })

  it('CON-7 stops at once when its caller does, and throws the reason', async () => {
    await using silent = await serve(() => {})
    const stop = new AbortController()
    const sent = failing({ url: silent.url, signal: stop.signal })
    setTimeout(() => stop.abort(new Error('no longer wanted')), 20)
    expect((await sent).message).toBe('no longer wanted')
    expect(codeOf(await failing({ url: silent.url, signal: stop.signal }))).toBe('internal')
  })

  it.each([
    ['ENOTFOUND', 'dns', 'Retriable'],
    ['EAI_AGAIN', 'dns', 'Retriable'],
    ['ECONNREFUSED', 'connection-refused', 'Retriable'],
    ['ENETUNREACH', 'connection-refused', 'Retriable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect-timeout', 'Retriable'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout', 'Retriable'],
    ['ECONNRESET', 'connection-reset', 'Retriable'],
    ['UND_ERR_SOCKET', 'connection-reset', 'Retriable'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'Fatal'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'Fatal'],
    ['CERT_HAS_EXPIRED', 'tls', 'Fatal'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'Fatal'],
    ['UND_ERR_HEADERS_OVERFLOW', 'not-wiz', 'Fatal'],
  ])('CON-4 reads %s as %s, however deep it sits', (system, code, name) => {
    const bare = Object.assign(new Error('low level'), { code: system })
    const url = new URL('https://api.us1.app.wiz.io/graphql')
    for (const error of [bare, new Error('outer', { cause: bare }), new AggregateError([bare])]) {
      expect(networkFailure(error, url, false)).toMatchObject({ code, name, cause: error })
    }
  })

  it('CON-7 blames the proxy for a connection that was to go through it', () => {
    const url = new URL('https://api.us1.app.wiz.io/graphql')
    for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_PRX_CONN']) {
      expect(networkFailure(Object.assign(new Error('x'), { code }), url, true)).toMatchObject({ code: 'proxy' })
    }
  })
})
