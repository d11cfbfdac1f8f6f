import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ask, part } from '../../api/client.ts'
import { tellProblem } from '../../ui/tell.tsx'

interface Started {
  readonly run: number
  readonly isNew: boolean
}

/** Starts a sync and goes to where its progress is shown. */
export function useStartSync(connection: string) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (body: { full?: boolean; kinds?: readonly string[] }) =>
      ask<Started>(`/connections/${part(connection)}/syncs`, { method: 'POST', body }),
    onSuccess: async ({ run }) => {
      await client.invalidateQueries({ queryKey: ['connections'] })
      await navigate({ to: '/runs/$run', params: { run: String(run) } })
    },
    onError: tellProblem,
  })
}
