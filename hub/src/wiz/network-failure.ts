import { Fatal, Retriable, Skippable } from '../errors.ts'

const parserError = 'HTTPParserError'

const networkCodes: [RegExp, string][] = [
  [/^(?:ENOTFOUND|EAI_)/, 'dns'],
  [/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/, 'connection-refused'],
  [/^UND_ERR_PRX/, 'proxy'],
  [/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)/, 'connect-timeout'],
  [/^UND_ERR_(?:HEADERS|BODY)_TIMEOUT/, 'timeout'],
  [/CERT|^UNABLE_TO_|^ERR_(?:TLS|SSL)|^EPROTO/, 'tls'],
  [/^HTTPParserError|^UND_ERR_HEADERS_OVERFLOW/, 'not-wiz'],
]

/** What the failure of a call that got no answer means, and what to do about it. */
export function networkFailure(error: unknown, url: URL, throughProxy: boolean): Error {
  if (error instanceof Retriable || error instanceof Fatal || error instanceof Skippable) return error
  const system = systemCodeOf(error)
  const found = networkCodes.find(([pattern]) => pattern.test(system))?.[1] ?? 'connection-reset'
  const refusedByProxy = /^Proxy response/.test(error instanceof Error ? error.message : '')
  const beforeProxy = throughProxy && ['dns', 'connection-refused', 'connect-timeout'].includes(found)
  const code = refusedByProxy || beforeProxy ? 'proxy' : found
  // A parser error carries what the other side sent, which is not for logs.
  const cause = system === parserError ? undefined : error
  const options = { cause, details: { host: url.host, system } }
  switch (code) {
    case 'dns':
      return new Retriable(
        'dns',
        `The name ${url.host} cannot be resolved: check the URL (is the data centre right?) and this machine's DNS.`,
        options,
      )
    case 'connection-refused':
      return new Retriable(
        'connection-refused',
        `${url.host} cannot be reached: check that outgoing HTTPS to it is open, or set HTTPS_PROXY.`,
        options,
      )
    case 'proxy':
      return refusedByProxy
        ? new Fatal(
            'proxy',
            `The proxy refused to connect to ${url.host}: check its credentials and that it lets this host through.`,
            options,
          )
        : new Retriable('proxy', `The proxy cannot be reached: check HTTPS_PROXY.`, options)
    case 'tls':
      return new Fatal(
        'tls',
        `The certificate of ${url.host} is not trusted: if your network inspects TLS, put its CA into NODE_EXTRA_CA_CERTS.`,
        options,
      )
    case 'connect-timeout':
      return new Retriable(
        'connect-timeout',
        `No connection to ${url.host} came about in time: check that outgoing HTTPS to it is open, or set HTTPS_PROXY.`,
        options,
      )
    case 'timeout':
      return new Retriable('timeout', `${url.host} did not answer in time.`, options)
    case 'not-wiz':
      return new Fatal('not-wiz', `${url.host} does not speak HTTP as Wiz does: check the URL and the proxy.`, options)
    default:
      return new Retriable('connection-reset', `The connection to ${url.host} broke.`, options)
  }
}

/** The code the operating system or the HTTP library gave, wherever in the chain of causes it sits. */
export function systemCodeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === parserError && !/EOF/.test(at.message)) return parserError
    const code = (at as NodeJS.ErrnoException).code
    if (typeof code === 'string' && code !== 'UND_ERR') return code
    if (at instanceof AggregateError && at.errors.length > 0) return systemCodeOf(at.errors[0])
  }
  return ''
}
