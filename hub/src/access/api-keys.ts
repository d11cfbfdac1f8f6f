import { Refused } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import { transaction } from '../store/transaction.ts'
import { auditWithin } from './audit.ts'
import type { Caller, Role } from './caller.ts'
import { forgetCallers, rememberCaller, rememberedCaller } from './caller-cache.ts'
import { type LimitColumns, limitsOf } from './limits.ts'
import { accessTables } from './tables.ts'
import { hashToken, newToken } from './token.ts'

const MARK = 'wzb_'
const FORM = /^wzb_[\w-]{43}$/
const SHOWN = MARK.length + 6

/** What a new key may do. */
interface NewApiKey {
  name: string
  role: Role
  connectionIds?: readonly number[] | undefined
  projectIds?: readonly string[] | undefined
  expiresAt?: Date | undefined
}

/** A key as it can be shown: all but the key. */
export interface ApiKey {
  id: number
  name: string
  prefix: string
  role: Role
  connectionIds: number[] | null
  projectIds: string[] | null
  createdBy: string
  createdAt: string
  expiresAt: string | null
  usedAt: string | null
}

/** Makes a key; what it answers is the only time the key itself is seen. */
export async function createApiKey(store: Store, wanted: NewApiKey, by: string): Promise<ApiKey & { key: string }> {
  const key = newToken(MARK)
  const row = await accessTables(store)
    .insertInto('api_key')
    .values({
      name: wanted.name,
      prefix: key.slice(0, SHOWN),
      key_hash: hashToken(key),
      role: wanted.role,
      connection_ids: wanted.connectionIds ? [...wanted.connectionIds] : null,
      project_ids: wanted.projectIds ? [...wanted.projectIds] : null,
      created_by: by,
      expires_at: wanted.expiresAt ?? null,
    })
    .returning(SHOWN_COLUMNS)
    .executeTakeFirstOrThrow()
  return { ...asApiKey(row), key }
}

/** Makes a key useless, in other processes after some seconds. */
export async function revokeApiKey(store: Store, id: number): Promise<void> {
  const revoked = await accessTables(store)
    .updateTable('api_key')
    .set({ revoked_at: new Date() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (revoked.numUpdatedRows === 0n)
    throw new Refused('not-found', `There is no API key ${id}. List them to see which exist.`)
  forgetCallers(store)
}

interface KeyRow extends LimitColumns {
  id: number
  name: string
  role: Role
  expires_at: string | null
}

/** Who holds this key; null when it is wrong, expired or revoked. Its use is audited once an hour. */
export async function callerOfApiKey(store: Store, key: string, address?: string): Promise<Caller | null> {
  if (!FORM.test(key)) return null
  const hash = hashToken(key)
  const known = rememberedCaller(store, 'key', hash)
  if (known) return known
  const { rows } = await store.pool.query<KeyRow>(
    `SELECT id, name, role, connection_ids, project_ids, expires_at
     FROM api_key WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [hash],
  )
  const [row] = rows
  if (!row) return null
  const caller = { name: `key:${row.name}#${row.id}`, role: row.role, ...limitsOf(row) }
  await noteUse(store, row.id, caller.name, address)
  rememberCaller(store, 'key', hash, caller, row.expires_at)
  return caller
}

async function noteUse(store: Store, id: number, actor: string, address?: string): Promise<void> {
  await transaction(store.pool, async (client) => {
    const { rowCount } = await client.query(
      "UPDATE api_key SET used_at = now() WHERE id = $1 AND (used_at IS NULL OR used_at < now() - interval '1 hour')",
      [id],
    )
    if (rowCount === 0) return
    await auditWithin(client, { actor, action: 'api-keys.use', target: String(id), outcome: 'done', address })
  })
}

// biome-ignore format: columns read better in one line
const SHOWN_COLUMNS = ['id', 'name', 'prefix', 'role', 'connection_ids', 'project_ids', 'created_by', 'created_at', 'expires_at', 'used_at'] as const

type ShownRow = LimitColumns & {
  [column in Exclude<
    (typeof SHOWN_COLUMNS)[number],
    keyof LimitColumns | 'id' | 'role' | 'expires_at' | 'used_at'
  >]: string
} & { id: number; role: Role; expires_at: string | null; used_at: string | null }

function asApiKey(row: ShownRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    connectionIds: row.connection_ids,
    projectIds: row.project_ids,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }
}
