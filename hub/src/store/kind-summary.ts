import type { Kind } from '../kinds/kind.ts'
import { rankOf, sqlColumns } from './kind-table.ts'
import { LOCKS } from './locks.ts'
import { literal, quoted, sqlName } from './sql-name.ts'

/** A table beside the table of a kind that triggers keep in step with it, within the transaction that writes. */
export interface Summary {
  readonly table: string
  readonly body: string
  /** Makes it anew and fills it from the rows there are. */
  readonly create: string
}

/** What is kept beside the rows of a kind, so that lists answer quickly over millions of them. */
export function summariesOf(kind: Kind): readonly Summary[] {
  return [...(isTallied(kind) ? [tally(kind)] : []), ...(kind.finding ? [names(kind)] : [])]
}

/** Whether the rows of a kind are counted as they are written: what lies in a cloud is many. */
export function isTallied(kind: Kind): boolean {
  return kind.planFilters?.platforms !== undefined
}

/** The fields of a kind that its tally tells apart: those of few values. */
export function talliedFields(kind: Kind): readonly string[] {
  const filters = Object.values(kind.planFilters ?? {}).map((filter) => filter.column)
  const isCounted = ([name, { values, type }]: (typeof columns)[number]) =>
    values !== undefined || type === 'boolean' || filters.includes(name)
  const columns = Object.entries(kind.columns)
  return columns.filter(isCounted).map(([name]) => name)
}

/** The table in which the rows of a kind are counted: several rows may have the same values, their sum counts. */
export function tallyTable(kind: Kind): string {
  return `${kind.table}_tally`
}

/** Puts the rows of a tally together that have the same values. */
export function settleTally(kind: Kind): string {
  const table = quoted(tallyTable(kind))
  const list = talliedColumns(kind).join(', ')
  return `WITH part AS (DELETE FROM ${table} RETURNING *)
    INSERT INTO ${table} (${list}, n) SELECT ${list}, sum(n) FROM part GROUP BY ${list} HAVING sum(n) <> 0`
}

function talliedColumns(kind: Kind): string[] {
  const counted = sqlColumns(kind).filter(({ name }) => talliedFields(kind).includes(name))
  return ['connection_id', ...counted.flatMap(({ sql, column }) => (column.isRanked ? [sql, rankOf(sql)] : [sql]))]
}

function tally(kind: Kind): Summary {
  const table = tallyTable(kind)
  const counted = sqlColumns(kind).filter(({ name }) => talliedFields(kind).includes(name))
  const lines = counted.flatMap(({ sql, type, column }) => [
    `${sql} ${type}`,
    ...(column.isRanked ? [`${rankOf(sql)} smallint`] : []),
  ])
  const list = talliedColumns(kind).join(', ')
  const into = `INSERT INTO ${quoted(table)} (${list}, n) SELECT ${list}`
  // Nobody updates a row of it, so nobody waits for anybody: what was added is put together now and then.
  const body = `
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE ${quoted(table)};
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM ${quoted(table)} WHERE connection_id = OLD.id;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    ${into}, count(*) FROM new_rows GROUP BY ${list};
  ELSIF TG_OP = 'DELETE' THEN
    ${into}, -count(*) FROM old_rows GROUP BY ${list};
  ELSE
    ${into}, sum(n) FROM (SELECT ${list}, 1 AS n FROM new_rows UNION ALL SELECT ${list}, -1 FROM old_rows) moved
    GROUP BY ${list} HAVING sum(n) <> 0;
  END IF;
  IF random() < 0.01 AND current_setting('transaction_isolation') = 'read committed'
    AND pg_try_advisory_xact_lock(${LOCKS.tallies}, hashtext(${literal(table)})) THEN
    ${settleTally(kind)};
  END IF;
  RETURN NULL;
END `
  const create = [
    `CREATE TABLE ${quoted(table)} (\n  connection_id bigint NOT NULL,\n  ${lines.join(',\n  ')},\n  n bigint NOT NULL\n);`,
    `COMMENT ON TABLE ${quoted(table)} IS ${literal(`How many rows of ${kind.table} have these values: the sum of n.`)};`,
    `${into}, count(*) FROM ${quoted(kind.table)} GROUP BY ${list};`,
  ]
  return summary(kind, table, body, create, ['INSERT', 'UPDATE', 'DELETE'])
}

/** A field that rows are found by in an index, and the names that are known of its values. */
export interface Anchor {
  readonly field: string
  readonly names: readonly string[]
}

