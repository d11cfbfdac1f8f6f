import { Group, Paper, Progress, Text } from '@mantine/core'
import type { RunProgress as Numbers } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count, duration } from '../../ui/format.ts'
import { Status } from '../../ui/status.tsx'
import { withoutCommands } from '../../ui/without-commands.ts'
import { isOpen } from './use-run.ts'
import { useRunProgress } from './use-run-progress.ts'

/** How far a run is, as it happens: a bar, the rate and what is left. */
export function RunProgress({ run: id, withLink = false }: { run: number; withLink?: boolean }) {
  const progress = useRunProgress(id)
  if (!progress) return <Paper withBorder p="md" className="panel" h={74} />
  const { status, kinds, kindsDone, kindsCounted, expected, fetched, calls, rate, etaSeconds, error } = progress
  const isGoingOn = isOpen(progress)
  const isQueued = status === 'queued'
  const isCounted = expected !== null && fetched !== null
  const percent = percentOf(progress)
  // Until every kind is counted, what is left is unknown: the bar only says that something happens.
  const isUncounted = isGoingOn && isCounted && kindsCounted < kinds
  const waiting = isQueued ? 'waiting for a worker' : isUncounted ? COUNTING : null
  const left = waiting ?? (etaSeconds === null ? COUNTING : `about ${duration(etaSeconds * 1000)} left`)
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
          {isCounted && `${count(fetched)} ${isUncounted ? '' : `of ${count(expected)} `}records · `}
          {kindsDone} of {kinds} kinds
          {calls !== null && ` · ${count(calls)} calls`}
          {rate !== null && rate > 0 && ` · ${count(Math.round(rate))} per second`}
          {isGoingOn && ` · ${left}`}
        </Text>
      </Group>
      <Progress.Root size="md">
        <Progress.Section
          value={isGoingOn && !isUncounted ? percent : 100}
          color={COLOURS[status] ?? (isUncounted ? 'gray' : 'indigo')}
          animated={isGoingOn && !isQueued}
          aria-label="Read so far"
          {...(isUncounted && NOT_KNOWN)}
        />
      </Progress.Root>
      {isGoingOn && error && (
        <Text size="sm" mt={8} className="breakable">
          {withoutCommands(error)}
        </Text>
      )}
      {/* Told in steps: a number that changes every second would never stop talking. */}
      <span className="visually-hidden" role="status">
        {waiting ?? (isGoingOn ? `${Math.floor(percent / 10) * 10} percent read` : `The sync is ${status}`)}
      </span>
    </Paper>
  )
}

const COUNTING = 'counting what there is'

/** How much is read: by records or, where these are not told, by kinds. */
function percentOf({ expected, fetched, kinds, kindsDone }: Numbers): number {
  const [done, all] = expected === null || fetched === null ? [kindsDone, kinds] : [fetched, expected]
  return all > 0 ? Math.min(100, Math.floor((done / all) * 100)) : 0
}

/** What tells assistive technology that there is no number. */
const NOT_KNOWN = { withAria: false, role: 'progressbar', 'aria-valuetext': 'Not known yet' }

const COLOURS: Readonly<Record<string, string>> = {
  complete: 'green',
  partial: 'orange',
  failed: 'red',
  cancelled: 'gray',
}
