import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask, part } from '../../api/client.ts'
import { useMay } from '../../api/role.ts'
import type { Probe } from '../../api/types.ts'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ProbeResult } from '../connect/probe-result.tsx'

/** What the service account may do, found out when it is asked for. */
export function ScopesPanel({ name, isConnected }: { name: string; isConnected: boolean }) {
  const client = useQueryClient()
  const mayOperate = useMay('operator')
  const test = useMutation({
    mutationFn: () => ask<Probe>(`/connections/${part(name)}/test`, { method: 'POST', body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: ['connections'] }),
  })
  return (
    <Stack gap="md">
      <Panel
        title="What the service account may do"
        aside={
          mayOperate &&
          isConnected && (
            <Button
              size="xs"
              variant="default"
              loading={test.isPending}
              onClick={() => test.mutate()}
              leftSection={<IconPlugConnected size={14} aria-hidden />}
            >
              Test Connection
            </Button>
          )
        }
      >
        {test.error && <Problem error={test.error} />}
        {!test.data && !test.error && (
          <Text size="sm" c="dimmed">
            {isConnected
              ? 'A test signs in, reads the scopes out of the token and counts each kind once.'
              : 'Connect it again under Settings to find out.'}
          </Text>
        )}
        {test.data?.scopes && (
          <Group gap={4} fz="sm">
            Scopes:
            {test.data.scopes.map((scope) => (
              <Code key={scope}>{scope}</Code>
            ))}
          </Group>
        )}
      </Panel>
      {test.data && <ProbeResult probe={test.data} />}
    </Stack>
  )
}