/** The fields of a finding by which a search finds it: its rule and its asset, each with what they are called. */
export function anchorsOf(kind: Kind, searched: readonly string[]): readonly Anchor[] {
  if (!kind.finding) return []
  const { rule, title, assetId } = kind.finding
  const named = searched.filter((name) => name !== 'id')
  const isOfRule = (name: string) => name === rule || name === title || name.startsWith('rule')
  return [
    { field: rule, names: named.filter(isOfRule) },
    { field: assetId, names: named.filter((name) => !isOfRule(name)) },
  ]
}

/** The fields of a kind that a search looks into. */
export function searchedFields(kind: Kind): readonly string[] {
  return Object.entries(kind.columns).flatMap(([name, { type, values, isIndexed }]) => {
    const isNamed = name === 'id' || name === kind.title || isIndexed || /(?:name|id)$/i.test(name)
    return type === 'text' && !values && isNamed ? [name] : []
  })
}

/** The table of the names that occur in the rows of a kind. */
export function nameTable(kind: Kind): string {
  return `${kind.table}_name`
}

function names(kind: Kind): Summary {
  const table = nameTable(kind)
  const insert = (from: string) => {
    const parts = anchorsOf(kind, searchedFields(kind)).map(({ field, names: called }) => {
      const key = quoted(sqlName(field))
      const all = called.map((name) => quoted(sqlName(name))).join(', ')
      return `SELECT DISTINCT connection_id, ${literal(field)} AS anchor, ${key} AS key, concat_ws(E'\\n', ${all}) AS names FROM ${from}`
    })
    // One look into the index for each, whatever the planner thinks of the size of a page.
    return `INSERT INTO ${quoted(table)} (digest, connection_id, anchor, key, names)
    SELECT digest, connection_id, anchor, key, names FROM (
      ${parts.join('\n      UNION ALL ')}
    ) found CROSS JOIN LATERAL (
      SELECT md5(concat_ws(E'\\n', connection_id, anchor, coalesce(length(key), -1), names))::uuid AS digest OFFSET 0
    ) as_one
    WHERE names <> '' AND (SELECT 1 FROM ${quoted(table)} known WHERE known.digest = as_one.digest LIMIT 1) IS NULL;`
  }
  const body = `
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE ${quoted(table)};
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM ${quoted(table)} WHERE connection_id = OLD.id;
  ELSE
    ${insert('new_rows')}
  END IF;
  RETURN NULL;
END `
  const create = [
    `CREATE TABLE ${quoted(table)} (\n  digest uuid NOT NULL,\n  connection_id bigint NOT NULL,\n  anchor text NOT NULL,\n  key text,\n  names text NOT NULL\n);`,
    `COMMENT ON TABLE ${quoted(table)} IS ${literal(`Every name that rows of ${kind.table} had, by the value of the field they are found by.`)};`,
    `CREATE INDEX ${quoted(`${table}_by_digest`)} ON ${quoted(table)} (digest);`,
    insert(quoted(kind.table)),
  ]
  return summary(kind, table, body, create, ['INSERT', 'UPDATE'])
}

function summary(
  kind: Kind,
  table: string,
  body: string,
  create: readonly string[],
  events: readonly string[],
): Summary {
  const run = `EXECUTE FUNCTION ${quoted(`keep_${table}`)}()`
  const transitions: Record<string, string> = {
    INSERT: 'NEW TABLE AS new_rows',
    UPDATE: 'OLD TABLE AS old_rows NEW TABLE AS new_rows',
    DELETE: 'OLD TABLE AS old_rows',
  }
  const statements = [
    `DROP TABLE IF EXISTS ${quoted(table)};`,
    `DROP FUNCTION IF EXISTS ${quoted(`keep_${table}`)} CASCADE;`,
    ...create,
    `CREATE FUNCTION ${quoted(`keep_${table}`)}() RETURNS trigger LANGUAGE plpgsql AS $$${body}$$;`,
    ...events.map(
      (event) =>
        `CREATE TRIGGER ${quoted(`${table}_${event.toLowerCase()}`)} AFTER ${event} ON ${quoted(kind.table)} REFERENCING ${transitions[event]} FOR EACH STATEMENT ${run};`,
    ),
    `CREATE TRIGGER ${quoted(`${table}_truncate`)} AFTER TRUNCATE ON ${quoted(kind.table)} FOR EACH STATEMENT ${run};`,
    `CREATE TRIGGER ${quoted(`${table}_forget`)} AFTER DELETE ON connection FOR EACH ROW ${run};`,
  ]
  return { table, body, create: statements.join('\n') }
}
