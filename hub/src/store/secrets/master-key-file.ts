import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Fatal, Refused, sentenceOf } from '../../errors.ts'
import { type KeyRing, newMasterKey, parseMasterKey } from './key-ring.ts'

/** Where a data directory keeps its key ring: one `keyId:base64` per line, the newest first. */
export function masterKeyFile(dataDir: string): string {
  return path.join(dataDir, 'master.key')
}

/** The keys of the environment if it names any, else those of the data directory, made on first use. */
export async function loadKeyRing(options: { dataDir: string; masterKeys?: string[] | undefined }): Promise<KeyRing> {
  if (options.masterKeys?.length) {
    return asRing(options.masterKeys.map(parseMasterKey), 'WIZBRIDGE_MASTER_KEY')
  }
  const file = masterKeyFile(options.dataDir)
  return (await read(file)) ?? (await create(file))
}

/** Puts a new key in front: it seals from now on, the older ones still open. */
export async function addMasterKey(dataDir: string): Promise<KeyRing> {
  return replace(masterKeyFile(dataDir), (ring) => [newMasterKey(), ...ring])
}

/** Forgets all keys but the newest; what was not resealed before can never be opened again. */
export async function dropOldMasterKeys(dataDir: string): Promise<KeyRing> {
  return replace(masterKeyFile(dataDir), ([newest]) => [newest])
}

function asRing(keys: (KeyRing[number] | undefined)[], where: string): KeyRing {
  const [first, ...others] = keys
  if (!first || others.includes(undefined)) {
    const next = 'Restore it from a backup: what it sealed cannot be opened without it.'
    throw new Fatal('bad-master-key', `${where} does not hold valid master keys. ${next}`)
  }
  return [first, ...others.filter((key) => key !== undefined)]
}

async function read(file: string): Promise<KeyRing | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw cannot('read', file, error)
  })
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
    const winner = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await read(file) : undefined
    if (winner) return winner
    throw cannot('write', file, error)
  } finally {
    await rm(draft, { force: true })
  }
}

async function replace(file: string, change: (ring: KeyRing) => KeyRing): Promise<KeyRing> {
  const draft = `${file}.new`
  const before = (await read(file)) ?? (await create(file))
  try {
    // The draft is also the lock: two changes at once would lose a key.
    await write(draft, before)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot('write', file, error)
    throw new Refused('conflict', `The master key is being changed by another process; if not, delete ${draft}.`)
  }
  try {
    const after = change((await read(file)) ?? before)
    await write(draft, after, 'w')
    await rename(draft, file)
    await syncDirectory(file)
    return after
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
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
