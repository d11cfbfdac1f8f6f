import type { Kind } from '../kinds/kind.ts'
import { COPIED_COLUMNS } from './copy-rows.ts'
import { sqlColumns } from './kind-table.ts'
import { literal, quoted, sqlName } from './sql-name.ts'

/** The statements that write a page of a kind; each is made once per kind. */
export interface UpsertStatements {
  /** Which of the given ids and hashes ($2, $3) differ from what is stored: their positions, from 1, and whether they are new. */
  readonly changed: string
  /** Straight into the table, for rows that are new. */
  readonly copyNew: string
  readonly stage: string
  readonly copy: string
  /** $1 connection, $2 run, $3 cause, $4 when Wiz was asked. Answers how many were inserted and written in all. */
  readonly upsert: string
  readonly clear: string
  /** Rows ($2) that are there, whatever is known of them. */
  readonly seen: string
}

const COPIED_TYPES = ['raw json', 'hash uuid', 'connection_id bigint', 'observed_at timestamptz', 'written_run bigint']

const made = new Map<string, UpsertStatements>()

/** The statements of a kind. */
export function upsertStatements(kind: Kind): UpsertStatements {
  const known = made.get(kind.name)
  if (known) return known
  const statements = make(kind)
  made.set(kind.name, statements)
  return statements
}

function make(kind: Kind): UpsertStatements {
  const table = quoted(kind.table)
  const stage = quoted(`stage_${kind.table}`)
  const columns = sqlColumns(kind)
  const names = columns.map(({ sql }) => sql)
  const typed = columns.map(({ sql, type }) => `${sql} ${type}`)
  const stored = [...names, 'raw', 'hash']
  const copied = [...names, ...COPIED_COLUMNS].join(', ')
  const updates = [
    ...stored.filter((name) => name !== '"id"').map((name) => `${name} = excluded.${name}`),
    'observed_at = excluded.observed_at',
    'written_at = now()',
    'written_run = excluded.written_run',
    'absent_run = NULL',
  ]
  const tracked = columns.filter(({ column }) => column.isTracked)
  return {
    changed: `SELECT i.n, t.hash IS NULL AND NOT EXISTS (
        SELECT FROM tombstone d WHERE d.connection_id = $1 AND d.kind = ${literal(kind.name)} AND d.id = i.id) AS "isNew"
      FROM unnest($2::text[], $3::uuid[]) WITH ORDINALITY AS i (id, hash, n)
      LEFT JOIN LATERAL (SELECT hash, absent_run FROM ${table} WHERE connection_id = $1 AND id = i.id OFFSET 0) t ON true
      WHERE t.hash IS DISTINCT FROM i.hash OR t.absent_run IS NOT NULL`,
    copyNew: `COPY ${table} (${copied}) FROM STDIN (FORMAT binary)`,
    stage: `CREATE TEMP TABLE IF NOT EXISTS ${stage} (${[...typed, ...COPIED_TYPES].join(', ')})
      WITH (toast_tuple_target = 8160);
      ALTER TABLE ${stage} ALTER COLUMN raw SET STORAGE EXTERNAL`,
    copy: `COPY ${stage} (${copied}) FROM STDIN (FORMAT binary)`,
    upsert: `WITH old AS MATERIALIZED (
        -- LATERAL keeps it a look-up per row: nobody has counted the rows of a staging table, and a guess scans the whole.
        SELECT t.* FROM (SELECT id FROM ${stage} ORDER BY id) s
        CROSS JOIN LATERAL (SELECT * FROM ${table} WHERE connection_id = $1 AND id = s.id FOR UPDATE) t
      ), written AS (
        INSERT INTO ${table} AS t (connection_id, ${stored.join(', ')}, observed_at, written_run, stored_at)
        SELECT $1, ${stored.map((name) => `s.${name}`).join(', ')}, $4::timestamptz, $2,
          -- What comes back has been known since it first came.
          coalesce((SELECT d.stored_at FROM tombstone d
            WHERE d.connection_id = $1 AND d.kind = ${literal(kind.name)} AND d.id = s.id), now())
        -- Counting them is what makes the old rows be read, and locked, before they are overwritten.
        FROM ${stage} s CROSS JOIN (SELECT count(*) FROM old) locked ORDER BY s.id
        ON CONFLICT (connection_id, id) DO UPDATE SET ${updates.join(', ')}
        WHERE ${isNewer(kind)}
        -- A row that ON CONFLICT found carries our lock, also where it came after this statement began.
        RETURNING t.id, t.xmax = '0'::xid AS is_new
      ), restored AS (
        DELETE FROM tombstone d USING written w WHERE d.connection_id = $1 AND d.kind = ${literal(kind.name)} AND d.id = w.id
        RETURNING d.id
      ), events AS (
        INSERT INTO history (connection_id, kind, id, run_id, cause, event, field, before, after)
        SELECT $1, ${literal(kind.name)}, r.id, $2, $3, 'restored', NULL, NULL, NULL FROM restored r
        ${tracked.length > 0 ? `UNION ALL ${changes(kind, stage)}` : ''}
      )
      SELECT count(*)::int AS written, (count(*) FILTER (WHERE is_new))::int AS inserted FROM written`,
    clear: `TRUNCATE ${stage}`,
    seen: `UPDATE ${table} SET absent_run = NULL WHERE connection_id = $1 AND id = ANY ($2) AND absent_run IS NOT NULL`,
  }
}

/** Of two copies the newer one by Wiz's own clock; where that says nothing, the one asked for later. */
function isNewer(kind: Kind): string {
  const asked = 'excluded.observed_at >= t.observed_at'
  if (!kind.version) return asked
  const version = quoted(sqlName(kind.version))
  return `CASE WHEN excluded.${version} <> t.${version} THEN excluded.${version} > t.${version} ELSE ${asked} END`
}

/** The tracked columns of a row as a text of JSON, each as history keeps it. */
export function trackedAsJson(kind: Kind, row: string): string {
  const fields = sqlColumns(kind)
    .filter(({ column }) => column.isTracked)
    .flatMap(({ name, sql, type }) => [literal(name), asText(`${row}.${sql}`, type)])
  return `json_build_object(${fields.join(', ')})::text`
}

function changes(kind: Kind, stage: string): string {
  const fields = sqlColumns(kind)
    .filter(({ column }) => column.isTracked)
    .map(({ name, sql, type }) => `(${literal(name)}, ${asText(`o.${sql}`, type)}, ${asText(`s.${sql}`, type)})`)
  return `SELECT $1, ${literal(kind.name)}, o.id, $2, $3, 'changed', f.field, f.before, f.after
        FROM written w JOIN old o USING (id) JOIN ${stage} s USING (id)
        CROSS JOIN LATERAL (VALUES ${fields.join(', ')}) AS f (field, before, after)
        WHERE f.before IS DISTINCT FROM f.after`
}

function asText(expression: string, type: string): string {
  return type === 'timestamptz'
    ? `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : `${expression}::text`
}
