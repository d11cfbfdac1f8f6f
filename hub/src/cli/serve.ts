import { entryAddress } from '../api/entry-address.ts'
import { type App, openApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { type Parts, type ServeRole, startParts } from './start-parts.ts'

// Whatever hangs by then is let go of; claims end with the process, so nothing is lost.
const STOP_MS = 9_000

/** Serves until it is told to stop; answers the exit code. */
export async function serve({ role }: { role: ServeRole }): Promise<number> {
  const config = loadConfig()
  const log = createLog({ level: config.logLevel ?? 'info' })
  const told = stopSignal()
  const app = await openApp(config, log)
  let parts: Parts | undefined
  try {
    parts = await startParts(app, role)
    log.info({ role, store: app.store.where }, 'serving')
    if (parts.url !== undefined) await welcome(app, parts.url)
    log.info({ signal: await told }, 'stopping')
    return 0
  } finally {
    const late = setTimeout(() => {
      log.warn('stopped without waiting any longer')
      process.exit(0)
    }, STOP_MS)
    await parts?.stop()
    await app.close()
    clearTimeout(late)
  }
}

/** Tells the person who started it how to get in. The address is as good as a password, so no log may keep it. */
async function welcome(app: App, url: string): Promise<void> {
  if (!process.stderr.isTTY) return
  const setup = await entryAddress(app, url, 'setup')
  const next = setup ? `Make the first administrator at ${setup}` : `Sign in at ${app.config.publicUrl}`
  process.stderr.write(`\n${next}\n\n`)
}

/** The first signal asks to stop, the second one insists. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(130)
        isAsked = true
        resolve(signal)
      })
    }
  })
}
