import type { Kind } from '../kinds/kind.ts'
import { literal, quoted, sqlName } from './sql-name.ts'
import { type Summary, summary } from './summary.ts'

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

/** The names that occur in the rows of a kind, by the fields that lead to rows. */
export function namesOf(kind: Kind): Summary {
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
