import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Fatal, Refused, sentenceOf } from '../../errors.ts'
import { type KeyRing, newMasterKey, parseMasterKey } from './key-ring.ts'

const LEFTOVER_MS = 60_000

/** Where a data directory keeps its key ring: one `keyId:base64` per line, the newest first. */
export function masterKeyFile(dataDir: string): string {
  return path.join(dataDir, 'master.key')
}

/** Where the master keys come from. */
export interface KeySource {
  dataDir: string
  /** Base64 keys of the environment, which go before the file. */
  masterKeys?: string[] | undefined
}

/** The keys of the environment if it names any, else those of the data directory, made on first use. */
export async function loadKeyRing(source: KeySource): Promise<KeyRing> {
  const file = masterKeyFile(source.dataDir)
  return ofEnvironment(source) ?? read(file) ?? (await create(file))
}

/** The keys there are by now, without making any; it does not wait, because secrets are opened in the middle of things. */
export function rereadKeyRing(source: KeySource): KeyRing {
  const file = masterKeyFile(source.dataDir)
  return ofEnvironment(source) ?? read(file) ?? asRing([], file)
}

function ofEnvironment({ masterKeys }: KeySource): KeyRing | undefined {
  return masterKeys?.length ? asRing(masterKeys.map(parseMasterKey), 'WIZBRIDGE_MASTER_KEY') : undefined
}

/** Puts a new key in front: it seals from now on, the older ones still open. */
export async function addMasterKey(dataDir: string): Promise<KeyRing> {
  return replace(masterKeyFile(dataDir), (ring) => [newMasterKey(), ...ring])
}

/** Forgets these keys, but never the newest; what was not resealed before can never be opened again. */
export async function dropMasterKeys(dataDir: string, ids: readonly string[]): Promise<KeyRing> {
  return replace(masterKeyFile(dataDir), ([newest, ...older]) => [
    newest,
    ...older.filter(({ id }) => !ids.includes(id)),
  ])
}

function asRing(keys: (KeyRing[number] | undefined)[], where: string): KeyRing {
  const [first, ...others] = keys
  if (!first || others.includes(undefined)) {
    const next = 'Restore it from a backup: what it sealed cannot be opened without it.'
    throw new Fatal('bad-master-key', `${where} does not hold valid master keys. ${next}`)
  }
  return [first, ...others.filter((key) => key !== undefined)]
}

function read(file: string): KeyRing | undefined {
  const text = readText(file)
  if (text === undefined) return undefined
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const keys = lines.map((line) => {
    const [id, base64 = ''] = line.trim().split(':')
    const key = parseMasterKey(base64)
    // The id is a checksum too: a damaged line is noticed here, not as a secret that does not open.
    return key?.id === id ? key : undefined
  })
  return asRing(keys, file)
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cannot('read', file, error)
  }
}

async function create(file: string): Promise<KeyRing> {
  const ring: KeyRing = [newMasterKey()]
  const draft = `${file}.${randomUUID()}`
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    await write(draft, ring)
    // Unlike a rename, a link never replaces the key that another process has made meanwhile.
    await link(draft, file)
    await syncDirectory(file)
    return ring
  } catch (error) {
    const winner = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined
    if (winner) return winner
    throw cannot('write', file, error)
  } finally {
    await rm(draft, { force: true })
  }
}

async function replace(file: string, change: (ring: KeyRing) => KeyRing): Promise<KeyRing> {
  const draft = `${file}.new`
  const before = read(file) ?? (await create(file))
  await removeLeftover(draft)
  try {
    // The draft is also the lock: two changes at once would lose a key.
    await write(draft, before)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot('write', file, error)
    throw new Refused('conflict', `The master key is being changed by another process; if not, delete ${draft}.`)
  }
  try {
    const after = change(read(file) ?? before)
    await write(draft, after, 'w')
    await rename(draft, file)
    await syncDirectory(file)
    return after
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

// A change takes milliseconds; a process that was killed in the middle of one must not stop all later ones.
async function removeLeftover(draft: string): Promise<void> {
  const found = await stat(draft).catch(() => undefined)
  if (found && Date.now() - found.mtimeMs > LEFTOVER_MS) await rm(draft, { force: true })
}

async function write(file: string, ring: KeyRing, flag: 'w' | 'wx' = 'wx'): Promise<void> {
  const handle = await open(file, flag, 0o600)
  try {
    await handle.writeFile(ring.map((key) => `${key.id}:${key.bytes.toString('base64')}\n`).join(''))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncDirectory(file: string): Promise<void> {
  const handle = await open(path.dirname(file), 'r')
  await handle.sync().finally(() => handle.close())
}

function cannot(act: 'read' | 'write', file: string, cause: unknown): Fatal {
  const next = `Give this account access to it, or set WIZBRIDGE_MASTER_KEY.`
  return new Fatal('master-key-file', `Cannot ${act} the master key ${file} (${sentenceOf(cause)}). ${next}`, { cause })
}
