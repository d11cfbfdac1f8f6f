import type { App } from '../app.ts'
import { clearOut } from './clear-out.ts'
import { startDuePlans } from './start-due-plans.ts'

/** Work that comes back at set times, done once for all processes together. */
export interface Job {
  readonly name: string
  /** One sentence for the documentation. */
  readonly about: string
  /** In UTC. */
  readonly cron: string
  run(app: App, signal: AbortSignal): Promise<void>
}

/** Everything that happens by itself. */
export const JOBS: readonly Job[] = [
  {
    name: 'start-due-plans',
    about: 'Starts a run of every ingestion plan that is due.',
    cron: '* * * * *',
    run: startDuePlans,
  },
  {
    name: 'clear-out',
    about: 'Removes what is older than it is to be kept: runs, their pages, history, expired sessions.',
    cron: '23 * * * *',
    run: clearOut,
  },
]
