import { z } from 'zod'
import { createApiKey, listApiKeys, revokeApiKey } from '../../access/api-keys.ts'
import { operation, ROLES } from '../operation.ts'
import {
  connectionIdsField,
  cursorField,
  idField,
  limitField,
  nameField,
  pageFrom,
  pageOf,
  projectIdsField,
  refuseLimited,
  roleField,
} from './fields.ts'

const DAY_MS = 86_400_000

const apiKeySchema = z.object({
  id: z.int(),
  name: z.string(),
  prefix: z.string().describe('How the key begins, to tell keys apart.'),
  role: z.enum(ROLES),
  connectionIds: z.array(z.int()).nullable().describe('The only connections it may see; null means all.'),
  projectIds: z.array(z.string()).nullable().describe('The only Wiz projects it may see; null means all.'),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  usedAt: z.string().nullable().describe('When it was last used, to the hour.'),
})

export const apiKeysList = operation({
  name: 'api-keys.list',
  about: 'Lists the API keys that work.',
  access: 'admin',
  http: 'GET /api-keys',
  columns: ['id', 'name', 'prefix', 'role', 'createdBy', 'expiresAt', 'usedAt'],
  input: z.strictObject({ limit: limitField, cursor: cursorField }),
  output: pageOf(apiKeySchema),
  async run({ app, caller }, { limit, cursor }) {
    refuseLimited(caller)
    const keys = await listApiKeys(app.store, { after: Number(cursor ?? 0), limit: limit + 1 })
    return pageFrom(keys, limit, (key) => key.id)
  },
})

export const apiKeysCreate = operation({
  name: 'api-keys.create',
  about: 'Makes an API key for a program; it is shown this once.',
  access: 'admin',
  audit: true,
  http: 'POST /api-keys',
  columns: ['id', 'name', 'role', 'expiresAt', 'key'],
  input: z.strictObject({
    name: nameField.default('unnamed').describe('What it is for.'),
    role: roleField,
    connectionIds: connectionIdsField.optional(),
    projectIds: projectIdsField.optional(),
    days: z.int().min(1).max(3650).optional().describe('After how many days it stops working; never when left out.'),
  }),
  output: apiKeySchema.extend({ key: z.string().describe('The key itself.') }),
  async run({ app, caller }, { days, ...wanted }) {
    refuseLimited(caller)
    const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * DAY_MS)
    return createApiKey(app.store, { ...wanted, expiresAt }, caller.name)
  },
})

export const apiKeysRevoke = operation({
  name: 'api-keys.revoke',
  about: 'Makes an API key useless, within seconds.',
  access: 'admin',
  audit: true,
  http: 'DELETE /api-keys/:id',
  args: ['id'],
  input: z.strictObject({ id: idField }),
  output: z.object({ revoked: z.literal(true) }),
  async run({ app, caller }, { id }) {
    refuseLimited(caller)
    await revokeApiKey(app.store, id)
    return { revoked: true as const }
  },
})
