import { Button, Group, Modal, NumberInput, Radio, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask, part } from '../../api/client.ts'
import { count } from '../../ui/format.ts'
import { Problem } from '../../ui/problem.tsx'
import { tell } from '../../ui/tell.tsx'

interface Answer {
  readonly kept: number
  readonly removed: number
}

/** Deletes a plan: what only it brought in is counted; it stays, or leaves once somebody has named its number. */
export function DeletePlan({ name }: { name: string }) {
  const [isOpen, dialog] = useDisclosure()
  const [choice, setChoice] = useState('keep')
  const [typed, setTyped] = useState<number | string>('')
  const client = useQueryClient()
  const isRemoving = choice === 'remove'
  const leaving = useQuery({
    queryKey: ['plans', name, 'leaving'],
    queryFn: ({ signal }) => ask<{ records: number | null }>(`/plans/${part(name)}/leaving`, { signal }),
    enabled: isOpen,
    // It is what is there now that goes.
    gcTime: 0,
  })
  const records = leaving.data?.records ?? null
  const remove = useMutation({
    mutationFn: () =>
      ask<Answer>(`/plans/${part(name)}`, {
        method: 'DELETE',
        query: { ...(isRemoving && { remove: Number(typed) }) },
      }),
    onSuccess: ({ kept, removed }) => {
      tell(
        isRemoving
          ? `${name} is deleted, and ${count(removed)} records with it. They can be restored.`
          : `${name} is deleted. ${count(kept)} records that only it wanted stay as they are.`,
      )
      dialog.close()
      return client.invalidateQueries()
    },
    onError: () => leaving.refetch(),
  })
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={dialog.open} aria-label={`Delete ${name}`}>
        Delete
      </Button>
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title={`Delete ${name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="md">
          <Text size="sm">It no longer runs. What other plans want is not touched.</Text>
          <Text size="sm" role="status">
            {records === null
              ? 'What only this plan brought in is being counted …'
              : `${count(records)} ${records === 1 ? 'record is' : 'records are'} here only because of this plan.`}
          </Text>
          {leaving.error && <Problem error={leaving.error} title="Not counted" />}
          <Radio.Group value={choice} onChange={setChoice} label="What only this plan brought in">
            <Stack gap="xs" mt="xs">
              <Radio value="keep" label="Keep it" description="It stays as it is, and nothing updates it any more." />
              <Radio value="remove" label="Remove it" description="It leaves at once, and can be restored." />
            </Stack>
          </Radio.Group>
          {isRemoving && (
            <NumberInput
              label="How many records are to leave"
              description={records === null ? undefined : `Type ${count(records)} to confirm.`}
              min={0}
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator=","
              value={typed}
              onChange={setTyped}
            />
          )}
          {remove.error && <Problem error={remove.error} title="Not deleted" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              Cancel
            </Button>
            <Button
              color="red.9"
              loading={remove.isPending}
              disabled={isRemoving && (typed === '' || (records !== null && Number(typed) !== records))}
              onClick={() => remove.mutate()}
            >
              {isRemoving ? 'Delete and remove' : 'Delete'}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
