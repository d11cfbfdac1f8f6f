import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { paceLedger } from '../../src/store/pace-ledger.ts'
import { createGovernor } from '../../src/wiz/governor.ts'

/**
 * When a process of its own sent, in milliseconds of a clock that all processes have in common. It sends as much as the pace
 * of an account lets it, and is busy with other things now and then.
 */
export async function sendAtPace(databaseUrl: string, seconds: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, databaseUrl, `${seconds}`])
  return JSON.parse(stdout) as number[]
}

async function send(databaseUrl: string, end: AbortSignal): Promise<number[]> {
  const pool = new pg.Pool({ connectionString: databaseUrl })
  const governor = createGovernor({ ledger: paceLedger(pool, 'shared by all') })
  const sent: number[] = []
  const task = async (sending: () => void) => {
    sending()
    sent.push(Number(process.hrtime.bigint()) / 1e6)
    await sleep(Math.random() * 800)
  }
  const sendAndSend = async () => {
    while (!end.aborted) {
      await governor.run(task, { signal: end }).catch((error) => {
        if (!end.aborted) throw error
      })
    }
  }
  await Promise.all([...Array.from({ length: 12 }, sendAndSend), beBusy(end)])
  return sent
}

async function beBusy(end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    await sleep(Math.random() * 200)
    const until = performance.now() + Math.random() * 150
    while (performance.now() < until);
  }
}

if (import.meta.main) {
  const [databaseUrl = '', seconds] = process.argv.slice(2)
  console.log(JSON.stringify(await send(databaseUrl, AbortSignal.timeout(Number(seconds) * 1000))))
  process.exit()
}
