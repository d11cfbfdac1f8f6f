import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { RunDetail, RunProgress } from '../../api/types.ts'

const LOOK_MS = 2000

/** All about a run; looked at again and again until it has ended. */
export function useRun(id: number) {
  return useQuery({
    queryKey: ['runs', id],
    queryFn: ({ signal }) => ask<RunDetail>(`/runs/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? LOOK_MS : false),
  })
}

/** Whether a run is still to go on. */
export function isOpen({ status }: Pick<RunProgress, 'status'>): boolean {
  return status === 'running' || status === 'queued'
}
