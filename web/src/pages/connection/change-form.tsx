import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask, part } from '../../api/client.ts'
import type { Connection, ConnectionDetail } from '../../api/types.ts'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { tell } from '../../ui/tell.tsx'
import { problemsByField, type Where } from './where-problems.ts'

/** Changes where a connection leads, and which projects it stays within. */
export function ChangeForm({ connection }: { connection: ConnectionDetail }) {
  const { name, apiUrl, tokenUrl, projectIds, status } = connection
  const client = useQueryClient()
  const form = useForm<Where>({
    initialValues: { apiUrl, tokenUrl: tokenUrl ?? '', projects: projectIds.join(', ') },
    validate: { apiUrl: (value) => (value.trim() === '' ? 'Fill this in.' : null) },
  })
  const change = useMutation({
    mutationFn: (values: Where) => {
      const body = {
        ...(form.isDirty('apiUrl') && { apiUrl: values.apiUrl }),
        ...(form.isDirty('tokenUrl') && { tokenUrl: values.tokenUrl }),
        ...(form.isDirty('projects') && { projects: idsOf(values.projects) }),
      }
      return ask<Connection>(`/connections/${part(name)}`, { method: 'PATCH', body })
    },
    onSuccess: async (now) => {
      const values = { apiUrl: now.apiUrl, tokenUrl: now.tokenUrl ?? '', projects: now.projectIds.join(', ') }
      tell(form.isDirty('projects') ? 'Saved. The next sync follows the new projects.' : 'Saved.')
      form.setInitialValues(values)
      form.setValues(values)
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
    onError: (error) => form.setErrors(problemsByField(error)),
  })
  const isBesideFields = Object.keys(problemsByField(change.error)).length > 0
  return (
    <Panel title="Change where it looks">
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} autoComplete="off">
        <Stack gap="sm">
          {change.error && !isBesideFields && <Problem error={change.error} title="Nothing was changed" />}
          <TextInput
            label="Project IDs"
            description="Separated by commas. Empty means all that the service account sees."
            spellCheck={false}
            {...form.getInputProps('projects')}
          />
          <Text size="sm" c="dimmed">
            With the next sync of each kind, what lies outside of these projects is removed and listed under Removed,
            and what is new inside comes in.
          </Text>
          <TextInput
            label="Wiz API URL"
            description={
              status === 'not-connected'
                ? 'Another address of the same tenant.'
                : 'Another address of the same tenant. The credentials are tried out there before it is used.'
            }
            required
            spellCheck={false}
            {...form.getInputProps('apiUrl')}
          />
          <TextInput
            label="Token URL"
            description="Found out from the API URL when left empty."
            placeholder="https://auth.app.wiz.io/oauth/token"
            spellCheck={false}
            {...form.getInputProps('tokenUrl')}
          />
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()} w="fit-content">
            Save
          </Button>
        </Stack>
      </form>
    </Panel>
  )
}

function idsOf(text: string): string[] {
  return text.split(/[,\s]+/).filter((id) => id !== '')
}
