import type { Kind } from '../kinds/kind.ts'
import { namesOf } from './kind-names.ts'
import { rankOf, sqlColumns } from './kind-table.ts'
import { LOCKS } from './locks.ts'
import { literal, quoted } from './sql-name.ts'
import { type Summary, summary } from './summary.ts'

/** What is kept beside the rows of a kind, so that lists answer quickly over millions of them. */
export function summariesOf(kind: Kind): readonly Summary[] {
  return [...(isTallied(kind) ? [tally(kind)] : []), ...(kind.finding ? [namesOf(kind)] : [])]
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

/** How many rows of a kind there are, in SQL: this number of that table, which has the columns that are filtered by. */
export function rowCount(kind: Kind): { readonly number: string; readonly table: string } {
  return isTallied(kind)
    ? { number: 'coalesce(sum(n), 0)', table: quoted(tallyTable(kind)) }
    : { number: 'count(*)', table: quoted(kind.table) }
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
