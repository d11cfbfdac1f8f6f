import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, Refused } from '../../src/errors.ts'
import { dataCentreOf, identityProviderFor, mayCall, normaliseApiUrl, regionProblem } from '../../src/wiz/url.ts'

const apiUrl = 'https://api.us17.app.wiz.io/graphql'

function refusal(action: () => unknown): Refused {
  try {
    action()
  } catch (error) {
    if (error instanceof Refused) return error
  }
  throw new Error('was not refused')
}

describe('an API URL as people paste it', () => {
  it.each([
    'https://api.us17.app.wiz.io/graphql',
    'https://api.us17.app.wiz.io/graphql/',
    'https://api.us17.app.wiz.io',
    'https://api.us17.app.wiz.io//',
    'api.us17.app.wiz.io',
    '//api.us17.app.wiz.io/graphql',
    'HTTPS://API.US17.APP.WIZ.IO/graphql',
    'https://api.us17.app.wiz.io:443/graphql?x=1#top',
    'https://api.us17.app.wiz.io./graphql',
    '  "https://api.us17.app.wiz.io/graphql"\r\n',
    '“https://api.us17.app.wiz.io/graphql”,',
    '<https://api.us17.app.wiz.io/graphql>.',
    '\u200bhttps://api.us17\u200d.app.\u00adwiz.io/graph\u2060ql\ufeff',
    'https://api.us17.app.wiz.io/\ngraphql',
  ])('CON-2 accepts %j', (pasted) => {
    expect(normaliseApiUrl(pasted).href).toBe(apiUrl)
  })

  it('CON-2 accepts whatever invisible characters and quotes surround it', () => {
    const noise = fc.array(
      fc.constantFrom(' ', '\t', '\n', '\u200b', '\ufeff', '\u00a0', '\u202e', '"', "'", '`', '<', '“'),
    )
    fc.assert(
      fc.property(noise, noise, fc.constantFrom('', '/', '/graphql', '/graphql/'), (before, after, path) => {
        const pasted = `${before.join('')}https://api.us17.app.wiz.io${path}${after.join('')}`
        expect(normaliseApiUrl(pasted).href).toBe(apiUrl)
      }),
    )
  })

  it.each([
    ['https://api.us2.app.wiz.us', 'https://api.us2.app.wiz.us/graphql'],
    ['https://api.app.wiz.io/graphql', 'https://api.app.wiz.io/graphql'],
    ['http://localhost:4000', 'http://localhost:4000/graphql'],
    ['localhost:4000/graphql', 'http://localhost:4000/graphql'],
    ['127.0.0.1:4000', 'http://127.0.0.1:4000/graphql'],
    ['http://[::1]:4000/tenant-a/', 'http://[::1]:4000/tenant-a/graphql'],
  ])('CON-2 makes %s into %s', (pasted, normal) => {
    expect(normaliseApiUrl(pasted).href).toBe(normal)
  })

  it.each([
    ['', 'api-url-missing'],
    ['\u200b "" ', 'api-url-missing'],
    ['https://', 'api-url-invalid'],
    ['http://api.us17.app.wiz.io', 'not-https'],
    ['ftp://api.us17.app.wiz.io', 'not-https'],
    ['javascript://api.us17.app.wiz.io', 'not-https'],
    ['https://user:hunter2@api.us17.app.wiz.io', 'credentials-in-url'],
    ['https://api.us17.app.wiz.io@evil.example', 'credentials-in-url'],
    ['https://auth.app.wiz.io/oauth/token', 'not-a-wiz-host'],
    ['https://app.wiz.io/user/tenant', 'not-a-wiz-host'],
    ['https://api.us17.app.wiz.io.evil.example/graphql', 'not-a-wiz-host'],
    ['https://api.us17.app.wiz.io:8443/graphql', 'not-a-wiz-host'],
    ['https://api.us17.app.wìz.io/graphql', 'not-a-wiz-host'],
    ['https://10.0.0.1/graphql', 'not-a-wiz-host'],
    ['https://api.us17.app.wiz.io/admin', 'wrong-path'],
  ])('CON-2 refuses %j as %s and says what to paste', (pasted, code) => {
    const error = refusal(() => normaliseApiUrl(pasted))
    expect(error.code).toBe(code)
    expect(error.message).toContain('https://api.us1.app.wiz.io/graphql')
    expect(error.message).not.toContain('hunter2')
  })

  it('CON-2 CON-7 accepts hosts its operator listed, at the listed port, over https only', () => {
    const allowHosts = [
      { host: 'wiz.example.com', port: 8443 },
      { host: 'any.example.com', port: undefined },
    ]
    expect(normaliseApiUrl('https://wiz.example.com:8443', { allowHosts }).href).toBe(
      'https://wiz.example.com:8443/graphql',
    )
    expect(normaliseApiUrl('any.example.com:9000/x/graphql', { allowHosts }).href).toBe(
      'https://any.example.com:9000/x/graphql',
    )
    expect(codeOf(refusal(() => normaliseApiUrl('https://wiz.example.com', { allowHosts })))).toBe('not-a-wiz-host')
    expect(codeOf(refusal(() => normaliseApiUrl('http://any.example.com', { allowHosts })))).toBe('not-https')
  })

  it('CON-2 never accepts a host that is not of Wiz', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), (url) => {
        expect(codeOf(refusal(() => normaliseApiUrl(url)))).not.toBe('internal')
      }),
    )
  })
})

