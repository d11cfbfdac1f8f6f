import type { App } from '../app.ts'
import { audited } from './audited.ts'
import { showLink, useSetupLink } from './links.ts'
import type { Visitor } from './sessions.ts'
import { enter } from './sign-in.ts'
import { normaliseEmail } from './users.ts'

/** Gives somebody their password by a set-up link, and signs them in: the token of the session. */
export async function setUp(
  app: App,
  token: string,
  wanted: { email?: string | undefined; name?: string | undefined; password: string },
  visitor: Visitor,
): Promise<string> {
  const { purpose, email } = await showLink(app.store, token)
  const { address } = visitor
  const details = { by: 'set-up link', purpose }
  const actor = `user:${normaliseEmail(email ?? wanted.email ?? '')}`
  return audited(app, { actor, action: 'sign-in', address, details }, async () => {
    const user = await useSetupLink(app.store, token, wanted)
    return enter(app.store, user, visitor)
  })
}
