import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

interface PageProps {
  readonly title: string
  /** What stands in place of the plain title. */
  readonly heading?: ReactNode
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** Fills the window, and scrolls inside. */
  readonly isFull?: boolean
}

/** A page with its heading; names the browser's tab too. */
export function Page({ title, heading, about, actions, children, isFull = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Wizbridge`
  }, [title])
  return (
    <Stack gap="md" className={isFull ? 'page page-full' : 'page'}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} className="page-heading">
          <Title order={1} size="h3" className="breakable">
            {heading ?? title}
          </Title>
          {about && (
            <Text size="sm" c="dimmed" component="div">
              {about}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}
