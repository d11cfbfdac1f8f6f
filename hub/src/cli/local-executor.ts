import os from 'node:os'
import type { Caller } from '../access/caller.ts'
import { openApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { perform } from '../operations/perform.ts'
import { workOn } from '../operations/runs/work-on.ts'
import type { Executor } from './executor.ts'

/** Opens the store and carries out operations in this process, as its owner. */
export async function openLocal(): Promise<Executor> {
  const config = loadConfig()
  const log = createLog({ level: config.logLevel ?? 'error' })
  const app = await openApp(config, log)
  const ending = new AbortController()
  return {
    isLocal: true,
    ask: (operation, input) => perform(operation, { app, caller: owner(), signal: ending.signal }, input),
    work: (run, stop) => workOn(app, run, stop),
    async close() {
      ending.abort()
      await app.close()
    },
  }
}

function owner(): Caller {
  return { name: `cli:${userName()}`, role: 'admin' }
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    // Containers run under numbers that no account belongs to.
    return String(process.getuid?.() ?? 'unknown')
  }
}
