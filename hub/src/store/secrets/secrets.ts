import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Fatal } from '../../errors.ts'
import { redactValue } from '../../log.ts'
import type { KeyRing, MasterKey } from './key-ring.ts'
import { loadKeyRing, rereadKeyRing } from './master-key-file.ts'

/** The one place a secret belongs to; sealed text that is copied elsewhere does not open. */
export interface SecretPlace {
  table: string
  row: string
  column: string
}

/** Seals and opens secrets with a key ring. */
export interface Secrets {
  seal(plaintext: string, place: SecretPlace): string
  open(sealed: string, place: SecretPlace): string
  /** The same secret under the newest key; undefined if it is there already. */
  reseal(sealed: string, place: SecretPlace): string | undefined
}

// `v1.keyId.iv.tag.ciphertext.crc`, AES-256-GCM, all parts but the first two and the last in base64url. The checksum
// protects nothing: it tells damaged text apart from intact text that sits in the wrong place.
const ENVELOPE = /^(v1\.([0-9a-f]{12})\.([\w-]{16})\.([\w-]{22})\.([\w-]*))\.([0-9a-f]{8})$/
const IV_BYTES = 12

/** Opens the secrets of a configuration; a key that another process adds or drops later is noticed. */
export async function openSecrets(options: { dataDir: string; masterKeys?: string[] | undefined }): Promise<Secrets> {
  return createSecrets(await loadKeyRing(options), () => rereadKeyRing(options))
}

/** Seals and opens with these keys; `reread` answers the keys there are by now. */
export function createSecrets(keys: KeyRing, reread = (): KeyRing => keys): Secrets {
  let ring = keys
  keys.forEach(hide)
  const refresh = () => {
    ring = reread()
    ring.forEach(hide)
    return ring
  }
  const ringFor = (sealed: string) => (ring.some(({ id }) => id === keyIdOf(sealed)) ? ring : refresh())
  return {
    // Sealing is rare, and under a key that was dropped meanwhile it would be for ever.
    seal: (plaintext, place) => seal(refresh()[0], plaintext, place),
    open: (sealed, place) => open(ringFor(sealed), sealed, place),
    reseal: (sealed, place) => {
      const plaintext = open(ringFor(sealed), sealed, place)
      return keyIdOf(sealed) === ring[0].id ? undefined : seal(ring[0], plaintext, place)
    },
  }
}

/** The id of the key that sealed this text; undefined where it is no sealed text. */
export function keyIdOf(sealed: string): string | undefined {
  return ENVELOPE.exec(sealed)?.[2]
}

function hide(key: MasterKey): void {
  for (const form of ['base64', 'base64url', 'hex'] as const) redactValue(key.bytes.toString(form))
}

function seal(key: MasterKey, plaintext: string, place: SecretPlace): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv).setAAD(associatedData(place))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  const parts = [iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'))
  const body = ['v1', key.id, ...parts].join('.')
  return `${body}.${checksum(body)}`
}

function open(ring: KeyRing, sealed: string, place: SecretPlace): string {
  const where = `${place.table}.${place.column} of ${place.row}`
  const [, body, keyId, iv, tag, ciphertext, crc] = ENVELOPE.exec(sealed) ?? []
  if (!body || !iv || !tag || ciphertext === undefined || checksum(body) !== crc) {
    throw new Fatal('secret-damaged', `The secret in ${where} is damaged. Enter it again.`, { details: { ...place } })
  }
  const key = ring.find((candidate) => candidate.id === keyId)
  if (!key) {
    const next = `Add that key to WIZBRIDGE_MASTER_KEY or to the master.key file, or enter the secret again.`
    const sentence = `The secret in ${where} was sealed with master key ${keyId}, which is not here. ${next}`
    throw new Fatal('secret-unknown-key', sentence, { details: { ...place, keyId } })
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
    decipher.setAAD(associatedData(place)).setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(ciphertext, 'base64url'), decipher.final()]).toString('utf8')
  } catch (cause) {
    const sentence = `The secret in ${where} belongs to another row, column or table. Enter it again.`
    throw new Fatal('secret-misplaced', sentence, { cause, details: { ...place } })
  }
}

// As JSON, so that no two places look the same when their parts are put together.
function associatedData(place: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify(['v1', place.table, place.row, place.column]))
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}
