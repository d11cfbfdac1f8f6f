import type { Generated, Kysely } from 'kysely'
import type { Json, Moment } from '../store/database.ts'
import type { Store } from '../store/open-store.ts'
import type { Role } from './caller.ts'

/** The tables of who may use Wizbridge and what they did. */
export type AccessTables = {
  app_user: UserTable
  user_session: SessionTable
  api_key: ApiKeyTable
  one_time_link: LinkTable
  saved_view: ViewTable
  audit_entry: AuditTable
  audit_head: { only_row: Generated<boolean>; seq: number; hash: string }
}

interface UserTable {
  id: Generated<number>
  email: string
  name: string
  role: Role
  connection_ids: number[] | null
  project_ids: string[] | null
  password_hash: string | null
  sso_subject: string | null
  disabled: Generated<boolean>
  failures: Generated<number>
  wait_until: Moment | null
  created_at: Moment
  signed_in_at: Moment | null
}

interface SessionTable {
  token_hash: string
  user_id: number | null
  role: Role | null
  address: string | null
  agent: string | null
  created_at: Moment
  seen_at: Moment
  expires_at: Moment
}

interface ApiKeyTable {
  id: Generated<number>
  name: string
  prefix: string
  key_hash: string
  role: Role
  connection_ids: number[] | null
  project_ids: string[] | null
  created_by: string
  created_at: Moment
  expires_at: Moment | null
  used_at: Moment | null
  revoked_at: Moment | null
}

interface LinkTable {
  token_hash: string
  purpose: 'setup' | 'sign-in' | 'password'
  role: Role | null
  user_id: number | null
  created_at: Moment
  expires_at: Moment
}

interface ViewTable {
  id: Generated<number>
  owner: string
  list: string
  name: string
  search: string
  is_shared: Generated<boolean>
  is_default: Generated<boolean>
  created_at: Moment
  updated_at: Moment
}

/** How an audited act ended, or that it was begun. */
export type AuditOutcome = 'begun' | 'done' | 'refused' | 'failed'

interface AuditTable {
  seq: number
  at: Moment
  actor: string
  action: string
  target: string | null
  outcome: AuditOutcome
  settles: number | null
  address: string | null
  details: Json<Record<string, unknown>>
  previous_hash: string
  hash: string
}

/** The store, seen by its access tables. */
export function accessTables(store: Store): Kysely<AccessTables> {
  return store.db.withTables<AccessTables>()
}
