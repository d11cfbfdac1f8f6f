import { Group, Paper, Progress, Text } from '@mantine/core'
import type { RunProgress as Numbers } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count, duration, percent } from '../../ui/format.ts'
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
  const read = percentOf(progress)
  // Until every kind is counted, there is at least what the others have.
  const isAtLeast = isGoingOn && isCounted && kindsCounted < kinds
  // Before the first count the bar only says that something happens.
  const isUncounted = isAtLeast && expected === 0
  const waiting = isQueued ? 'waiting for a worker' : isUncounted ? COUNTING : null
  const left = waiting ?? leftOf(etaSeconds, isAtLeast)
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
          {isCounted &&
            `${count(fetched)} ${isUncounted ? '' : `of ${isAtLeast ? 'at least ' : ''}${count(expected)} `}records · `}
          {kindsDone} of {kinds} kinds
          {calls !== null && ` · ${count(calls)} calls`}
          {rate !== null && rate > 0 && ` · ${count(Math.round(rate))} per second`}
          {isGoingOn && ` · ${left}`}
        </Text>
      </Group>
      <Progress.Root size="md">
        <Progress.Section
          value={isGoingOn && !isUncounted ? read : 100}
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
        {waiting ?? (isGoingOn ? `${Math.floor(read / 10) * 10} percent read` : `The sync is ${status}`)}
      </span>
    </Paper>
  )
}

const COUNTING = 'counting what there is'

/** What is left; a lower bound while there may be more than was counted. */
function leftOf(etaSeconds: number | null, isAtLeast: boolean): string {
  if (etaSeconds === null || (isAtLeast && etaSeconds === 0)) return COUNTING
  return `${isAtLeast ? 'at least' : 'about'} ${duration(Math.max(1, etaSeconds) * 1000)} left`
}

/**
 * How much is read: by records or, where these are not told, by kinds. Until every kind is counted, the others are
 * taken to be as large as those that are.
 */
function percentOf({ expected, fetched, kinds, kindsDone, kindsCounted }: Numbers): number {
  if (expected === null || fetched === null) return percent(kindsDone, kinds)
  return percent(fetched, kindsCounted > 0 ? (expected * kinds) / kindsCounted : expected)
}

/** What tells assistive technology that there is no number. */
const NOT_KNOWN = { withAria: false, role: 'progressbar', 'aria-valuetext': 'Not known yet' }

const COLOURS: Readonly<Record<string, string>> = {
  complete: 'green',
  partial: 'orange',
  failed: 'red',
  cancelled: 'gray',
}
