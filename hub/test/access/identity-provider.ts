/// <reference path="./oidc-provider.d.ts" />
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'

/** Who an identity provider says is there. */
export type Person = Record<string, unknown> & { sub: string }

/** A real OpenID Connect provider on loopback, at which whoever comes has signed in already. */
export interface IdentityProvider {
  readonly issuer: string
  /** What the environment of the product says of it. */
  readonly env: Readonly<Record<string, string>>
  /** Who signs in from now on. */
  admit(person: Person): void
  close(): void
}

/** Starts a provider that sends browsers back to this origin of the product. */
export async function startIdentityProvider(origin: string): Promise<IdentityProvider> {
  const client = { id: 'wizbridge', secret: 'kept+between us/two' }
  let person: Person = { sub: 'nobody' }
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${origin}/api/v1/auth/oidc/callback`],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => person }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ accountId: oidc.session?.accountId, clientId: oidc.client?.clientId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    cookies: { keys: ['for tests'] },
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  })
  const answer = provider.callback()
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    await provider.interactionFinished(request, response, { login: { accountId: person.sub } })
  })
  return {
    issuer,
    env: {
      WIZBRIDGE_PUBLIC_URL: origin,
      WIZBRIDGE_OIDC_ISSUER: issuer,
      WIZBRIDGE_OIDC_CLIENT_ID: client.id,
      WIZBRIDGE_OIDC_CLIENT_SECRET: client.secret,
    },
    admit(next) {
      person = next
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
