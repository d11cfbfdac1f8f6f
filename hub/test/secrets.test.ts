import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newMasterKey } from '../src/store/secrets/key-ring.ts'
import { addMasterKey, dropMasterKeys, loadKeyRing, masterKeyFile } from '../src/store/secrets/master-key-file.ts'
import { createSecrets, type SecretPlace } from '../src/store/secrets/secrets.ts'

const place: SecretPlace = { table: 'connection', row: 'c1', column: 'client_secret' }

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'none'
}

describe('secrets', () => {
  const old = newMasterKey()
  const current = newMasterKey()
  const secrets = createSecrets([current, old])

  it('CON-6 opens what it sealed, in its place, and never seals twice alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plaintext, row) => {
        const here = { ...place, row }
        const sealed = secrets.seal(plaintext, here)
        expect(secrets.open(sealed, here)).toBe(plaintext)
        expect(secrets.seal(plaintext, here)).not.toBe(sealed)
        expect(sealed).toMatch(/^[\w.-]+$/)
      }),
    )
  })

  it('CON-6 opens in no other place, even where the parts spell the same', () => {
    const name = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', '/', '"', ',', '.') })
    const anyPlace = fc.record({ table: name, row: name, column: name })
    fc.assert(
      fc.property(anyPlace, anyPlace, (here, there) => {
        fc.pre(JSON.stringify(here) !== JSON.stringify(there))
        expect(codeOf(() => secrets.open(secrets.seal('x', here), there))).toBe('secret-misplaced')
      }),
    )
  })

  it('CON-6 calls any changed, cut or invented text damaged', () => {
    const sealed = secrets.seal('a client secret', place)
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.constantFrom('A', 'b', '0', '.', '-', 'é'), (at, letter) => {
        fc.pre(sealed[at] !== letter)
        const changed = sealed.slice(0, at) + letter + sealed.slice(at + 1)
        expect(codeOf(() => secrets.open(changed, place))).toBe('secret-damaged')
        expect(codeOf(() => secrets.open(sealed.slice(0, at), place))).toBe('secret-damaged')
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => codeOf(() => secrets.open(text, place)) === 'secret-damaged'))
  })

  it('CON-6 names the key that is missing', () => {
    const sealed = createSecrets([old]).seal('x', place)
    expect(() => createSecrets([current]).open(sealed, place)).toThrow(
      `sealed with master key ${old.id}, which is not here`,
    )
  })

  it('CON-6 reseals from an older key to the newest, once', () => {
    const sealed = createSecrets([old]).seal('a client secret', place)
    const resealed = secrets.reseal(sealed, place) ?? ''
    expect(createSecrets([current]).open(resealed, place)).toBe('a client secret')
    expect(secrets.reseal(resealed, place)).toBeUndefined()
    expect(codeOf(() => secrets.reseal(sealed, { ...place, row: 'c2' }))).toBe('secret-misplaced')
  })

  it('CON-6 never repeats the secret or the key in an error', () => {
    const sealed = secrets.seal('a client secret', place)
    for (const run of [() => secrets.open(sealed, { ...place, row: 'c2' }), () => secrets.open(`${sealed}x`, place)]) {
      expect(run).toThrow()
      try {
        run()
      } catch (error) {
        const text = `${(error as Error).message}${JSON.stringify((error as { details: object }).details)}`
        expect(text).not.toContain('a client secret')
        expect(text).not.toContain(current.bytes.toString('base64'))
      }
    }
  })
})

describe('the master key file', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = path.join(mkdtempSync(path.join(os.tmpdir(), 'wizbridge-keys-')), 'data')
  })
  afterEach(() => rmSync(path.dirname(dataDir), { recursive: true }))

  it('CON-6 is made once, readable by its owner alone, and read again', async () => {
    const ring = await loadKeyRing({ dataDir })
    expect(await loadKeyRing({ dataDir })).toEqual(ring)
    expect(statSync(masterKeyFile(dataDir)).mode & 0o777).toBe(0o600)
    expect(readFileSync(masterKeyFile(dataDir), 'utf8')).toMatch(/^[0-9a-f]{12}:[A-Za-z0-9+/]{43}=\n$/)
  })

  it('CON-6 is the same for all who ask for it at once', async () => {
    const rings = await Promise.all(Array.from({ length: 20 }, () => loadKeyRing({ dataDir })))
    expect(new Set(rings.map(([key]) => key.id)).size).toBe(1)
    expect(readdirSync(dataDir)).toEqual(['master.key'])
  })

  it('CON-6 rotates: the new key seals, the old ones open until they are dropped', async () => {
    const before = createSecrets(await loadKeyRing({ dataDir }))
    const sealed = before.seal('x', place)
    const ring = await addMasterKey(dataDir)
    expect(ring).toHaveLength(2)
    expect(await loadKeyRing({ dataDir })).toEqual(ring)
    const resealed = createSecrets(ring).reseal(sealed, place) ?? ''
    const after = createSecrets(
      await dropMasterKeys(
        dataDir,
        ring.map((key) => key.id),
      ),
    )
    expect(after.open(resealed, place)).toBe('x')
    expect(codeOf(() => after.open(sealed, place))).toBe('secret-unknown-key')
    expect(readdirSync(dataDir)).toEqual(['master.key'])
  })

  it('CON-6 loses no key when two rotate at once: one goes first or is refused', async () => {
    const [first] = await loadKeyRing({ dataDir })
    const results = await Promise.allSettled([addMasterKey(dataDir), addMasterKey(dataDir), addMasterKey(dataDir)])
    const added = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value[0].id] : []))
    const ids = (await loadKeyRing({ dataDir })).map((key) => key.id)
    expect(added.length).toBeGreaterThan(0)
    expect(new Set(ids)).toEqual(new Set([first.id, ...added]))
  })

  it('CON-6 leaves room for keys from the environment, the first one sealing', async () => {
    const keys = [newMasterKey(), newMasterKey()]
    const ring = await loadKeyRing({ dataDir, masterKeys: keys.map((key) => key.bytes.toString('base64')) })
    expect(ring).toEqual(keys)
    await expect(loadKeyRing({ dataDir, masterKeys: ['AAAA'] })).rejects.toMatchObject({ code: 'bad-master-key' })
  })

  it('CON-6 is refused when a line is damaged, and says what to do when it cannot be read or written', async () => {
    await loadKeyRing({ dataDir })
    const file = masterKeyFile(dataDir)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/:.{10}/, ':AAAAAAAAAA'))
    await expect(loadKeyRing({ dataDir })).rejects.toMatchObject({ code: 'bad-master-key' })
    writeFileSync(file, '')
    await expect(loadKeyRing({ dataDir })).rejects.toMatchObject({ code: 'bad-master-key' })
    await expect(loadKeyRing({ dataDir: file })).rejects.toMatchObject({ code: 'master-key-file' })
  })
})
