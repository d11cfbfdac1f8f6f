import { createHash, randomBytes } from 'node:crypto'

/** A secret nobody can guess: 32 random bytes as text that is safe in addresses and headers. */
export function newToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is kept of a token. Tokens are random, so a plain hash gives nothing away. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
