import { Button, Collapse, Group, Paper, PasswordInput, Stack, TextInput, UnstyledButton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronRight, IconPlugConnected } from '@tabler/icons-react'

/** What is typed in to connect a tenant. */
export interface Credentials {
  readonly name: string
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly tokenUrl: string
  readonly projects: string
}

/** A form that nothing was typed into. */
export const EMPTY_CREDENTIALS: Credentials = {
  name: 'wiz',
  apiUrl: '',
  clientId: '',
  clientSecret: '',
  tokenUrl: '',
  projects: '',
}

/** The same as the API takes it. */
export function tenantOf({ apiUrl, clientId, clientSecret, tokenUrl, projects }: Credentials) {
  const ids = projects.split(/[,\s]+/).filter((id) => id !== '')
  return { apiUrl, clientId, clientSecret, ...(tokenUrl.trim() && { tokenUrl }), projects: ids }
}

interface Props {
  readonly initial: Credentials
  readonly isBusy: boolean
  readonly onChange: () => void
  readonly onTest: (values: Credentials) => void
}

const needed = (value: string) => (value.trim() === '' ? 'Fill this in.' : null)

/** Where the tenant is, and the service account. */
export function CredentialForm({ initial, isBusy, onChange, onTest }: Props) {
  const [isMore, more] = useDisclosure()
  const form = useForm<Credentials>({
    initialValues: { ...initial },
    onValuesChange: onChange,
    validate: {
      name: (value) =>
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value.trim()) ? null : 'Letters, digits, ".", "_" and "-"; no spaces.',
      apiUrl: needed,
      clientId: needed,
      clientSecret: needed,
    },
  })
  return (
    <Paper withBorder p="md" className="panel">
      <form onSubmit={form.onSubmit(onTest)} autoComplete="off">
        <Stack gap="sm">
          <TextInput
            label="Name"
            description="What this tenant is to be called here."
            required
            {...form.getInputProps('name')}
          />
          <TextInput
            label="Wiz API URL"
            description="In Wiz: user menu › User Settings › Tenant › API Endpoint URL."
            placeholder="https://api.us1.app.wiz.io/graphql"
            required
            spellCheck={false}
            {...form.getInputProps('apiUrl')}
          />
          <TextInput
            label="Client ID"
            description="In Wiz: Settings › Service Accounts › Add Service Account, type Custom Integration (GraphQL API)."
            required
            spellCheck={false}
            autoComplete="off"
            {...form.getInputProps('clientId')}
          />
          <PasswordInput
            label="Client Secret"
            description="Wiz shows it once, when the service account is made."
            required
            autoComplete="new-password"
            {...form.getInputProps('clientSecret')}
          />
          <UnstyledButton onClick={more.toggle} aria-expanded={isMore} w="fit-content" fz="sm">
            <Group gap={4}>
              {isMore ? <IconChevronDown size={15} aria-hidden /> : <IconChevronRight size={15} aria-hidden />}
              Token URL and Project IDs (optional)
            </Group>
          </UnstyledButton>
          <Collapse expanded={isMore}>
            <Stack gap="sm">
              <TextInput
                label="Token URL"
                description="Found out from the API URL when left empty."
                placeholder="https://auth.app.wiz.io/oauth/token"
                spellCheck={false}
                {...form.getInputProps('tokenUrl')}
              />
              <TextInput
                label="Project IDs"
                description="Separated by commas. Empty means all that the service account sees."
                spellCheck={false}
                {...form.getInputProps('projects')}
              />
            </Stack>
          </Collapse>
          <Button
            type="submit"
            variant="default"
            loading={isBusy}
            leftSection={<IconPlugConnected size={15} aria-hidden />}
            w="fit-content"
          >
            Test Connection
          </Button>
        </Stack>
      </form>
    </Paper>
  )
}
