import { Button, PasswordInput, Stack, Table, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask, part } from '../../api/client.ts'
import { useMay } from '../../api/role.ts'
import type { ConnectionDetail } from '../../api/types.ts'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { tell } from '../../ui/tell.tsx'
import { ChangeForm } from './change-form.tsx'
import { DisconnectDialog } from './disconnect-dialog.tsx'

/** Where the tenant is, its credentials, and how to let go of it. */
export function SettingsTab({ connection }: { connection: ConnectionDetail }) {
  const { name, apiUrl, tokenUrl, clientId, projectIds, createdAt, status } = connection
  const mayAdminister = useMay('admin')
  const [isLeaving, leaving] = useDisclosure()
  const isConnected = status !== 'not-connected'
  const facts = [
    ['Wiz API URL', apiUrl],
    ['Token URL', tokenUrl ?? 'Found out from the API URL'],
    ['Client ID', clientId],
    ['Client Secret', isConnected ? 'Kept encrypted; nobody can read it here' : 'Deleted'],
    ['Project IDs', projectIds.length > 0 ? projectIds.join(', ') : 'All that the service account sees'],
  ] as const
  return (
    <Stack gap="md" maw={860}>
      <Panel title="Tenant">
        <Table variant="vertical" verticalSpacing={6} layout="fixed">
          <Table.Tbody>
            {facts.map(([what, value]) => (
              <Table.Tr key={what}>
                <Table.Th w={140}>{what}</Table.Th>
                <Table.Td className="breakable">{value}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Th>Connected</Table.Th>
              <Table.Td>
                <Moment at={createdAt} />
              </Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Panel>
      {mayAdminister ? (
        <>
          <ChangeForm connection={connection} />
          <RotateForm name={name} clientId={clientId} isConnected={isConnected} />
          <Panel title="Disconnect">
            <Text size="sm" mb="sm">
              Deletes the secret and stops syncs. You choose whether the data stays.
            </Text>
            <Button variant="default" onClick={leaving.open}>
              Disconnect
            </Button>
          </Panel>
        </>
      ) : (
        <Text size="sm">An administrator can change this, and disconnect.</Text>
      )}
      <DisconnectDialog name={name} opened={isLeaving} onClose={leaving.close} />
    </Stack>
  )
}

function RotateForm({ name, clientId, isConnected }: { name: string; clientId: string; isConnected: boolean }) {
  const client = useQueryClient()
  const form = useForm({ initialValues: { clientId, clientSecret: '' } })
  const rotate = useMutation({
    mutationFn: (body: typeof form.values) => ask(`/connections/${part(name)}/rotate`, { method: 'POST', body }),
    onSuccess: async () => {
      form.setFieldValue('clientSecret', '')
      tell(isConnected ? 'The new credentials work and are in use.' : `${name} is connected again.`)
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  return (
    <Panel title={isConnected ? 'Rotate credentials' : 'Connect again'}>
      <form onSubmit={form.onSubmit((values) => rotate.mutate(values))} autoComplete="off">
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            The new pair is tried out first. If it does not work, the old one stays in use.
          </Text>
          {rotate.error && <Problem error={rotate.error} title="The old credentials stay in use" />}
          <TextInput label="Client ID" required spellCheck={false} {...form.getInputProps('clientId')} />
          <PasswordInput
            label="Client Secret"
            required
            autoComplete="new-password"
            {...form.getInputProps('clientSecret')}
          />
          <Button type="submit" loading={rotate.isPending} w="fit-content">
            {isConnected ? 'Rotate' : 'Connect to Wiz'}
          </Button>
        </Stack>
      </form>
    </Panel>
  )
}
