import type { App } from '../app.ts'
import { callerOfApiKey } from './api-keys.ts'
import type { Caller } from './caller.ts'
import { openSingleSignOn, type SingleSignOn } from './oidc.ts'
import { callerOfSession } from './sessions.ts'

/** Who somebody is, and by what they proved it. */
export interface Identity {
  caller: Caller
  /** Cookies are sent by browsers on their own, keys never are. */
  by: 'key' | 'session'
}

/** Who may use the product: one for each process that serves. */
export interface Access {
  /** Who sends these headers; null when they prove nothing. */
  identify(headers: CredentialHeaders, address?: string): Promise<Identity | null>
  /** Null where no identity provider is configured. */
  readonly singleSignOn: SingleSignOn | null
  /** The name of the session's cookie. */
  readonly cookieName: string
}

/** The headers in which credentials travel. */
export interface CredentialHeaders {
  authorization?: string | undefined
  cookie?: string | undefined
}

/** Opens access control over a store. */
export function openAccess(app: App): Access {
  const { store, config } = app
  // Browsers take a `__Host-` cookie only over TLS, and from nobody but this very host.
  const cookieName = config.publicUrl.startsWith('https:') ? '__Host-wizbridge' : 'wizbridge'
  return {
    async identify(headers, address) {
      if (headers.authorization !== undefined) {
        const key = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1]
        const caller = key === undefined ? null : await callerOfApiKey(store, key, address)
        return caller && { caller, by: 'key' }
      }
      const token = readCookie(headers.cookie, cookieName)
      const caller = token ? await callerOfSession(store, token) : null
      return caller && { caller, by: 'session' }
    },
    singleSignOn: openSingleSignOn(app),
    cookieName,
  }
}

/** The value of a cookie, if the header holds it. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.split('=', 2)
    if (key?.trim() === name) return value?.trim()
  }
  return undefined
}
