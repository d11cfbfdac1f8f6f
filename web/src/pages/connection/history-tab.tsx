import { Stack, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import type { Page, Run } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { Cards } from '../../ui/cards.tsx'
import { Empty } from '../../ui/empty.tsx'
import { count, duration } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ShowOlder } from '../../ui/show-older.tsx'
import { Status } from '../../ui/status.tsx'
import { useIsNarrow } from '../../ui/use-is-narrow.ts'
import { ROW, useRowKeys } from '../../ui/use-row-keys.ts'
import { withoutCommands } from '../../ui/without-commands.ts'
import { HiddenCounts } from '../runs/hidden-counts.tsx'
import { RunProgress } from '../runs/run-progress.tsx'
import { starterOf } from '../runs/starter.ts'
import { RunCard } from './run-card.tsx'

/** What was done through a connection, the latest first. */
export function HistoryTab({ connection }: { connection: string }) {
  const list = useInfiniteQuery({
    queryKey: ['runs', 'list', connection],
    queryFn: ({ pageParam, signal }) => {
      const query = { filter: `connection=${connection}`, limit: 30, cursor: pageParam ?? undefined }
      return ask<Page<Run>>('/runs', { query, signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: 10_000,
  })
  const keys = useRowKeys<HTMLDivElement>()
  const isNarrow = useIsNarrow()
  if (list.error) return <Problem error={list.error} retry={() => void list.refetch()} />
  if (!list.data) return <Loading />
  const runs = list.data.pages.flatMap((page) => page.items)
  if (runs.length === 0) return <Empty title="Nothing was done yet">Start the first sync with “Sync now”.</Empty>
  const open = runs.find((run) => run.status === 'running' || run.status === 'queued')
  return (
    <Stack gap="md">
      {open && <RunProgress run={open.id} withLink />}
      {runs[0]?.fetched === null && <HiddenCounts />}
      <div ref={keys}>
        {isNarrow ? (
          <Cards label="What was done" isFramed>
            {runs.map((run) => (
              <RunCard key={run.id} run={run} />
            ))}
          </Cards>
        ) : (
          <RunTable runs={runs} />
        )}
      </div>
      <ShowOlder list={list} />
    </Stack>
  )
}

function RunTable({ runs }: { runs: readonly Run[] }) {
  return (
    <div className="scroll-x">
      <Table verticalSpacing={6} miw={860} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Action</Table.Th>
            <Table.Th>Plan</Table.Th>
            <Table.Th>Start time</Table.Th>
            <Table.Th>Started by</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th className="number">Duration</Table.Th>
            <Table.Th className="number">Read</Table.Th>
            <Table.Th className="number">Removed</Table.Th>
            <Table.Th>Error</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function RunRow({ run }: { run: Run }) {
  const { id, action, connection, plan, startedAt, durationSeconds, status, fetched, removed, error, errorCode } = run
  return (
    <Table.Tr {...ROW}>
      <Table.Td className="nowrap">
        <AnchorLink to="/runs/$run" params={{ run: String(id) }} inherit tt="capitalize">
          {action} {id}
        </AnchorLink>
      </Table.Td>
      <Table.Td className="breakable">
        {plan && (
          <AnchorLink to="/connections/$name/$tab" params={{ name: connection, tab: 'plans' }} inherit c="inherit">
            {plan}
          </AnchorLink>
        )}
      </Table.Td>
      <Table.Td>
        <Moment at={startedAt} />
      </Table.Td>
      <Table.Td className="breakable">{starterOf(run)}</Table.Td>
      <Table.Td>
        <Status value={status} />
      </Table.Td>
      <Table.Td className="number nowrap">{duration(durationSeconds * 1000)}</Table.Td>
      <Table.Td className="number">{count(fetched)}</Table.Td>
      <Table.Td className="number">{count(removed)}</Table.Td>
      <Table.Td maw={280}>
        <Text size="sm" lineClamp={2}>
          {withoutCommands(error ?? errorCode ?? '')}
        </Text>
      </Table.Td>
    </Table.Tr>
  )
}
