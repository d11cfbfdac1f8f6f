import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ask } from '../../api/client.ts'
import { authQuery } from '../../api/queries.ts'
import { textOf } from '../../app/search-params.ts'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Card } from './card.tsx'
import { enter } from './enter.ts'

/** Signs in by password, or at the identity provider. */
export function SignInPage() {
  const { from, problem } = useSearch({ strict: false })
  const { data: auth, error, refetch } = useQuery(authQuery)
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } })
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => ask('/auth/sign-in', { method: 'POST', body }),
    onSuccess: () => enter(textOf(from)),
  })
  if (error) {
    return (
      <Card title="Sign in">
        <Problem error={error} retry={() => void refetch()} />
      </Card>
    )
  }
  if (!auth) {
    return (
      <Card title="Sign in">
        <Loading rows={3} height={36} />
      </Card>
    )
  }
  return (
    <Card title="Sign in">
      {auth.needsSetup && (
        <Notice tone="calm" title="Nobody can sign in yet">
          Open the set-up link that the server wrote to its log when it started, and make the first administrator.
        </Notice>
      )}
      {problem && (
        <Notice tone="bad" role="alert" title="Single sign-on did not work">
          Try again. If it stays so, tell your administrator this code: {textOf(problem)}
        </Notice>
      )}
      {signIn.error && <Problem error={signIn.error} title="You are not signed in" />}
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <Stack gap="sm">
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            autoFocus
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={signIn.isPending} fullWidth mt="xs">
            Sign in
          </Button>
        </Stack>
      </form>
      {auth.singleSignOn && (
        <>
          <Divider label="or" />
          <Button component="a" href="/api/v1/auth/oidc" variant="default" fullWidth>
            Sign in with single sign-on
          </Button>
        </>
      )}
    </Card>
  )
}
