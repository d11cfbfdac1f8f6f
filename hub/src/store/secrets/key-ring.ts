import { createHash, randomBytes } from 'node:crypto'

/** One master key; its id is a fingerprint, so a key is the same key wherever it is kept. */
export interface MasterKey {
  id: string
  bytes: Buffer
}

/** All keys that may open secrets, the newest first; that one seals. */
export type KeyRing = readonly [MasterKey, ...MasterKey[]]

const KEY_BYTES = 32

/** The key in this base64 text; undefined if it does not hold exactly 32 bytes. */
export function parseMasterKey(base64: string): MasterKey | undefined {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === KEY_BYTES ? masterKey(bytes) : undefined
}

/** A new random key. */
export function newMasterKey(): MasterKey {
  return masterKey(randomBytes(KEY_BYTES))
}

function masterKey(bytes: Buffer): MasterKey {
  const id = createHash('sha256').update('wizbridge master key').update(bytes).digest('hex').slice(0, 12)
  return { id, bytes }
}
