import type { Run } from '../../api/types.ts'

/** Who started a run; a schedule is named by its plan. */
export function starterOf({ startedBy, plan }: Pick<Run, 'startedBy' | 'plan'>): string {
  if (startedBy === 'schedule') return plan ? `the schedule of ${plan}` : 'a schedule'
  return startedBy
}
