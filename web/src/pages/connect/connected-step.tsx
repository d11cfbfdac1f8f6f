import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react'
import type { Connection } from '../../api/types.ts'
import { ButtonLink } from '../../ui/anchor-link.tsx'
import { DisconnectDialog } from '../connection/disconnect-dialog.tsx'
import { useStartSync } from '../connection/start-sync.ts'
import { useCreatePlan } from '../plans/create-plan.ts'
import type { PlanChoice } from '../plans/template-step.tsx'

/** Says that it worked, and what can be done now. */
export function ConnectedStep({ connection, plan }: { connection: Connection; plan: PlanChoice }) {
  const { name } = connection
  const [isLeaving, leaving] = useDisclosure()
  const sync = useStartSync(name)
  const created = useCreatePlan(name, plan)
  return (
    <Stack gap="md" maw={860}>
      <Alert
        color="green"
        variant="light"
        role="status"
        icon={<IconCircleCheck aria-hidden />}
        title="Successfully connected"
      >
        <Text size="sm">
          {name} is connected. {created ?? 'The first sync brings in everything; after that only what changed is read.'}
        </Text>
      </Alert>
      <Group gap="xs">
        <Button
          loading={sync.isPending}
          onClick={() => sync.mutate({})}
          leftSection={<IconRefresh size={15} aria-hidden />}
        >
          Sync now
        </Button>
        <ButtonLink to="/connections/$name/$tab" params={{ name, tab: 'settings' }} variant="default">
          Configure
        </ButtonLink>
        <Button variant="default" onClick={leaving.open}>
          Disconnect
        </Button>
      </Group>
      <DisconnectDialog name={name} opened={isLeaving} onClose={leaving.close} />
    </Stack>
  )
}