describe('the identity provider', () => {
  const provider = (api: string, tokenUrl?: string) => {
    const { tokenUrl: url, audiences, name } = identityProviderFor({ apiUrl: new URL(api), tokenUrl })
    return [url.href, audiences, name]
  }

  it.each([
    ['https://api.us17.app.wiz.io/graphql', 'https://auth.app.wiz.io/oauth/token', 'cognito'],
    ['https://api.us2.app.wiz.us/graphql', 'https://auth.app.wiz.us/oauth/token', 'cognito'],
    ['https://api.app.wiz.io/graphql', 'https://auth.app.wiz.io/oauth/token', 'cognito'],
  ])('CON-2 of %s is %s unless told otherwise', (api, tokenUrl, name) => {
    expect(provider(api)).toEqual([tokenUrl, ['wiz-api'], name])
    expect(provider(api, ' ')).toEqual([tokenUrl, ['wiz-api'], name])
  })

  it.each([
    ['https://auth.app.wiz.io/oauth/token', 'cognito', 'wiz-api'],
    ['https://auth.gov.wiz.io/oauth/token', 'cognito', 'wiz-api'],
    ['https://auth.test.wiz.io/oauth/token', 'cognito', 'wiz-api'],
    ['https://auth.demo.wiz.io/oauth/token', 'cognito', 'wiz-api'],
    ['https://auth.app.wiz.us/oauth/token', 'cognito', 'wiz-api'],
    ['https://auth.gov.wiz.us/oauth/token', 'cognito', 'wiz-api'],
    ['https://auth.test.wiz.us/oauth/token', 'cognito', 'wiz-api'],
    ['https://auth.wiz.io/oauth/token', 'auth0', 'beyond-api'],
    ['https://auth0.gov.wiz.io/oauth/token', 'auth0', 'beyond-api'],
    ['https://auth0.test.wiz.io/oauth/token', 'auth0', 'beyond-api'],
    ['https://auth0.demo.wiz.io/oauth/token', 'auth0', 'beyond-api'],
  ])('CON-3 of %s is %s with audience %s', (tokenUrl, name, audience) => {
    expect(provider(apiUrl, tokenUrl)).toEqual([tokenUrl, [audience], name])
    expect(provider(apiUrl, ` ${tokenUrl.replace('https://', '').replace('/oauth/token', '')}`)).toEqual([
      tokenUrl,
      [audience],
      name,
    ])
  })

  it('CON-2 may be another one of commercial tenants: the old ones and those of the government share the API address', () => {
    const others = (api: string, tokenUrl?: string) =>
      identityProviderFor({ apiUrl: new URL(api), tokenUrl }).others?.map(({ tokenUrl: url, audiences, name }) => [
        url.href,
        ...audiences,
        name,
      ])
    expect(others(apiUrl)).toEqual([
      ['https://auth.wiz.io/oauth/token', 'beyond-api', 'auth0'],
      ['https://auth.gov.wiz.io/oauth/token', 'wiz-api', 'cognito'],
      ['https://auth0.gov.wiz.io/oauth/token', 'beyond-api', 'auth0'],
    ])
    expect(others('https://api.us2.app.wiz.us/graphql')).toBeUndefined()
    expect(others('http://127.0.0.1:4000/graphql')).toBeUndefined()
    expect(others(apiUrl, 'https://auth.app.wiz.io/oauth/token')).toBeUndefined()
  })

  it('CON-2 is asked for both audiences where its address does not tell which it takes', () => {
    expect(provider('http://127.0.0.1:4000/t/graphql')).toEqual([
      'http://127.0.0.1:4000/oauth/token',
      ['wiz-api', 'beyond-api'],
      'unknown',
    ])
    const listed = {
      apiUrl: new URL(apiUrl),
      tokenUrl: 'https://login.example.com/token',
      allowHosts: [{ host: 'login.example.com', port: undefined }],
    }
    expect(identityProviderFor(listed)).toMatchObject({ name: 'unknown', audiences: ['wiz-api', 'beyond-api'] })
  })

  it('CON-7 is never a host that is neither of Wiz nor listed', () => {
    expect(refusal(() => provider(apiUrl, 'https://auth.app.wiz.io.evil.example/oauth/token')).code).toBe(
      'not-a-wiz-token-host',
    )
    expect(refusal(() => provider(apiUrl, 'http://auth.app.wiz.io/oauth/token')).code).toBe('not-https')
  })
})

describe('the region', () => {
  it('CON-4 is read from the API URL', () => {
    expect(dataCentreOf(new URL(apiUrl))).toBe('us17')
    expect(dataCentreOf(new URL('https://api.app.wiz.io/graphql'))).toBeNull()
  })

  it('CON-4 must be the same everywhere, and the sentence says what to use', () => {
    const commercial = { apiUrl: new URL(apiUrl), tokenUrl: new URL('https://auth.app.wiz.io/oauth/token') }
    expect(regionProblem({ ...commercial, dataCentre: 'us17' })).toBeNull()
    expect(regionProblem(commercial)).toBeNull()
    expect(regionProblem({ ...commercial, dataCentre: 'eu2' })).toContain('https://api.eu2.app.wiz.io/graphql')
    expect(regionProblem({ ...commercial, tokenUrl: new URL('https://auth.app.wiz.us/oauth/token') })).toContain(
      'wiz.us',
    )
  })
})

describe('the way out', () => {
  it.each([
    ['https://api.eu1.app.wiz.io/graphql', true],
    ['https://auth.app.wiz.us/oauth/token', true],
    ['http://127.0.0.1:1/x', true],
    ['https://listed.example.com/x', true],
    ['http://listed.example.com/x', false],
    ['https://other.example.com/x', false],
    ['https://169.254.169.254/latest/meta-data', false],
    ['https://u:p@api.eu1.app.wiz.io/graphql', false],
    ['file:///etc/passwd', false],
    ['http://127.0.0.1.evil.example/', false],
  ])('CON-7 of %s is open: %s', (url, open) => {
    expect(mayCall(new URL(url), [{ host: 'listed.example.com', port: undefined }])).toBe(open)
  })
})
