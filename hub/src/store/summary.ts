import type { Kind } from '../kinds/kind.ts'
import { quoted } from './sql-name.ts'

/** A table beside the table of a kind that triggers keep in step with it, within the transaction that writes. */
export interface Summary {
  readonly table: string
  readonly body: string
  /** Makes it anew and fills it from the rows there are. */
  readonly create: string
}

/** The statements that make a summary, and the triggers that run its body. */
export function summary(
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
