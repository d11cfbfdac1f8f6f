/* A process that owns an embedded store until it is told to end: `node embedded-owner.ts DATA_DIR [NATIVE]`. */
import pg from 'pg'
import { createLog } from '../src/log.ts'
import { startEmbedded } from '../src/store/embedded/start-embedded.ts'

const [dataDir = '', ending = 'wait'] = process.argv.slice(2)
const store = await startEmbedded({ dataDir, log: createLog({ level: 'warn' }), fsync: false })
const pool = new pg.Pool(store.connection)
pool.on('error', () => undefined)
await pool.query('CREATE TABLE IF NOT EXISTS kept (id int)')
await pool.query('INSERT INTO kept VALUES (1)')
if (ending === 'throw') throw new Error('on purpose')
if (ending === 'leave') await pool.end()
else setInterval(() => undefined, 60_000)
process.stdout.write('ready\n')
