import pg from 'pg'
import { createLog } from '../../src/log.ts'
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts'

/** Runs as a process of its own that owns an embedded store: `node <this file> DATA_DIR wait|leave|throw`. */
export const embeddedOwner = import.meta.filename

if (process.argv[1] === import.meta.filename) {
  const [dataDir = '', ending] = process.argv.slice(2)
  const store = await startEmbedded({ dataDir, log: createLog({ level: 'warn' }), fsync: false })
  const pool = new pg.Pool(store.connection)
  pool.on('error', () => undefined)
  await pool.query('CREATE TABLE IF NOT EXISTS kept (id int)')
  await pool.query('INSERT INTO kept VALUES (1)')
  if (ending === 'throw') throw new Error('on purpose')
  if (ending === 'leave') await pool.end()
  else setInterval(() => undefined, 60_000)
  process.stdout.write('ready\n')
}
