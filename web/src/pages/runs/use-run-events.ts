import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { addressOf, ask } from '../../api/client.ts'
import type { RunDetail } from '../../api/types.ts'

/** A run as it is now; the server tells each change until it ends. */
export function useRunEvents(id: number) {
  const client = useQueryClient()
  const {
    data: run,
    error,
    refetch,
  } = useQuery({
    queryKey: ['runs', id],
    queryFn: ({ signal }) => ask<RunDetail>(`/runs/${id}`, { signal }),
  })
  const isOpen = run ? run.finishedAt === null : false
  useEffect(() => {
    if (!isOpen) return
    const events = new EventSource(addressOf(`/runs/${id}/events`))
    events.addEventListener('progress', (event) => client.setQueryData(['runs', id], JSON.parse(event.data)))
    events.addEventListener('end', () => {
      events.close()
      void client.invalidateQueries()
    })
    return () => events.close()
  }, [client, id, isOpen])
  return { run, error, refetch }
}
