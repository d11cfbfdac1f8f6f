import type { Operation } from '../operations/operation.ts'
import type { Stop } from '../operations/runs/work-on.ts'

/** Where operations are carried out: in this process on the store, or by a server. */
export interface Executor {
  ask(operation: Operation, input: Record<string, unknown>): Promise<unknown>
  /** Works on a run until it has ended or is to stop; where a server does the work, only waits for it. */
  work(run: StartedRun, stop: Required<Stop>): Promise<void>
  /** Whether stopping to work on a run means that nobody works on it. */
  readonly isLocal: boolean
  close(): Promise<void>
}

/** A run that was just started or taken up again. */
export interface StartedRun {
  readonly run: number
  readonly connection: string
}
