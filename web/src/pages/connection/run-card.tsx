import { Group, Text } from '@mantine/core'
import type { Run } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count, duration } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Status } from '../../ui/status.tsx'
import { ROW } from '../../ui/use-row-keys.ts'
import { withoutCommands } from '../../ui/without-commands.ts'
import { startedWord, starterOf } from '../runs/starter.ts'

/** A run of the history where there is no room for columns. */
export function RunCard({ run }: { run: Run }) {
  const { id, action, connection, plan, startedAt, durationSeconds, status, fetched, removed, error, errorCode } = run
  return (
    <li {...ROW}>
      <Group justify="space-between" gap="xs">
        <AnchorLink to="/runs/$run" params={{ run: String(id) }} size="sm" fw={600} tt="capitalize">
          {action} {id}
        </AnchorLink>
        <Status value={status} />
      </Group>
      <Text size="sm" component="div" className="breakable">
        <span className="nowrap">{duration(durationSeconds * 1000)}</span> · {startedWord(run)}{' '}
        <Moment at={startedAt} /> by {starterOf(run)}
      </Text>
      {plan && (
        <Text size="sm" className="breakable">
          Plan{' '}
          <AnchorLink
            to="/connections/$name/$tab"
            params={{ name: connection, tab: 'plans' }}
            inherit
            underline="always"
          >
            {plan}
          </AnchorLink>
        </Text>
      )}
      {fetched !== null && (
        <Text size="sm" c="dimmed">
          {count(fetched)} read{removed !== null && removed > 0 && ` · ${count(removed)} removed`}
        </Text>
      )}
      <Text size="xs" lineClamp={3} className="breakable">
        {withoutCommands(error ?? errorCode ?? '')}
      </Text>
    </li>
  )
}
