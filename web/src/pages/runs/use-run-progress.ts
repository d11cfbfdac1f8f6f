import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { addressOf, ask } from '../../api/client.ts'
import type { RunProgress } from '../../api/types.ts'
import { isOpen } from './use-run.ts'

/** How far a run is; the server tells each change until it ends. */
export function useRunProgress(id: number): RunProgress | undefined {
  const client = useQueryClient()
  const { data: progress } = useQuery({
    queryKey: ['run-progress', id],
    queryFn: ({ signal }) => ask<RunProgress>(`/runs/${id}/progress`, { signal }),
  })
  const isGoingOn = progress !== undefined && isOpen(progress)
  useEffect(() => {
    if (!isGoingOn) return
    const events = new EventSource(addressOf(`/runs/${id}/events`))
    events.addEventListener('progress', (event) => client.setQueryData(['run-progress', id], JSON.parse(event.data)))
    events.addEventListener('end', () => {
      events.close()
      void client.invalidateQueries()
    })
    return () => events.close()
  }, [client, id, isGoingOn])
  return progress
}
