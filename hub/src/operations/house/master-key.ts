import { z } from 'zod'
import { keyUse } from '../../store/secrets/key-use.ts'
import { rotateMasterKey } from '../../store/secrets/rotate-master-key.ts'
import { refuseLimited } from '../access/fields.ts'
import { operation } from '../operation.ts'

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
  }),
  async run({ app, caller }) {
    refuseLimited(caller)
    return keyUse(app.store, app.config)
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
