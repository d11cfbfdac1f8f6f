import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

/** The frame of the pages before the sign-in. */
export function Card({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Wizbridge`
  }, [title])
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w={400} maw="100%" className="panel">
        <Stack gap="md">
          <Group gap={10}>
            <img src="/icon.svg" width="28" height="28" alt="" />
            <Text fw={650} size="xl">
              Wizbridge
            </Text>
          </Group>
          <div>
            <Title order={1} size="h4">
              {title}
            </Title>
            {about && (
              <Text size="sm" c="dimmed" mt={4}>
                {about}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Paper>
    </Center>
  )
}
