import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react'
import type { Connection } from '../../api/types.ts'
import { ButtonLink } from '../../ui/anchor-link.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Problem } from '../../ui/problem.tsx'
import { DisconnectDialog } from '../connection/disconnect-dialog.tsx'
import { useStartSync } from '../connection/start-sync.ts'
import { RunProgress } from '../runs/run-progress.tsx'

/** What became of the plan that was chosen: its first run, or why there is none. */
export interface MadePlan {
  readonly run: number | null
  readonly error: unknown
}

/** Says that it worked, and what can be done now. */
export function ConnectedStep({ connection, plan }: { connection: Connection; plan: MadePlan }) {
  const { name } = connection
  const [isLeaving, leaving] = useDisclosure()
  const sync = useStartSync(name)
  return (
    <Stack gap="md" maw={860}>
      <Notice tone="good" role="status" icon={<IconCircleCheck aria-hidden />} title="Successfully connected">
        <Text size="sm">
          {name} is connected.{' '}
          {plan.run === null
            ? 'The first sync brings in everything; after that only what changed is read.'
            : 'The first run of the plan has begun.'}
        </Text>
      </Notice>
      {plan.error !== null && <Problem error={plan.error} title="The plan was not made" />}
      {plan.run !== null && <RunProgress run={plan.run} withLink />}
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
