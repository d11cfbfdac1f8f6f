import { Group, Progress, SimpleGrid, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ask, part } from '../../api/client.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'

interface Pace {
  readonly allowedPerSecond: number
  readonly allowedAtOnce: number
  readonly refusedPerSecond: number | null
  readonly refusedAtOnce: number | null
  readonly usedPerSecond: number
  readonly underWay: number
  readonly pausedSeconds: number
  readonly updatedAt: string | null
}

const BUSY_MS = 2000
const CALM_MS = 15_000

/** What was learnt of the limits of the service account, and how much of them is used now. */
export function PacePanel({ connection, isBusy }: { connection: string; isBusy: boolean }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['connections', connection, 'pace'],
    queryFn: ({ signal }) => ask<Pace>(`/connections/${part(connection)}/pace`, { signal }),
    refetchInterval: isBusy ? BUSY_MS : CALM_MS,
  })
  return (
    <Panel title="Limit of the service account">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={3} />}
      {data && <PaceFacts pace={data} />}
    </Panel>
  )
}

function PaceFacts({ pace }: { pace: Pace }) {
  const { allowedPerSecond, allowedAtOnce, refusedPerSecond, refusedAtOnce } = pace
  const { usedPerSecond, underWay, pausedSeconds, updatedAt } = pace
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="lg">
        <Gauge name="Calls a second" used={usedPerSecond} allowed={allowedPerSecond} refused={refusedPerSecond} />
        <Gauge name="Calls at once" used={underWay} allowed={allowedAtOnce} refused={refusedAtOnce} />
      </SimpleGrid>
      {pausedSeconds > 0 && (
        <Text size="sm" mt="sm" fw={600}>
          Wiz asked to wait. Calls go on in {Math.ceil(pausedSeconds)} s.
        </Text>
      )}
      <Text size="xs" c="dimmed" mt="sm" component="div">
        {updatedAt === null ? (
          'Wiz was not called yet. It begins at the usual limit and learns what this account is allowed.'
        ) : (
          <>
            Learnt from the answers of Wiz and shared by all syncs of the account. Last call <Moment at={updatedAt} />.
          </>
        )}
      </Text>
    </>
  )
}

interface GaugeProps {
  readonly name: string
  readonly used: number
  readonly allowed: number
  readonly refused: number | null
}

function Gauge({ name, used, allowed, refused }: GaugeProps) {
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{name}</Text>
        <Text size="sm">
          <b>{used}</b> of {allowed}
        </Text>
      </Group>
      <Progress.Root size="md" my={6}>
        <Progress.Section value={Math.min(100, (used / allowed) * 100)} aria-label={`${name} in use`} />
      </Progress.Root>
      <Text size="xs" c="dimmed">
        {refused === null ? 'Wiz has not said “too many” yet.' : `Wiz said “too many” at ${refused}.`}
      </Text>
    </div>
  )
}
