import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconRefresh, IconSettings } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMay } from '../../api/role.ts'
import type { Connection } from '../../api/types.ts'
import { AnchorLink, ButtonLink } from '../../ui/anchor-link.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Status } from '../../ui/status.tsx'
import { withoutCommands } from '../../ui/without-commands.ts'
import { PermissionDialog } from '../connect/permission-dialog.tsx'
import { useStartSync } from '../connection/start-sync.ts'
import { WaitingRemoval } from '../runs/waiting-removal.tsx'
import { WizMark } from './wiz-mark.tsx'

/** A connection: how it stands, and what can be done with it. */
export function ConnectionTile({ connection }: { connection: Connection }) {
  const { name, status, statusReason, apiUrl, lastSuccessAt, waitingRun } = connection
  const mayOperate = useMay('operator')
  const sync = useStartSync(name)
  return (
    <Paper withBorder p="md" component="article" aria-label={`Wiz: ${name}`} className="panel">
      <Stack gap="sm" h="100%" justify="space-between">
        <Stack gap={6}>
          <Group justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <WizMark />
              <Title order={2} size="h5" className="breakable">
                <AnchorLink to="/connections/$name" params={{ name }} c="inherit" inherit>
                  {name}
                </AnchorLink>
              </Title>
            </Group>
            <Status value={status} />
          </Group>
          {statusReason && (
            <Text size="sm" className="breakable">
              {withoutCommands(statusReason)}
            </Text>
          )}
          <WaitingRemoval run={waitingRun} />
          <Text size="xs" c="dimmed" truncate>
            {hostOf(apiUrl)}
          </Text>
          <Text size="sm" component="div">
            Last complete sync: <Moment at={lastSuccessAt} missing="never" />
          </Text>
        </Stack>
        <Group gap="xs">
          <ButtonLink
            to="/connections/$name/$tab"
            params={{ name, tab: 'settings' }}
            size="xs"
            variant="default"
            leftSection={<IconSettings size={14} aria-hidden />}
          >
            Configure
          </ButtonLink>
          {mayOperate && status !== 'not-connected' && (
            <Button
              size="xs"
              variant="default"
              loading={sync.isPending}
              onClick={() => sync.mutate({})}
              leftSection={<IconRefresh size={14} aria-hidden />}
            >
              Sync now
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  )
}

/** Where a tenant is connected. */
export function ConnectTile({ isFirst }: { isFirst: boolean }) {
  const mayAdminister = useMay('admin')
  const [isAsking, asking] = useDisclosure()
  const navigate = useNavigate()
  return (
    <Paper withBorder p="md" component="article" aria-label="Wiz" className="panel">
      <Stack gap="sm" h="100%" justify="space-between">
        <Stack gap={6}>
          <Group justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <WizMark />
              <Title order={2} size="h5">
                {isFirst ? 'Wiz' : 'Another Wiz tenant'}
              </Title>
            </Group>
            <Status value="not-connected" />
          </Group>
          <Text size="sm" c="dimmed">
            Brings issues, vulnerabilities, configuration findings and assets here, and keeps them up to date.
          </Text>
        </Stack>
        {mayAdminister ? (
          <Button size="xs" onClick={asking.open} variant={isFirst ? 'filled' : 'default'} w="fit-content">
            Connect
          </Button>
        ) : (
          <Text size="sm">An administrator can connect a tenant.</Text>
        )}
      </Stack>
      <PermissionDialog
        opened={isAsking}
        onClose={asking.close}
        onAllow={() => void navigate({ to: '/integrations/wiz/connect' })}
      />
    </Paper>
  )
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
