import { Button, Code, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ProblemError } from '../api/client.ts'
import { Notice } from './notice.tsx'
import { withoutCommands } from './without-commands.ts'

/** Says what went wrong and what to do next. */
export function Problem({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const isProblem = error instanceof ProblemError
  const detail =
    error instanceof Error ? withoutCommands(error.message) : 'Something unexpected happened. Load the page again.'
  return (
    <Notice
      tone="bad"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? (isProblem ? error.title : 'This did not work')}
    >
      <Text size="sm" className="breakable">
        {detail}
      </Text>
      <Group mt="xs" gap="sm">
        {retry && mayPass(error) && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {isProblem && <Code>{error.code}</Code>}
      </Group>
    </Notice>
  )
}

/** What is refused stays refused, however often it is asked. */
function mayPass(error: unknown): boolean {
  const status = error instanceof ProblemError ? error.status : 0
  return status < 400 || status >= 500 || status === 429
}
