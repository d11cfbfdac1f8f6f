import { Group, Paper, Progress, Text } from '@mantine/core'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count, duration } from '../../ui/format.ts'
import { Status } from '../../ui/status.tsx'
import { progressOf } from './progress-of.ts'
import { useRunEvents } from './use-run-events.ts'

/** How far a run is, as it happens: a bar, the rate and what is left. */
export function RunProgress({ run: id, withLink = false }: { run: number; withLink?: boolean }) {
  const { run } = useRunEvents(id)
  if (!run) return <Paper withBorder p="md" className="panel" h={86} />
  const { fetched, expected, kindsDone, kinds, perSecond, etaMs } = progressOf(run)
  const percent = expected > 0 ? Math.min(100, Math.floor((fetched / expected) * 100)) : 0
  const isOpen = run.finishedAt === null
  const left = isOpen && etaMs !== null ? `about ${duration(etaMs)} left` : isOpen ? 'counting what there is' : 'ended'
  return (
    <Paper withBorder p="md" className="panel" component="section" aria-label="Progress">
      <Group justify="space-between" mb={8} gap="xs">
        <Group gap="sm">
          <Status value={run.status} />
          {withLink && (
            <AnchorLink to="/runs/$run" params={{ run: String(id) }} size="sm">
              Run {id}
            </AnchorLink>
          )}
        </Group>
        <Text size="sm">
          {count(fetched)} of {count(expected)} · {kindsDone} of {kinds} kinds
          {perSecond > 0 && ` · ${count(Math.round(perSecond))} per second`} · {left}
        </Text>
      </Group>
      <Progress.Root size="md">
        <Progress.Section value={isOpen ? percent : 100} animated={isOpen} aria-label="Read so far" />
      </Progress.Root>
      {/* Told in steps: a number that changes every second would never stop talking. */}
      <span className="visually-hidden" role="status">
        {isOpen ? `${Math.floor(percent / 10) * 10} percent read` : `The sync is ${run.status}`}
      </span>
    </Paper>
  )
}
