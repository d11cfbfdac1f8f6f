import type { App } from '../app.ts'
import type { Telemetry } from '../telemetry.ts'
import { joinRuns } from './join-runs.ts'
import { runJobs } from './run-jobs.ts'

/** Starts all that happens without being asked for: helping with open runs, schedules, clearing out. */
export async function startWorker(app: App, telemetry: Telemetry): Promise<{ stop(): Promise<void> }> {
  const jobs = await runJobs(app, telemetry)
  const joiner = joinRuns(app, telemetry)
  return {
    async stop() {
      await Promise.all([joiner.stop(), jobs.stop()])
    },
  }
}
