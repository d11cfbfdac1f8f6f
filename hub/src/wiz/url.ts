import type { AllowedHost } from '../config.ts'
import { Refused } from '../errors.ts'

/** Who issues the tokens of a tenant, and for which audience. */
export interface IdentityProvider {
  tokenUrl: URL
  /** Tried in turn; more than one only where the provider cannot be told from its address. */
  audiences: string[]
  name: 'cognito' | 'auth0' | 'unknown'
  /** Where else the service account may live; asked only where this one does not know it. */
  others?: IdentityProvider[]
}

const apiHost = /^api\.([a-z0-9][a-z0-9-]*)\.app\.wiz\.(?:io|us)$/
const legacyApiHost = 'api.app.wiz.io'
const example = 'https://api.us1.app.wiz.io/graphql'
const whereToLook = `Paste the API Endpoint URL that Wiz shows under User Profile > Tenant Info, for example ${example}.`

const cognitoHosts = new Set([
  'auth.app.wiz.io',
  'auth.gov.wiz.io',
  'auth.test.wiz.io',
  'auth.demo.wiz.io',
  'auth.app.wiz.us',
  'auth.gov.wiz.us',
  'auth.test.wiz.us',
])
const auth0Hosts = new Set(['auth.wiz.io', 'auth0.gov.wiz.io', 'auth0.test.wiz.io', 'auth0.demo.wiz.io'])
// The API address is the same for all of these; which one knows a service account depends on when and where it was made.
const othersOfIo = ['auth.wiz.io', 'auth.gov.wiz.io', 'auth0.gov.wiz.io']
const audienceOf = { cognito: 'wiz-api', auth0: 'beyond-api' }

/** The address of a tenant's GraphQL endpoint, made of what people paste. */
export function normaliseApiUrl(text: string, { allowHosts = [] }: { allowHosts?: readonly AllowedHost[] } = {}): URL {
  const url = parsePasted(text, 'api-url', whereToLook)
  const own = isLoopback(url.hostname) || isListed(url, allowHosts)
  if (!own && !isWizApi(url)) throw new Refused('not-a-wiz-host', `${hostMistake(url)} ${whereToLook}`)
  const path = url.pathname.replace(/\/+$/, '')
  if (!own && path !== '' && path !== '/graphql') {
    throw new Refused('wrong-path', `The Wiz API lives at /graphql, not at ${path}. ${whereToLook}`)
  }
  url.pathname = path.endsWith('/graphql') ? path : `${path}/graphql`
  return url
}

/** Where and for which audience tokens are asked: told by the token URL if given, by the API URL otherwise. */
export function identityProviderFor(options: {
  apiUrl: URL
  tokenUrl?: string | undefined
  allowHosts?: readonly AllowedHost[]
}): IdentityProvider {
  const { apiUrl, tokenUrl: pasted, allowHosts = [] } = options
  if (pasted?.trim()) return providerAt(normaliseTokenUrl(pasted, allowHosts))
  const provider = providerAt(defaultTokenUrl(apiUrl))
  if (!apiUrl.hostname.endsWith('.wiz.io')) return provider
  return { ...provider, others: othersOfIo.map((host) => providerAt(new URL(`https://${host}/oauth/token`))) }
}

function providerAt(tokenUrl: URL): IdentityProvider {
  const name = providerOf(tokenUrl)
  return { tokenUrl, name, audiences: name === 'unknown' ? Object.values(audienceOf) : [audienceOf[name]] }
}

/** The data centre an API address names (`us17`), if it names one. */
export function dataCentreOf(apiUrl: URL): string | null {
  return apiHost.exec(apiUrl.hostname)?.[1] ?? null
}

/** A sentence where the API URL, the token URL and the data centre inside the token do not belong together. */
export function regionProblem(facts: { apiUrl: URL; tokenUrl: URL; dataCentre?: string | null }): string | null {
  const { apiUrl, tokenUrl, dataCentre } = facts
  const suffixes = [apiUrl, tokenUrl].map((url) => /\.wiz\.(io|us)$/.exec(url.hostname)?.[1])
  if (suffixes[0] && suffixes[1] && suffixes[0] !== suffixes[1]) {
    return `The API URL is of wiz.${suffixes[0]} but the token URL of wiz.${suffixes[1]}: leave the token URL empty, or paste both from the same Wiz tenant.`
  }
  const named = dataCentreOf(apiUrl)
  if (named && dataCentre && named !== dataCentre) {
    return `The credentials belong to data centre ${dataCentre} but the API URL names ${named}: use https://${apiUrl.hostname.replace(`api.${named}.`, `api.${dataCentre}.`)}/graphql.`
  }
  return null
}

