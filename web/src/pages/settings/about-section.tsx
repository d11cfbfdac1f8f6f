import { Anchor, Button, PasswordInput, Stack, Table, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import { authQuery } from '../../api/queries.ts'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { tell } from '../../ui/tell.tsx'

/** Who you are, how people sign in, and where the documentation is. */
export function AboutSection() {
  const { data: auth } = useQuery(authQuery)
  const isPerson = auth?.caller?.name.includes('@') ?? false
  return (
    <Stack gap="md" maw={760}>
      <Panel title="You">
        <Table variant="vertical" verticalSpacing={6} layout="fixed">
          <Table.Tbody>
            <Table.Tr>
              <Table.Th w={150}>Signed in as</Table.Th>
              <Table.Td className="breakable">{auth?.caller?.name}</Table.Td>
            </Table.Tr>
            <Table.Tr>
              <Table.Th>Role</Table.Th>
              <Table.Td>{auth?.caller?.role}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Panel>
      {isPerson && <PasswordForm />}
      <Panel title="Single sign-on">
        <Text size="sm">
          {auth?.singleSignOn
            ? 'On. People can sign in at your identity provider.'
            : 'Off. Set the OIDC variables of the environment and restart the server to turn it on.'}
        </Text>
      </Panel>
      <Panel title="About">
        <Stack gap={4}>
          <Text size="sm">Wizbridge, a bridge between Wiz and a PostgreSQL of your own.</Text>
          <Text size="sm">
            <Anchor href="/docs" inherit>
              API documentation
            </Anchor>{' '}
            ·{' '}
            <Anchor href="/openapi.json" inherit>
              OpenAPI document
            </Anchor>
          </Text>
        </Stack>
      </Panel>
    </Stack>
  )
}

function PasswordForm() {
  const client = useQueryClient()
  const form = useForm({
    initialValues: { current: '', password: '' },
    validate: { password: (value) => (value.length < 12 ? 'At least 12 characters.' : null) },
  })
  const change = useMutation({
    mutationFn: (body: typeof form.values) => ask('/me/password', { method: 'POST', body }),
    onSuccess: () => {
      tell('Your password is changed. Sign in with the new one.')
      return client.invalidateQueries({ queryKey: authQuery.queryKey })
    },
  })
  return (
    <Panel title="Password">
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack gap="sm" maw={360}>
          {change.error && <Problem error={change.error} />}
          <PasswordInput label="Now" autoComplete="current-password" required {...form.getInputProps('current')} />
          <PasswordInput
            label="New"
            description="At least 12 characters. All your sessions end."
            autoComplete="new-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" variant="default" loading={change.isPending} w="fit-content">
            Change password
          </Button>
        </Stack>
      </form>
    </Panel>
  )
}
