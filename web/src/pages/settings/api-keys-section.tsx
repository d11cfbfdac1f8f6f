import { Button, Code, Group, NumberInput, Select, Stack, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { ApiKey, Page, Role } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { tell, tellProblem } from '../../ui/tell.tsx'
import { ROLE_CHOICES } from './roles.ts'

/** The keys by which programs use the API. */
export function ApiKeysSection() {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['api-keys'],
    queryFn: ({ signal }) => ask<Page<ApiKey>>('/api-keys', { query: { limit: 500 }, signal }),
  })
  const revoke = useMutation({
    mutationFn: (id: number) => ask(`/api-keys/${id}`, { method: 'DELETE' }),
    onSuccess: () => {
      tell('The key is revoked.')
      return client.invalidateQueries({ queryKey: ['api-keys'] })
    },
    onError: tellProblem,
  })
  return (
    <Stack gap="md">
      <NewKeyForm />
      <Panel title="API keys">
        {error && <Problem error={error} retry={() => void refetch()} />}
        {!data && !error && <Loading rows={3} />}
        {data && data.items.length === 0 && 'None yet. Make one above for each program.'}
        {data && data.items.length > 0 && (
          <ScrollX label="Keys">
            <Table verticalSpacing={6} miw={680}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Begins with</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>Made by</Table.Th>
                  <Table.Th>Expires</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th>Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map((key) => (
                  <Table.Tr key={key.id}>
                    <Table.Td className="breakable">{key.name}</Table.Td>
                    <Table.Td>
                      <Code>{key.prefix}…</Code>
                    </Table.Td>
                    <Table.Td>{key.role}</Table.Td>
                    <Table.Td>{key.createdBy}</Table.Td>
                    <Table.Td>
                      <Moment at={key.expiresAt} missing="never" />
                    </Table.Td>
                    <Table.Td>
                      <Moment at={key.usedAt} missing="never" />
                    </Table.Td>
                    <Table.Td>
                      <Confirm
                        text="Revoke"
                        question={`Programs that use “${key.name}” stop working within seconds.`}
                        isBusy={revoke.isPending}
                        onConfirm={() => revoke.mutate(key.id)}
                      />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollX>
        )}
      </Panel>
    </Stack>
  )
}

function NewKeyForm() {
  const client = useQueryClient()
  const form = useForm({ initialValues: { name: '', role: 'viewer' as Role, days: 90 as number | string } })
  const create = useMutation({
    mutationFn: ({ days, ...body }: typeof form.values) =>
      ask<ApiKey & { key: string }>('/api-keys', {
        method: 'POST',
        body: { ...body, ...(days !== '' && { days: Number(days) }) },
      }),
    onSuccess: () => {
      form.reset()
      return client.invalidateQueries({ queryKey: ['api-keys'] })
    },
  })
  return (
    <Panel title="Make a key">
      <Stack gap="sm">
        <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
          <Group align="flex-end" gap="sm">
            <TextInput label="What it is for" required w={240} {...form.getInputProps('name')} />
            <Select label="Role" data={ROLE_CHOICES} allowDeselect={false} w={270} {...form.getInputProps('role')} />
            <NumberInput label="Days; empty: for ever" min={1} max={3650} w={160} {...form.getInputProps('days')} />
            <Button type="submit" loading={create.isPending}>
              Make
            </Button>
          </Group>
        </form>
        {create.error && <Problem error={create.error} />}
        {create.data && <SecretOnce title="Copy the key now. It is not shown again." value={create.data.key} />}
      </Stack>
    </Panel>
  )
}