/** Whether the bridge may call this address at all: Wiz's own hosts, loopback and the hosts its operator listed. */
export function mayCall(url: URL, allowHosts: readonly AllowedHost[] = []): boolean {
  if (url.username || url.password) return false
  if (isLoopback(url.hostname)) return url.protocol === 'https:' || url.protocol === 'http:'
  if (url.protocol !== 'https:') return false
  return isWizApi(url) || isWizAuth(url) || isListed(url, allowHosts)
}

/** Whether a host name means this very machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

function normaliseTokenUrl(text: string, allowHosts: readonly AllowedHost[]): URL {
  const hint = 'Leave the token URL empty, or paste the one Wiz shows, for example https://auth.app.wiz.io/oauth/token.'
  const url = parsePasted(text, 'token-url', hint)
  if (!isWizAuth(url) && !isLoopback(url.hostname) && !isListed(url, allowHosts)) {
    throw new Refused('not-a-wiz-token-host', `${url.host} is not an identity provider of Wiz. ${hint}`)
  }
  if (url.pathname === '/') url.pathname = '/oauth/token'
  return url
}

function defaultTokenUrl(apiUrl: URL): URL {
  if (apiUrl.hostname.endsWith('.wiz.us')) return new URL('https://auth.app.wiz.us/oauth/token')
  if (apiUrl.hostname.endsWith('.wiz.io')) return new URL('https://auth.app.wiz.io/oauth/token')
  return new URL('/oauth/token', apiUrl.origin)
}

function providerOf(tokenUrl: URL): IdentityProvider['name'] {
  if (cognitoHosts.has(tokenUrl.hostname)) return 'cognito'
  return auth0Hosts.has(tokenUrl.hostname) ? 'auth0' : 'unknown'
}

function parsePasted(text: string, what: 'api-url' | 'token-url', hint: string): URL {
  const bare = text
    .replace(/[\p{Default_Ignorable_Code_Point}\p{C}\p{Z}]/gu, '')
    .replace(/^["'`“”‘’«»<>()]+|["'`“”‘’«»<>(),;.]+$/g, '')
  if (bare === '') throw new Refused(`${what}-missing`, `The address is empty. ${hint}`)
  const url = URL.parse(withScheme(bare))
  if (!url?.hostname) throw new Refused(`${what}-invalid`, `This is not a web address. ${hint}`)
  if (url.username || url.password) {
    throw new Refused('credentials-in-url', `The address must not contain a user name or password. ${hint}`)
  }
  const plainLoopback = url.protocol === 'http:' && isLoopback(url.hostname)
  if (url.protocol !== 'https:' && !plainLoopback) {
    throw new Refused('not-https', `Only https:// addresses are accepted. ${hint}`)
  }
  url.hostname = url.hostname.replace(/\.$/, '')
  url.search = ''
  url.hash = ''
  return url
}

function withScheme(bare: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(bare)) return bare
  const rest = bare.replace(/^\/+/, '')
  const host = /^(\[[^\]]*\]|[^:/?#]*)/.exec(rest)?.[0] ?? ''
  return `${isLoopback(host.toLowerCase()) ? 'http' : 'https'}://${rest}`
}

function isWizApi(url: URL): boolean {
  return url.port === '' && (apiHost.test(url.hostname) || url.hostname === legacyApiHost)
}

function isWizAuth(url: URL): boolean {
  return url.port === '' && (cognitoHosts.has(url.hostname) || auth0Hosts.has(url.hostname))
}

function isListed(url: URL, allowHosts: readonly AllowedHost[]): boolean {
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  return allowHosts.some((allowed) => allowed.host === name && (allowed.port === undefined || allowed.port === port))
}

function hostMistake(url: URL): string {
  if (isWizAuth(url)) return `${url.host} is the token URL, not the API URL.`
  if (/^(?:[a-z0-9-]+\.)*wiz\.(?:io|us)$/.test(url.hostname)) return `${url.host} is not the address of the Wiz API.`
  return `${url.host} is not a host of Wiz.`
}
