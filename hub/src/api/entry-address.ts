import { createSetupLink, createSignInLink } from '../access/links.ts'
import { hasUsers } from '../access/users.ts'
import type { App } from '../app.ts'

/**
 * An address that lets its first visitor in, for the person who started the server: to make the first administrator
 * (null once there are users), or to look around as administrator without becoming a user.
 */
export async function entryAddress(app: App, served: string, purpose: 'setup' | 'sign-in'): Promise<string | null> {
  // Any free port was taken: only the server itself knows which.
  const base = app.config.port === 0 ? served : app.config.publicUrl
  if (purpose === 'sign-in') return `${base}${await createSignInLink(app.store, { role: 'admin' })}`
  return (await hasUsers(app.store)) ? null : `${base}${await createSetupLink(app.store)}`
}
