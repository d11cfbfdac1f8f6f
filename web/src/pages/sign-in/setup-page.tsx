import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ask } from '../../api/client.ts'
import { textOf } from '../../app/search-params.ts'
import { Loading } from '../../ui/loading.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Card } from './card.tsx'
import { enter } from './enter.ts'

interface Link {
  readonly purpose: 'setup' | 'password'
  readonly email: string | null
}

/** Makes the first administrator, or lets an invited user choose a password. */
export function SetupPage() {
  const token = textOf(useSearch({ strict: false }).token) ?? ''
  const { data: link, error } = useQuery({
    queryKey: ['setup', token],
    queryFn: () => ask<Link>('/auth/setup/show', { method: 'POST', body: { token } }),
    retry: false,
  })
  const isSetup = link?.purpose === 'setup'
  const title = isSetup ? 'Set up Wizbridge' : 'Choose a password'
  if (error) {
    return (
      <Card title="Set up">
        <Problem error={error} title="This link does not work" />
      </Card>
    )
  }
  if (!link) {
    return (
      <Card title="Set up">
        <Loading rows={3} height={36} />
      </Card>
    )
  }
  return (
    <Card title={title} about={isSetup ? 'You become the first administrator.' : `For ${link.email}.`}>
      <SetupForm token={token} isSetup={isSetup} />
    </Card>
  )
}

const SHORTEST = 12

function SetupForm({ token, isSetup }: { token: string; isSetup: boolean }) {
  const form = useForm({
    initialValues: { email: '', name: '', password: '', again: '' },
    validate: {
      password: (value) => (value.length < SHORTEST ? `At least ${SHORTEST} characters.` : null),
      again: (value, values) => (value === values.password ? null : 'This is not the same password.'),
    },
  })
  const setUp = useMutation({
    mutationFn: ({ email, name, password }: typeof form.values) => {
      const body = { token, password, ...(isSetup && { email, name: name || undefined }) }
      return ask('/auth/setup', { method: 'POST', body })
    },
    onSuccess: () => enter('/'),
  })
  return (
    <form onSubmit={form.onSubmit((values) => setUp.mutate(values))}>
      <Stack gap="sm">
        {setUp.error && <Problem error={setUp.error} />}
        {isSetup && (
          <>
            <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
            <TextInput label="Name" autoComplete="name" {...form.getInputProps('name')} />
          </>
        )}
        <PasswordInput
          label="Password"
          description={`At least ${SHORTEST} characters; a sentence is good.`}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <PasswordInput label="Once more" autoComplete="new-password" required {...form.getInputProps('again')} />
        <Button type="submit" loading={setUp.isPending} mt="xs">
          {isSetup ? 'Set up' : 'Save and sign in'}
        </Button>
      </Stack>
    </form>
  )
}
