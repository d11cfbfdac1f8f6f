import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestServer, type TestServer } from './open-test-server.ts'

let test: TestServer
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'wizbridge-web-'))
  await mkdir(path.join(folder, 'assets'))
  await writeFile(
    path.join(folder, 'index.html'),
    '<meta property="csp-nonce" nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__">',
  )
  await writeFile(path.join(folder, 'assets', 'index-abc.js'), 'export {}')
  await writeFile(path.join(folder, 'icon.svg'), '<svg/>')
  test = await openTestServer({ webFolder: folder })
  await test.server.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await test.close()
  await rm(folder, { recursive: true, force: true })
})

const html = { accept: 'text/html,*/*' }

describe('the web user interface', () => {
  it.each([
    '/',
    '/findings',
    '/setup?token=x',
    '/connections/12/runs',
  ])('RUN-2 is one page at every address: %s', async (url) => {
    const response = await test.server.inject({ url, headers: html })
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(response.headers['cache-control']).toBe('no-cache')
  })

  it('may make its styles by a nonce that is new each time', async () => {
    const [one, two] = [await test.server.inject('/'), await test.server.inject('/')]
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(String(one.headers['content-security-policy']))?.[1]
    expect(one.body).toBe(`<meta property="csp-nonce" nonce="${nonce}"><style nonce="${nonce}">`)
    expect(one.body).not.toBe(two.body)
    expect(one.headers['content-security-policy']).toContain("script-src 'self';")
  })

  it('has assets that are kept for good, and other files that are not', async () => {
    const asset = await test.server.inject('/assets/index-abc.js')
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(asset.headers['content-type']).toContain('javascript')
    expect((await test.server.inject('/icon.svg')).headers['cache-control']).toBe('no-cache')
  })

  it.each([
    ['/api/v1/nothing', html],
    ['/assets/old.js', html],
    ['/findings', { accept: 'application/json' }],
    ['/..%2f..%2fetc%2fpasswd', { accept: '*/*' }],
    ['/assets/../../package.json', { accept: '*/*' }],
  ])('does not hide that something is missing: %s', async (url, headers) => {
    const response = await test.server.inject({ url, headers })
    expect(response.statusCode).toBeGreaterThanOrEqual(400)
    expect(response.json().code).toBeTypeOf('string')
  })

  it.each([
    '/../../etc/passwd',
    '/api/v1/%2e%2e/%2e%2e/metrics',
    '/assets/../../../package.json',
  ])('RUN-2 does not lead out of its folder, nor into the log of errors: %s', async (address) => {
    const { port } = test.server.server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1')
    // Clients tidy addresses before they send them; those who try things out do not.
    socket.end(`GET ${address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).toContain('"code":"bad-request"')
  })

  it('says so where it is not built', async () => {
    const bare = await openTestServer()
    const response = await bare.server.inject({ url: '/', headers: html })
    expect([response.statusCode, response.json().code]).toEqual([404, 'not-found'])
    await bare.close()
  })
})
