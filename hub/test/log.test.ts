import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fatal } from '../src/errors.ts'
import { createLog, redact, redactValue, scrub } from '../src/log.ts'

function capture() {
  const lines: string[] = []
  const log = createLog({ level: 'debug', to: { write: (line) => lines.push(line) } })
  const last = () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>
  return { log, lines, last }
}

describe('createLog', () => {
  it('RUN-5 writes JSON lines with level, time and message, and keeps quiet below its level', () => {
    const { log, lines, last } = capture()
    log.trace('not this')
    log.info({ rows: 3 }, 'stored')
    expect(lines).toHaveLength(1)
    expect(last()).toMatchObject({ level: 'info', rows: 3, msg: 'stored' })
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it('RUN-5 marks child lines with run and connection, and hides secrets in the mark itself', () => {
    const { log, last } = capture()
    log.child({ runId: 'r1', connectionId: 'c1', apiKey: 'k-123' }).child({ kind: 'issue' }).warn('slow')
    expect(last()).toMatchObject({ runId: 'r1', connectionId: 'c1', apiKey: '[redacted]', kind: 'issue', msg: 'slow' })
  })

  it('CON-6 hides secret-looking keys at any depth, in errors and in their causes', () => {
    const { log, lines, last } = capture()
    const cause = Object.assign(new Error('refused'), { config: { headers: { Authorization: 'Bearer hush-hush' } } })
    log.error({ err: new Fatal('x', 'It failed.', { cause, details: { client_secret: 'hush-hush' } }) }, 'failed')
    expect(lines.join()).not.toContain('hush-hush')
    expect(last().err).toMatchObject({ type: 'Fatal', code: 'x', message: 'It failed.', cause: { message: 'refused' } })
    log.error(new Error('alone'))
    expect(last()).toMatchObject({ msg: 'alone', err: { message: 'alone' } })
  })

  it('CON-6 hides registered values inside sentences, also when escaped', () => {
    const { log, lines } = capture()
    const secret = 'hush"\\ é/=hush'
    redactValue(secret)
    log.info({ note: `it is ${secret}` }, `the secret ${secret} of ${encodeURIComponent(secret)}`)
    expect(lines.join()).not.toMatch(/hush/)
    expect(scrub(secret)).toBe('[redacted]')
  })
})

describe('scrub', () => {
  it.each([
    ['postgres://wiz:pa@ss:word@db:5432/x failed', 'postgres://wiz:[redacted]@db:5432/x failed'],
    ['at http://proxy:3128/a:b@c', 'at http://proxy:3128/a:b@c'],
    ['sent Authorization: Bearer abc.def-123', 'sent Authorization: Bearer [redacted]'],
    ['authorization: basic dXNlcjpwYXNzd29yZA==', 'authorization: basic [redacted]'],
    ['a basic explanation of the bearer token', 'a basic explanation of the bearer token'],
  ])('%s', (before, after) => {
    expect(scrub(before)).toBe(after)
  })
})

describe('redact', () => {
  it.each([
    'clientSecret',
    'client_secret',
    'client-secret',
    'access_token',
    'refresh_token',
    'authorization',
    'Proxy-Authorization',
    'password',
    'apiKey',
    'masterKey',
    'WIZBRIDGE_MASTER_KEY',
    'set-cookie',
  ])('hides %s', (key) => {
    expect(redact({ a: [{ [key]: 'hush' }], [key]: { value: 'hush' } })).toEqual({
      a: [{ [key]: '[redacted]' }],
      [key]: '[redacted]',
    })
  })

  it('keeps what is no secret, and survives cycles, buffers, dates, maps and big integers', () => {
    const cyclic: Record<string, unknown> = { hasPassword: true, secret: null, tokenUrl: 'https://x', n: 1n }
    cyclic.self = cyclic
    cyclic.at = new Date(0)
    cyclic.bytes = Buffer.from('abc')
    cyclic.map = new Map([['a', 1]])
    expect(redact(cyclic)).toEqual({
      hasPassword: true,
      secret: null,
      tokenUrl: 'https://x',
      n: '1',
      self: '[…]',
      at: new Date(0),
      bytes: '[3 bytes]',
      map: [['a', 1]],
    })
  })

  it('CON-6 never lets a value under a secret key out, and leaves other JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.stringMatching(/^[a-z]{12}$/), (value, secret) => {
        const text = JSON.stringify(redact({ value, deep: [{ Client_Secret: { inner: secret } }] }))
        return !text.includes(secret)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null))), (value) => {
        expect(redact({ value })).toEqual({ value })
      }),
    )
  })
})
