import { Button, Group, List, Stack, Text } from '@mantine/core'
import { IconHandStop } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import { useMay } from '../../api/role.ts'
import type { Receipt, RunDetail } from '../../api/types.ts'
import { count, kindName } from '../../ui/format.ts'
import { Notice } from '../../ui/notice.tsx'
import { tell, tellProblem } from '../../ui/tell.tsx'
import { withoutCommands } from '../../ui/without-commands.ts'

/** Removals so large that a person has to decide. */
export function HeldRemovals({ run }: { run: RunDetail }) {
  const waiting = run.receipts.filter((receipt) => receipt.heldState === 'waiting')
  return waiting.map((receipt) => <HeldRemoval key={receipt.kind} run={run} receipt={receipt} />)
}

function HeldRemoval({ run, receipt }: { run: RunDetail; receipt: Receipt }) {
  const client = useQueryClient()
  const mayOperate = useMay('operator')
  const { kind, held, stored, error } = receipt
  const samples = run.held.filter((row) => row.kind === kind).slice(0, 5)
  const decide = useMutation({
    mutationFn: (verb: 'approve' | 'refuse') =>
      ask<{ removed: number }>(`/runs/${run.id}/${verb}`, { method: 'POST', body: { kind } }),
    onSuccess: ({ removed }, verb) => {
      tell(verb === 'approve' ? `${count(removed)} are removed. They can be restored.` : 'All of them are kept.')
      return client.invalidateQueries()
    },
    onError: tellProblem,
  })
  return (
    <Notice
      tone="warn"
      role="alert"
      icon={<IconHandStop aria-hidden />}
      title={
        held === null
          ? `Removals wait: ${kindName(kind)}`
          : `${count(held)} of ${count(stored)} in Wiz no more: ${kindName(kind)}`
      }
    >
      <Stack gap="sm">
        {error && !error.startsWith(String(held)) && <Text size="sm">{withoutCommands(error)}</Text>}
        <Text size="sm">
          It may be a mistake, such as a project taken away from the service account. Nothing is removed until somebody
          decides. What is removed stays as a tombstone and can be restored.
        </Text>
        {samples.length > 0 && (
          <List size="sm">
            {samples.map(({ id, title }) => (
              <List.Item key={id} className="breakable">
                {title ?? id}
              </List.Item>
            ))}
            {held !== null && held > samples.length && <List.Item>and {count(held - samples.length)} more</List.Item>}
          </List>
        )}
        {mayOperate && (
          <Group gap="xs">
            <Button size="xs" color="red.9" loading={decide.isPending} onClick={() => decide.mutate('approve')}>
              Remove them
            </Button>
            <Button size="xs" variant="default" disabled={decide.isPending} onClick={() => decide.mutate('refuse')}>
              Keep them
            </Button>
          </Group>
        )}
      </Stack>
    </Notice>
  )
}
