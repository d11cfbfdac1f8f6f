import { openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { createUser } from '../../src/operations/access/users.ts'
import { perform } from '../../src/operations/perform.ts'

/** Runs as a process of its own that adds users for ever, or dies as the first one is added: `node <this file> WHEN NAME`. */
export const performAndDie = import.meta.filename

/** When the process kills itself: before the operation does anything, after it has done all, or never. */
export type Death = 'before' | 'after' | 'never'

async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

if (process.argv[1] === import.meta.filename) {
  const [death = 'never', name = 'user'] = process.argv.slice(2)
  const app = await openApp(loadConfig(process.env), createLog({ level: 'silent' }))
  const caller = { name: 'cli:doomed', role: 'admin' } as const
  const operation = {
    ...createUser,
    async run(...given: Parameters<typeof createUser.run>) {
      if (death === 'before') await die()
      const answer = await createUser.run(...given)
      if (death === 'after') await die()
      return answer
    },
  }
  const { signal } = new AbortController()
  for (let n = 1; ; n++) {
    await perform(operation, { app, caller, signal }, { email: `${name}-${n}@example.com`, role: 'viewer' })
  }
}
