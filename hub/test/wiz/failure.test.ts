import { describe, expect, it } from 'vitest'
import { failureOf, problemsOf, retryAfterOf, type WizAnswer } from '../../src/wiz/failure.ts'

const graphql = (message: string, code?: string, more: object = {}): unknown => ({
  data: null,
  errors: [{ message, ...(code && { extensions: { code } }), ...more }],
})
const answer = (json: unknown, status = 200, headers: Record<string, string> = {}): WizAnswer => ({
  status,
  headers,
  json,
})
const html = { 'content-type': 'text/html' }

describe('a failure of Wiz', () => {
  it.each<[string, WizAnswer, string, string]>([
    ['a rate limit by code', answer(graphql('slow', 'RATE_LIMIT_EXCEEDED')), 'rate-limited', 'Retriable'],
    ['a rate limit by text alone', answer(graphql('Rate limit exceeded')), 'rate-limited', 'Retriable'],
    ['HTTP 429 with errors', answer(graphql('Rate limit exceeded'), 429), 'rate-limited', 'Retriable'],
    [
      'a rate limit in the words of a page',
      { ...answer(undefined, 403, html), words: '<h1>Rate limit exceeded</h1>' },
      'rate-limited',
      'Retriable',
    ],
    [
      'a rate limit in the words of a gateway',
      answer({ message: 'Too Many Requests' }, 400),
      'rate-limited',
      'Retriable',
    ],
    ['HTTP 429 without a body', answer(undefined, 429), 'rate-limited', 'Retriable'],
    [
      'a rate limit beside data',
      answer({ data: { page: { nodes: [] } }, errors: [{ message: 'Rate limit exceeded' }] }),
      'rate-limited',
      'Retriable',
    ],
    ['UNAUTHENTICATED', answer(graphql('no', 'UNAUTHENTICATED')), 'not-authenticated', 'Fatal'],
    ['an expired token by text', answer(graphql('jwt expired')), 'not-authenticated', 'Fatal'],
    ['401 of the gateway', answer({ message: 'Unauthorized' }, 401), 'not-authenticated', 'Fatal'],
    ['401 with UNAUTHORIZED', answer(graphql('no', 'UNAUTHORIZED'), 401), 'not-authenticated', 'Fatal'],
    ['a missing scope', answer(graphql('access denied', 'UNAUTHORIZED')), 'missing-scope', 'Refused'],
    ['a missing scope by text', answer(graphql('access denied')), 'missing-scope', 'Refused'],
    ['an IP that is not allowed', answer(graphql('no', 'FORBIDDEN_IP'), 403), 'ip-not-allowed', 'Fatal'],
    ['FORBIDDEN', answer(graphql('no', 'FORBIDDEN')), 'forbidden', 'Refused'],
    ['403 of the gateway', answer(undefined, 403, html), 'forbidden', 'Refused'],
    ['a missing object', answer(graphql('Resource not found', 'NOT_FOUND')), 'not-found', 'Refused'],
    ['a missing object by text', answer(graphql('record not found for id', 'INTERNAL')), 'not-found', 'Refused'],
    [
      'a bad id',
      answer({
        data: { issue: null },
        errors: [{ message: 'id must be a valid service issue id', extensions: { code: 'BAD_USER_INPUT' } }],
      }),
      'bad-input',
      'Refused',
    ],
    ['an internal error', answer(graphql('oops! an internal error has occurred')), 'wiz-internal', 'Retriable'],
    ['INTERNAL', answer(graphql('x', 'INTERNAL')), 'wiz-internal', 'Retriable'],
    ['500', answer(undefined, 500, html), 'wiz-internal', 'Retriable'],
    ['502', answer(undefined, 502, html), 'unavailable', 'Retriable'],
    ['503', answer(undefined, 503, html), 'unavailable', 'Retriable'],
    ['504', answer(undefined, 504, html), 'timeout', 'Retriable'],
    ['599', answer(undefined, 599, html), 'unavailable', 'Retriable'],
    [
      'an unknown field',
      answer(graphql('Cannot query field "x" on type "Y".', 'GRAPHQL_VALIDATION_FAILED'), 400),
      'schema-drift',
      'Skippable',
    ],
    [
      'an unknown field as bad input',
      answer(graphql('Cannot query field "x" on type "Y".', 'BAD_USER_INPUT'), 400),
      'schema-drift',
      'Skippable',
    ],
    ...[
      'Field "x" of type "[Y!]!" must have a selection of subfields.',
      'Field "x" must not have a selection since type "Y" has no subfields.',
      'Field "x" argument "y" of type "Z!" is required, but it was not provided.',
      'Fields "x" conflict because they return conflicting types Y and Z.',
    ].map((message): [string, WizAnswer, string, string] => [
      message,
      answer({ errors: [{ message }] }, 422),
      'schema-drift',
      'Skippable',
    ]),
    ['a complex query', answer(graphql('query is too complex', 'BAD_USER_INPUT')), 'query-too-heavy', 'Skippable'],
    ['a query that timed out inside', answer(graphql('request timed out', 'INTERNAL')), 'query-too-heavy', 'Skippable'],
    ['413', answer(undefined, 413), 'query-too-heavy', 'Skippable'],
    ['422', answer({ message: 'Unprocessable' }, 422), 'query-refused', 'Skippable'],
    ['400 without a reason', answer(undefined, 400), 'query-refused', 'Skippable'],
    ['404', answer(undefined, 404, html), 'not-wiz', 'Fatal'],
    ['a sign-in page', answer(undefined, 200, html), 'not-wiz', 'Fatal'],
    ['JSON of somebody else', answer({ hello: 'world' }), 'not-wiz', 'Fatal'],
    ['a list', answer([]), 'not-wiz', 'Fatal'],
    [
      'JSON cut short',
      answer(undefined, 200, { 'content-type': 'application/json; charset=utf-8' }),
      'damaged-answer',
      'Retriable',
    ],
    ['null without an error', answer({ data: null }), 'no-data', 'Retriable'],
    ['an unknown complaint', answer(graphql('the moon is full', 'MOON')), 'unknown-error', 'Skippable'],
  ])('CON-4 such as %s has one code and a next step', (_, given, code, name) => {
    const failure = failureOf(given)
    expect(failure).toMatchObject({ code, name })
    expect(failure?.message).toMatch(/[.:;]/)
  })

  it('CON-4 is none where data came, with or without complaints', () => {
    const partial = {
      data: { page: { nodes: [1] }, other: null },
      errors: [{ message: 'oops! an internal error has occurred', path: ['other'] }],
    }
    expect(failureOf(answer(partial))).toBeNull()
    expect(problemsOf(answer(partial))).toEqual([
      { code: 'wiz-internal', message: 'oops! an internal error has occurred', path: ['other'] },
    ])
    expect(failureOf(answer({ data: { issue: null } }))).toBeNull()
  })

  it('CON-4 of a part of a mutation leaves what was done in place', () => {
    const half = answer({ data: { a: { id: 1 }, b: null }, errors: [{ message: 'Rate limit exceeded', path: ['b'] }] })
    expect(failureOf(half)).toMatchObject({ code: 'rate-limited' })
    expect(failureOf(half, { mutation: true })).toBeNull()
  })

  it.each<[string, WizAnswer, number | undefined]>([
    ['the extension', answer(graphql('Rate limit exceeded', undefined, { extensions: { retryAfter: 2.5 } })), 2500],
    ['a header in seconds', answer(undefined, 429, { 'retry-after': '7' }), 7000],
    ['a header with a date', answer(undefined, 429, { 'retry-after': 'Tue, 14 Nov 2023 22:13:25 GMT' }), 5000],
    ['a date gone by', answer(undefined, 429, { 'retry-after': 'Mon, 13 Nov 2023 22:13:25 GMT' }), 0],
    ['nonsense', answer(undefined, 429, { 'retry-after': 'soon' }), undefined],
    ['nothing', answer(undefined, 429), undefined],
  ])('ING-11 says how long to wait by %s', (_, given, ms) => {
    expect(retryAfterOf(given, 1_700_000_000_000)).toBe(ms)
  })

  it('CON-4 names the scope and the request id where Wiz does', () => {
    const id = '0f8b6c1e-1111-4222-8333-abcdefabcdef'
    const scoped = failureOf(
      answer(
        graphql('access denied, at least one of the required scopes is missing: read:issues', 'UNAUTHORIZED', {
          path: ['page'],
        }),
      ),
    )
    expect(scoped).toMatchObject({ code: 'missing-scope', details: { scopes: ['read:issues'] } })
    expect(scoped?.message).toContain('add the scope read:issues')
    const internal = failureOf(
      answer(graphql(`oops! an internal error has occurred. for reference purposes, this is your request id: ${id}`)),
    )
    expect(internal?.details.requestId).toBe(id)
    expect(failureOf(answer(undefined, 502, { 'x-request-id': 'req-77' }))?.message).toContain('req-77')
  })

  it('CON-6 shows what Wiz says without secrets, control characters and excess', () => {
    const hide = (text: string) => text.replaceAll('canary', '…')
    const failure = failureOf(answer(graphql(`bad\u0000 \u001b[31m canary ${'x'.repeat(5000)}`)), { hide })
    expect(failure?.message).not.toMatch(/canary|\p{Cc}/u)
    expect(failure?.message.length).toBeLessThan(700)
    expect(JSON.stringify(failure?.details)).not.toContain('canary')
  })
})
