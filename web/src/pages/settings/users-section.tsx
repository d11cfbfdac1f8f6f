import { Button, Group, Select, Stack, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { Page, Role, User } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { tell, tellProblem } from '../../ui/tell.tsx'
import { ROLE_CHOICES } from './roles.ts'

/** Who may sign in. */
export function UsersSection() {
  const { data, error, refetch } = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => ask<Page<User>>('/users', { query: { limit: 500 }, signal }),
  })
  return (
    <Stack gap="md">
      <InviteForm />
      <Panel title="Users">
        {error && <Problem error={error} retry={() => void refetch()} />}
        {!data && !error && <Loading rows={3} />}
        {data && data.items.length === 0 && 'Nobody yet. Add somebody above.'}
        {data && data.items.length > 0 && (
          <ScrollX label="Those who may sign in">
            <Table verticalSpacing={6} miw={720}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>E-mail</Table.Th>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>Signs in by</Table.Th>
                  <Table.Th>Last sign-in</Table.Th>
                  <Table.Th>Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map((user) => (
                  <UserRow key={user.id} user={user} />
                ))}
              </Table.Tbody>
            </Table>
          </ScrollX>
        )}
      </Panel>
    </Stack>
  )
}

function UserRow({ user }: { user: User }) {
  const { id, email, name, role, disabled, hasPassword, singleSignOn, signedInAt } = user
  const client = useQueryClient()
  const done = { onSettled: () => client.invalidateQueries({ queryKey: ['users'] }), onError: tellProblem }
  const update = useMutation({
    mutationFn: (body: { role?: Role; disabled?: boolean }) => ask(`/users/${id}`, { method: 'PATCH', body }),
    ...done,
  })
  const remove = useMutation({
    mutationFn: () => ask(`/users/${id}`, { method: 'DELETE' }),
    onSuccess: () => tell(`${email} is removed.`),
    ...done,
  })
  const ways = [hasPassword && 'password', singleSignOn && 'single sign-on'].filter(Boolean).join(', ')
  return (
    <Table.Tr>
      <Table.Td>{email}</Table.Td>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Select
          size="xs"
          w={130}
          aria-label={`Role of ${email}`}
          allowDeselect={false}
          data={['viewer', 'operator', 'admin']}
          value={role}
          onChange={(next) => next && update.mutate({ role: next as Role })}
        />
      </Table.Td>
      <Table.Td>{disabled ? 'disabled' : ways || 'link not used yet'}</Table.Td>
      <Table.Td>
        <Moment at={signedInAt} missing="never" />
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <Button size="compact-xs" variant="default" onClick={() => update.mutate({ disabled: !disabled })}>
            {disabled ? 'Enable' : 'Disable'}
          </Button>
          <Confirm
            text="Remove"
            question={`${email} can no longer sign in. What they did stays in the audit log.`}
            isBusy={remove.isPending}
            onConfirm={() => remove.mutate()}
          />
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

function InviteForm() {
  const client = useQueryClient()
  const form = useForm({ initialValues: { email: '', role: 'viewer' as Role } })
  const invite = useMutation({
    mutationFn: (body: typeof form.values) => ask<User & { link: string | null }>('/users', { method: 'POST', body }),
    onSuccess: () => {
      form.reset()
      return client.invalidateQueries({ queryKey: ['users'] })
    },
  })
  return (
    <Panel title="Add a user">
      <Stack gap="sm">
        <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
          <Group align="flex-end" gap="sm">
            <TextInput label="E-mail" type="email" required w={260} {...form.getInputProps('email')} />
            <Select label="Role" data={ROLE_CHOICES} allowDeselect={false} w={270} {...form.getInputProps('role')} />
            <Button type="submit" loading={invite.isPending}>
              Add
            </Button>
          </Group>
        </form>
        {invite.error && <Problem error={invite.error} />}
        {invite.data?.link && (
          <SecretOnce
            title={`Send this link to ${invite.data.email}. It works once, within a day.`}
            value={invite.data.link}
          />
        )}
      </Stack>
    </Panel>
  )
}
