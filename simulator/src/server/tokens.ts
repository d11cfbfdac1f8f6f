import { randomBytes, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Clock } from './clock.ts'

/** A token the server has given out. */
export interface Token {
  clientId: string
  /** Data centre it is good for. */
  dc: string
  expiresAt: number
}

/** The tokens in circulation. */
export interface Tokens {
  issue(grant: {
    clientId: string
    scopes: Iterable<string>
    dc: string
    seconds: number
    opaque?: boolean
  }): Promise<string>
  /** The token if it is known, not expired and not revoked. */
  check(token: string): Token | undefined
  /** Makes one token worthless. */
  revoke(token: string): void
  /** Makes all tokens of an account, or of everybody, worthless; returns how many. */
  revokeAll(clientId?: string): number
}

/**
 * A claim that base64url spells with both of its own letters (`-` and `_`), wherever it lands: a client that decodes
 * with plain base64 fails here as it fails now and then with real tokens.
 */
const AWKWARD_CLAIM = '~~~???'

/** Opens the token store; the signing key lives as long as the process. */
export function createTokens(clock: Clock): Tokens {
  const tokens = new Map<string, Token>()
  const key = randomBytes(32)

  const prune = () => {
    const now = clock.now().getTime()
    for (const [token, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(token)
  }

  return {
    async issue({ clientId, scopes, dc, seconds, opaque = false }) {
      prune()
      const now = clock.now().getTime()
      const token = opaque
        ? randomBytes(32).toString('hex')
        : await new SignJWT({ dc, scopes: [...scopes], products: ['*'], note: AWKWARD_CLAIM, token_use: 'access' })
            .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
            .setSubject(clientId)
            .setJti(randomUUID())
            .setIssuedAt(Math.floor(now / 1000))
            .setExpirationTime(Math.floor(now / 1000) + seconds)
            .sign(key)
      tokens.set(token, { clientId, dc, expiresAt: now + seconds * 1000 })
      return token
    },
    check(token) {
      const known = tokens.get(token)
      return known && known.expiresAt > clock.now().getTime() ? known : undefined
    },
    revoke(token) {
      tokens.delete(token)
    },
    revokeAll(clientId) {
      const doomed = [...tokens].filter(([, token]) => clientId === undefined || token.clientId === clientId)
      for (const [token] of doomed) tokens.delete(token)
      return doomed.length
    },
  }
}
