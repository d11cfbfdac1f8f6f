import { Group, Paper, Progress, Text } from '@mantine/core'
import type { RunProgress as Numbers } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count, duration } from '../../ui/format.ts'
import { Status } from '../../ui/status.tsx'
import { isOpen } from './use-run.ts'
import { useRunProgress } from './use-run-progress.ts'

/** How far a run is, as it happens: a bar, the rate and what is left. */
export function RunProgress({ run: id, withLink = false }: { run: number; withLink?: boolean }) {
  const progress = useRunProgress(id)
  if (!progress) return <Paper withBorder p="md" className="panel" h={74} />
  const { status, kinds, kindsDone, expected, fetched, calls, rate, etaSeconds } = progress
  const isGoingOn = isOpen(progress)
  const isCounted = expected !== null && fetched !== null
  const percent = percentOf(progress)
  const left = etaSeconds === null ? 'counting what there is' : `about ${duration(etaSeconds * 1000)} left`
  return (
    <Paper withBorder p="md" className="panel" component="section" aria-label="Progress">
      <Group justify="space-between" mb={8} gap="xs">
        <Group gap="sm">
          <Status value={status} />
          {withLink && (
            <AnchorLink to="/runs/$run" params={{ run: String(id) }} size="sm">
              Sync {id}
            </AnchorLink>
          )}
        </Group>
        <Text size="sm">
          {isCounted && `${count(fetched)} of ${count(expected)} records · `}
          {kindsDone} of {kinds} kinds
          {calls !== null && ` · ${count(calls)} calls`}
          {rate !== null && rate > 0 && ` · ${count(Math.round(rate))} per second`}
          {isGoingOn && ` · ${left}`}
        </Text>
      </Group>
      <Progress.Root size="md">
        <Progress.Section
          value={isGoingOn ? percent : 100}
          color={COLOURS[status] ?? 'indigo'}
          animated={isGoingOn}
          aria-label="Read so far"
        />
      </Progress.Root>
      {/* Told in steps: a number that changes every second would never stop talking. */}
      <span className="visually-hidden" role="status">
        {isGoingOn ? `${Math.floor(percent / 10) * 10} percent read` : `The sync is ${status}`}
      </span>
    </Paper>
  )
}

/** How much is read: by records or, where these are not told, by kinds. */
function percentOf({ expected, fetched, kinds, kindsDone }: Numbers): number {
  const [done, all] = expected === null || fetched === null ? [kindsDone, kinds] : [fetched, expected]
  return all > 0 ? Math.min(100, Math.floor((done / all) * 100)) : 0
}

const COLOURS: Readonly<Record<string, string>> = {
  complete: 'green',
  partial: 'orange',
  failed: 'red',
  cancelled: 'gray',
}
