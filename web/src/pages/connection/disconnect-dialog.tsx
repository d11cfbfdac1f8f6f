import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ask, part } from '../../api/client.ts'
import { count } from '../../ui/format.ts'
import { Problem } from '../../ui/problem.tsx'
import { tell } from '../../ui/tell.tsx'

interface Answer {
  readonly purged: boolean
  readonly removed: number
}

/** Disconnects a tenant: keeps or removes what came through it. */
export function DisconnectDialog({ name, opened, onClose }: { name: string; opened: boolean; onClose: () => void }) {
  const [choice, setChoice] = useState('keep')
  const [typed, setTyped] = useState('')
  const client = useQueryClient()
  const navigate = useNavigate()
  const isPurge = choice === 'purge'
  const disconnect = useMutation({
    mutationFn: () =>
      ask<Answer>(`/connections/${part(name)}`, { method: 'DELETE', query: { ...(isPurge && { purge: true }) } }),
    onSuccess: async ({ purged, removed }) => {
      tell(purged ? `${name} is gone, with ${count(removed)} objects.` : `${name} is disconnected. Its data stays.`)
      onClose()
      await navigate({ to: '/integrations' })
      await client.invalidateQueries()
    },
  })
  return (
    <Modal opened={opened} onClose={onClose} title={`Disconnect ${name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <Text size="sm">
          The client secret is deleted here and syncs stop. Delete the service account in Wiz too, if nothing else uses
          it.
        </Text>
        <Radio.Group value={choice} onChange={setChoice} label="What came through it">
          <Stack gap="xs" mt="xs">
            <Radio value="keep" label="Keep the data" description="It can be read, and the tenant connected again." />
            <Radio
              value="purge"
              label="Purge the data"
              description="Findings, assets, history and runs are removed. This cannot be undone."
            />
          </Stack>
        </Radio.Group>
        {isPurge && (
          <TextInput
            label={`Type ${name} to purge`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
          />
        )}
        {disconnect.error && <Problem error={disconnect.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color="red.9"
            loading={disconnect.isPending}
            disabled={isPurge && typed !== name}
            onClick={() => disconnect.mutate()}
          >
            {isPurge ? 'Disconnect and purge' : 'Disconnect'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
