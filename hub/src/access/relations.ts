import { type Field, field, fieldMap, type Relation } from '../store/query/relation.ts'
import { quoted, sqlName } from '../store/sql-name.ts'
import type { ApiKey } from './api-keys.ts'
import type { AuditRow } from './audit.ts'
import { ROLES } from './caller.ts'
import type { User } from './users.ts'

const roleField = field('role', 'text', 'What they may do.', { values: ROLES })
const limitFields = [
  field('connectionIds', 'json', 'The only connections they may see; null means all.', { isNullable: true }),
  field('projectIds', 'texts', 'The only Wiz projects they may see; null means all.', { isNullable: true }),
]
const idField = field('id', 'number', 'Its number.', { pgType: 'bigint' })

/** Who may sign in. */
export const userRelation = own<User>({
  name: 'app_user',
  key: 'id',
  fields: [
    idField,
    field('email', 'text', 'The address they sign in with.', { isSearched: true }),
    field('name', 'text', 'What they are called.', { isSearched: true }),
    roleField,
    ...limitFields,
    field('disabled', 'boolean', 'A disabled user cannot sign in.'),
    field('hasPassword', 'boolean', 'Whether they have a password.'),
    field('singleSignOn', 'boolean', 'Whether they sign in at the identity provider.'),
    field('createdAt', 'time', 'When they were added.'),
    field('signedInAt', 'time', 'When they last signed in.', { isNullable: true }),
  ],
  computed: {
    connectionIds: 'to_jsonb(t.connection_ids)',
    hasPassword: 't.password_hash IS NOT NULL',
    singleSignOn: 't.sso_subject IS NOT NULL',
  },
})

/** The API keys that were not revoked. */
export const apiKeyRelation = own<ApiKey>({
  name: 'api_key',
  table: '(SELECT * FROM api_key WHERE revoked_at IS NULL)',
  key: 'id',
  fields: [
    idField,
    field('name', 'text', 'What it is for.', { isSearched: true }),
    field('prefix', 'text', 'How it begins, to tell keys apart.', { isSearched: true }),
    roleField,
    ...limitFields,
    field('createdBy', 'text', 'Who made it.', { isSearched: true }),
    field('createdAt', 'time', 'When it was made.'),
    field('expiresAt', 'time', 'When it stops working.', { isNullable: true }),
    field('usedAt', 'time', 'When it was last used, to the hour.', { isNullable: true }),
  ],
  computed: { connectionIds: 'to_jsonb(t.connection_ids)' },
})

/** Where the names are that numbers in the audit log stand for, by the first word of the action. */
const TARGETS: readonly (readonly [resource: string, from: string])[] = [
  ['connections', 'name FROM connection'],
  ['plans', 'name FROM plan'],
  ['users', 'email FROM app_user'],
  ['api-keys', 'name FROM api_key'],
  ['views', 'name FROM saved_view'],
]

// What is gone by now is named as it was when it was made.
const TARGET_NAME = `CASE WHEN t.target ~ '^[0-9]{1,15}$' THEN coalesce(
  CASE split_part(t.action, '.', 1) ${TARGETS.map(
    ([resource, from]) => `WHEN '${resource}' THEN (SELECT ${from} WHERE id = t.target::bigint)`,
  ).join(' ')} END, t.details->'input'->>'name', t.details->'input'->>'email') END`

const AUDIT_OUTCOMES = ['done', 'refused', 'failed', 'unknown'] as const

/** Who did what: what was begun, and how it ended, are one line. */
export const auditRelation = own<AuditLine>({
  name: 'audit_entry',
  table: `(SELECT e.seq, e.at, e.actor, e.action, coalesce(o.target, e.target) AS target, e.address,
    CASE e.outcome WHEN 'begun' THEN coalesce(o.outcome, 'unknown') ELSE e.outcome END AS outcome,
    coalesce(o.details, e.details) AS details, coalesce(o.hash, e.hash) AS hash
    FROM audit_entry e LEFT JOIN audit_entry o ON o.settles = e.seq WHERE e.settles IS NULL)`,
  key: 'seq',
  isLatestFirst: true,
  fields: [
    field('seq', 'number', 'Its place in the log.', { pgType: 'bigint' }),
    field('at', 'time', 'When it was done.'),
    field('actor', 'text', 'Who did it.', { isSearched: true }),
    field('action', 'text', 'What was done.', { isSearched: true }),
    field('target', 'text', 'To what.', { isNullable: true, isSearched: true }),
    field('targetName', 'text', 'What that is called, where the target is its number.', { isNullable: true }),
    field('outcome', 'text', `How it ended; unknown while it is under way, and where the process died in the middle.`, {
      values: AUDIT_OUTCOMES,
    }),
    field('address', 'text', 'Where the request came from.', { isNullable: true, isSearched: true }),
    field('details', 'json', 'What was asked, without secrets.'),
    field('hash', 'text', 'SHA-256 of the hash before it and of this entry, or of the one that tells its outcome.'),
  ],
  computed: { targetName: TARGET_NAME },
})

/** Who did what, as it is shown. */
type AuditLine = Omit<AuditRow, 'outcome' | 'settles'> & {
  targetName: string | null
  outcome: (typeof AUDIT_OUTCOMES)[number]
  hash: string
}

function own<R extends object>(declaration: {
  name: string
  table?: string
  key: string
  isLatestFirst?: boolean
  fields: readonly Field[]
  /** Fields that are no columns, in SQL. */
  computed?: Readonly<Record<string, string>>
}): Relation<R> {
  const { name, table = quoted(name), key, isLatestFirst, fields, computed } = declaration
  const columns = Object.fromEntries(fields.map((each) => [each.name, `t.${quoted(sqlName(each.name))}`]))
  return {
    name,
    fields: fieldMap(fields),
    branches: [{ table, connection: 'NULL', columns: { ...columns, ...computed } }],
    key: [key],
    order: [isLatestFirst ? `${key}:desc` : key],
  }
}
