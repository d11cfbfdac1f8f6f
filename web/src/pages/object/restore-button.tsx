import { Button } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import { useMay } from '../../api/role.ts'
import { tell, tellProblem } from '../../ui/tell.tsx'

interface Props {
  readonly kind: string
  readonly id: string
  readonly connection: string
  /** Why it was removed, in the word under which that is filed. */
  readonly reason: string | null
  /** What it is called, for those who only hear the button. */
  readonly title?: string
}

/** Brings back an object that was removed here. */
export function RestoreButton({ kind, id, connection, reason, title }: Props) {
  const client = useQueryClient()
  const mayOperate = useMay('operator')
  const restore = useMutation({
    mutationFn: () => ask('/tombstones/restore', { method: 'POST', body: { kind, id, connection } }),
    onSuccess: () => {
      tell(
        reason === 'left-scope'
          ? 'It is back. No plan keeps it up to date until one is changed to want it.'
          : 'It is back. The next full sync removes it again if Wiz does not have it.',
      )
      return client.invalidateQueries()
    },
    onError: tellProblem,
  })
  if (!mayOperate) return null
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={restore.isPending}
      onClick={() => restore.mutate()}
      leftSection={<IconArrowBackUp size={14} aria-hidden />}
      aria-label={title ? `Restore ${title}` : undefined}
    >
      Restore
    </Button>
  )
}
