import type { Run } from '../../api/types.ts'

/** Who started a run; a schedule is named by its plan. */
export function starterOf({ startedBy, plan }: Pick<Run, 'startedBy' | 'plan'>): string {
  if (startedBy === 'schedule') return plan ? `the schedule of ${plan}` : 'a schedule'
  return startedBy
}

/** What happened when a run `started`: nobody has begun it while it is queued. */
export function startedWord({ status }: Pick<Run, 'status'>): string {
  return status === 'queued' ? 'asked for' : 'started'
}
