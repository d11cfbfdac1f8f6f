import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { Refused } from '../errors.ts'

const SHORTEST = 12
const LONGEST = 256
// 32 MiB and about a fifth of a second: what an attacker with our database has to spend on each guess.
const COST = { log2N: 15, r: 8, p: 3 }
const KEY_BYTES = 32
// More at once would let a burst of sign-ins take all memory.
const AT_ONCE = 2

/** Refuses a password that is too easy to guess. */
export function checkPassword(password: string, email: string): void {
  if ([...password].length < SHORTEST || password.length > LONGEST) {
    throw new Refused(
      'weak-password',
      `A password has ${SHORTEST} to ${LONGEST} characters. Choose one of that length.`,
    )
  }
  const plain = password.toLowerCase()
  if (new Set(plain).size < 5 || plain.includes(email.toLowerCase())) {
    throw new Refused('weak-password', 'This password is easy to guess. Choose another, for example four random words.')
  }
}

/** What is kept of a password: `scrypt$log2N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST)
  return ['scrypt', COST.log2N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** Whether this is the password; takes as long when there is none to compare with. */
export async function verifyPassword(password: string, kept: string | null): Promise<boolean> {
  const [scheme, log2N, r, p, salt = '', hash = ''] = (kept ?? '').split('$')
  const known = scheme === 'scrypt'
  const cost = known ? { log2N: Number(log2N), r: Number(r), p: Number(p) } : COST
  const derived = await derive(password.slice(0, LONGEST), Buffer.from(salt, 'base64url'), cost)
  const expected = Buffer.from(hash, 'base64url')
  return known && expected.length === derived.length && timingSafeEqual(expected, derived)
}

let running = 0
const waiting: (() => void)[] = []

async function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const options = { N: 2 ** cost.log2N, r: cost.r, p: cost.p, maxmem: 512 * 1024 * 1024 }
      // The same letters can be typed in two encodings, depending on the keyboard.
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      )
    })
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}
