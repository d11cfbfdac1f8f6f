import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { refuseLimited } from '../../access/caller.ts'
import { keyUse } from '../../store/secrets/key-use.ts'
import { rotateMasterKey } from '../../store/secrets/rotate-master-key.ts'
import { operation } from '../operation.ts'

const MOST_RETIRED = 20

/** Tells of the master keys, without showing them. */
export const showMasterKey = operation({
  name: 'master-key.show',
  about: 'Tells by which master keys secrets are sealed: fingerprints and numbers, never a key.',
  access: 'admin',
  http: 'GET /master-key',
  input: z.strictObject({}),
  output: z.object({
    where: z.string().describe('Where the keys come from: a file, or WIZBRIDGE_MASTER_KEY.'),
    keys: z.array(
      z.object({
        id: z.string().describe('The fingerprint of the key; "damaged" counts what is no sealed text any more.'),
        seals: z.boolean().describe('New secrets are sealed with it.'),
        isHere: z.boolean().describe('False: the secrets under it cannot be opened until it is back.'),
        secrets: z.int().describe('How many secrets are sealed with it.'),
      }),
    ),
    isFile: z.boolean().describe('The keys are in a file of Wizbridge, which a rotation changes by itself.'),
    changedAt: z.string().nullable().describe('When that file was last written, as by a rotation.'),
    retired: z
      .array(z.object({ id: z.string(), at: z.string() }))
      .describe('Keys that were dropped, the latest first; only backups from before may need them.'),
  }),
  async run({ app, caller }) {
    refuseLimited(caller)
    const use = await keyUse(app.store, app.config)
    const isFile = !app.config.masterKeys?.length
    const changedAt = isFile ? (await stat(use.where)).mtime.toISOString() : null
    const { rows: retired } = await app.store.pool.query<{ id: string; at: string }>(
      `SELECT id, retired_at AS at FROM retired_master_key ORDER BY retired_at DESC, id LIMIT ${MOST_RETIRED}`,
    )
    const isHere = (id: string) => use.keys.some((key) => key.id === id)
    return { ...use, isFile, changedAt, retired: retired.filter(({ id }) => !isHere(id)) }
  },
})

/** Puts every secret under a new master key. */
export const rotateMasterKeys = operation({
  name: 'master-key.rotate',
  about: 'Seals every secret with a new master key, sees that all of them open, then drops the older keys.',
  access: 'admin',
  audit: true,
  http: 'POST /master-key/rotate',
  examples: ['master-key rotate', 'master-key rotate --keep-old'],
  input: z.strictObject({
    keepOld: z
      .boolean()
      .default(false)
      .describe('Leave the older keys in the file, for instance until the next backup.'),
  }),
  output: z.object({
    key: z.string().describe('The fingerprint of the key that seals from now on.'),
    resealed: z.int().describe('How many secrets were sealed anew.'),
    dropped: z.array(z.string()).describe('Fingerprints of keys that are gone.'),
    kept: z.array(z.string()).describe('Fingerprints of older keys that are still there.'),
    next: z.string().describe('What is left to do.'),
  }),
  async run({ app, caller }, { keepOld }) {
    refuseLimited(caller)
    const rotation = await rotateMasterKey(app.store, app.config, { keepOld })
    return { ...rotation, next: nextStep(app.config.masterKeys !== undefined, rotation.kept.length > 0) }
  },
})

function nextStep(isOfEnvironment: boolean, keepsOld: boolean): string {
  if (isOfEnvironment) return 'Remove the older keys from WIZBRIDGE_MASTER_KEY and restart every process.'
  if (keepsOld) return 'Back up the master.key file. The older keys go with the next "master-key rotate".'
  return 'Back up the master.key file. Older backups of the database still need the keys of their time.'
}
