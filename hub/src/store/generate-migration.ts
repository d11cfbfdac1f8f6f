/* Writes the migration that brings the tables of the kinds from what the earlier migrations make of them to what the
   kinds declare now: `node hub/src/store/generate-migration.ts add-container-layers`. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KINDS } from '../kinds/kinds.ts'
import { createLog } from '../log.ts'
import { summariesOf } from './kind-summary.ts'
import {
  columnLines,
  createFindingsView,
  createIndexes,
  createKindTable,
  projectSetLines,
  sqlColumns,
} from './kind-table.ts'
import { migrationNames } from './migrate.ts'
import { openStore, type Store } from './open-store.ts'
import { quoted } from './sql-name.ts'

/** The statements that are missing between the database and the kinds; empty when they agree. */
export async function missingStatements(store: Store): Promise<string[]> {
  const { rows: columns } = await store.pool.query<{ table_name: string; column_name: string }>(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
  )
  const { rows: indexes } = await store.pool.query<{ indexname: string }>(
    "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
  )
  const { rows: functions } = await store.pool.query<{ proname: string; prosrc: string }>(
    "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'keep\\_%'",
  )
  const kept = new Map(functions.map((row) => [row.proname, row.prosrc]))
  const has = new Set(columns.map((row) => `${row.table_name}.${row.column_name}`))
  const indexed = new Set(indexes.map((row) => quoted(row.indexname)))
  const statements = KINDS.flatMap((kind) => {
    const summaries = summariesOf(kind)
      .filter(({ table, body }) => kept.get(`keep_${table}`) !== body)
      .map(({ create }) => create)
    if (!has.has(`${kind.table}.id`)) return [createKindTable(kind), ...summaries]
    const missing = sqlColumns(kind).filter(({ sql }) => !has.has(`${kind.table}.${sql.replaceAll('"', '')}`))
    const lines = [
      ...missing.flatMap(columnLines),
      ...(has.has(`${kind.table}.project_set`) ? [] : projectSetLines(kind)),
    ]
    const added = lines.map((line) => `ALTER TABLE ${quoted(kind.table)} ADD COLUMN ${line};`)
    return [...added, ...createIndexes(kind).filter((text) => !indexed.has(indexName(text))), ...summaries]
  })
  return statements.length > 0 ? [...statements, createFindingsView()] : []
}

function indexName(statement: string): string {
  return statement.split(' ')[2] ?? ''
}

/** The number of the migration that comes after these, which may have gaps. */
export function numberAfter(names: readonly string[]): string {
  return String(Math.max(0, ...names.map((name) => Number.parseInt(name, 10))) + 1).padStart(4, '0')
}

if (import.meta.main) {
  const dataDir = mkdtempSync(join(tmpdir(), 'wizbridge-migration-'))
  const store = await openStore({ databaseUrl: undefined, dataDir }, createLog({ level: 'warn' }), { fsync: false })
  const statements = await missingStatements(store)
  await store.close()
  if (statements.length === 0) {
    process.stderr.write('The tables and the kinds agree; there is nothing to write.\n')
  } else {
    const name = `${numberAfter(migrationNames())}-${process.argv[2] ?? 'kinds'}.sql`
    const file = new URL(`./migrations/${name}`, import.meta.url)
    writeFileSync(file, `${statements.join('\n\n')}\n`)
    process.stderr.write(`Wrote ${file.pathname}\n`)
  }
}
