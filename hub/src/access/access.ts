import type { App } from '../app.ts'
import { callerOfApiKey, createApiKey, type NewApiKey } from './api-keys.ts'
import { type AuditEntry, audit } from './audit.ts'
import type { Caller, Role } from './caller.ts'
import { createSetupLink, createSignInLink } from './links.ts'
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
  callerOf(headers: CredentialHeaders): Promise<Caller | null>
  createApiKey(wanted: NewApiKey, by: string): ReturnType<typeof createApiKey>
  /** The path of a link that signs its first visitor in with this role. */
  createSignInLink(wanted: { role: Role }): Promise<string>
  /** The path of a link by which the first administrator is made. */
  createSetupLink(): Promise<string>
  audit(entry: AuditEntry): Promise<number>
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
  const identify = async (headers: CredentialHeaders, address?: string): Promise<Identity | null> => {
    if (headers.authorization !== undefined) {
      const key = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1]
      const caller = key === undefined ? null : await callerOfApiKey(store, key, address)
      return caller && { caller, by: 'key' }
    }
    const token = readCookie(headers.cookie, cookieName)
    const caller = token ? await callerOfSession(store, token) : null
    return caller && { caller, by: 'session' }
  }
  return {
    identify,
    callerOf: async (headers) => (await identify(headers))?.caller ?? null,
    createApiKey: (wanted, by) => createApiKey(store, wanted, by),
    createSignInLink: (wanted) => createSignInLink(store, wanted),
    createSetupLink: () => createSetupLink(store),
    audit: (entry) => audit(store, entry),
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
