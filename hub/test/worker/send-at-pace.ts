/* A process that sends as much as the pace of an account lets it, and is busy with other things now and then. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { paceLedger } from '../../src/store/pace-ledger.ts'
import { createGovernor } from '../../src/wiz/governor.ts'

const [databaseUrl, seconds] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: databaseUrl })
const governor = createGovernor({ ledger: paceLedger(pool, 'shared by three') })
const sent: number[] = []
const end = AbortSignal.timeout(Number(seconds) * 1000)

async function sendAndSend(): Promise<void> {
  while (!end.aborted) {
    const task = async (sending: () => void) => {
      sending()
      // This clock is the same one for all processes of a machine.
      sent.push(Number(process.hrtime.bigint()) / 1e6)
      await sleep(Math.random() * 800)
    }
    await governor.run(task, { signal: end }).catch((error) => {
      if (!end.aborted) throw error
    })
  }
}

async function beBusy(): Promise<void> {
  while (!end.aborted) {
    await sleep(Math.random() * 200)
    const until = performance.now() + Math.random() * 150
    while (performance.now() < until);
  }
}

await Promise.all([...Array.from({ length: 12 }, sendAndSend), beBusy()])
console.log(JSON.stringify(sent))
process.exit()
