import { z } from 'zod'
import * as apiKeys from '../../access/api-keys.ts'
import { refuseLimited } from '../../access/caller.ts'
import { apiKeyRelation } from '../../access/relations.ts'
import { operation } from '../operation.ts'
import { accessListOperation, accessRowSchema } from './access-listing.ts'
import { connectionIdsField, idField, nameField, projectIdsField, roleField } from './fields.ts'

const DAY_MS = 86_400_000

const apiKeySchema = accessRowSchema(apiKeyRelation)

/** The keys that work. */
export const listApiKeys = accessListOperation(apiKeyRelation, {
  name: 'api-keys.list',
  about: 'Lists the API keys that work.',
  http: 'GET /api-keys',
  columns: ['id', 'name', 'prefix', 'role', 'createdBy', 'expiresAt', 'usedAt'],
  examples: ['api-keys list --filter usedAt=null'],
})

/** Makes a key. */
export const createApiKey = operation({
  name: 'api-keys.create',
  about: 'Makes an API key for a program; it is shown this once.',
  access: 'admin',
  audit: true,
  http: 'POST /api-keys',
  columns: ['id', 'name', 'role', 'expiresAt', 'key'],
  examples: ['api-keys create --role viewer --name grafana --days 90'],
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
    return { ...(await apiKeys.createApiKey(app.store, { ...wanted, expiresAt }, caller.name)) }
  },
})

/** Makes a key useless. */
export const revokeApiKey = operation({
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
    await apiKeys.revokeApiKey(app.store, id)
    return { revoked: true as const }
  },
})
