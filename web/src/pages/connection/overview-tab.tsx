import { SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import { kindsQuery } from '../../api/queries.ts'
import type { ConnectionDetail, Kind, Page, Run, RunDetail } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count, duration, kindName } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { withoutCommands } from '../../ui/without-commands.ts'
import { HeldRemovals } from '../runs/held-removals.tsx'
import { ReceiptsTable } from '../runs/receipts-table.tsx'
import { startedWord, starterOf } from '../runs/starter.ts'
import { WaitingRemoval } from '../runs/waiting-removal.tsx'
import { PacePanel } from './pace-panel.tsx'
import { ScopesPanel } from './scopes-panel.tsx'

/** How fresh each kind is, what the last sync did, and what the account may do. */
export function OverviewTab({ connection }: { connection: ConnectionDetail }) {
  const { statusReason, openRun, projectIds, waitingRun } = connection
  return (
    <Stack gap="md">
      {statusReason && (
        <Notice tone="bad" role="alert" title="This connection does not work">
          {withoutCommands(statusReason)}
        </Notice>
      )}
      <WaitingRemoval run={waitingRun} />
      {openRun !== null && (
        <Notice tone="calm">
          A sync is under way.{' '}
          <AnchorLink to="/runs/$run" params={{ run: String(openRun) }} inherit c="inherit" underline="always">
            Watch it
          </AnchorLink>
        </Notice>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Freshness connection={connection} />
        <Stack gap="md">
          <PacePanel connection={connection.name} isBusy={openRun !== null} />
          <ScopesPanel name={connection.name} isConnected={connection.status !== 'not-connected'} />
        </Stack>
      </SimpleGrid>
      <LastRun connection={connection.name} />
      {projectIds.length > 0 && <Text size="sm">Limited to the projects {projectIds.join(', ')}.</Text>}
    </Stack>
  )
}

function Freshness({ connection }: { connection: ConnectionDetail }) {
  const { data: kinds } = useQuery(kindsQuery)
  return (
    <Panel title="Freshness">
      <div className="scroll-x">
        <Table verticalSpacing={5} miw={420}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Kind</Table.Th>
              <Table.Th className="number">Stored</Table.Th>
              <Table.Th>Last complete sync</Table.Th>
              <Table.Th>Last full sync</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {connection.kinds.map(({ kind, stored, successAt, fullAt }) => (
              <Table.Tr key={kind}>
                <Table.Td className="nowrap">
                  <AnchorLink
                    to="/browse/$plural"
                    params={{ plural: pluralOf(kinds, kind) }}
                    search={{ filter: `connection=${connection.name}` }}
                    inherit
                  >
                    {kindName(kind)}
                  </AnchorLink>
                </Table.Td>
                <Table.Td className="number">{count(stored)}</Table.Td>
                <Table.Td>
                  <Moment at={successAt} missing="never" />
                </Table.Td>
                <Table.Td>
                  <Moment at={fullAt} missing="never" />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Panel>
  )
}

function pluralOf(kinds: readonly Kind[] | undefined, name: string): string {
  return kinds?.find((kind) => kind.name === name)?.plural ?? 'findings'
}

function LastRun({ connection }: { connection: string }) {
  const { data: run, isPending } = useQuery({
    queryKey: ['runs', 'last', connection],
    queryFn: async ({ signal }) => {
      const query = { filter: `connection=${connection}`, limit: 1 }
      const { items } = await ask<Page<Run>>('/runs', { query, signal })
      return items[0] ? ask<RunDetail>(`/runs/${items[0].id}`, { signal }) : null
    },
  })
  if (isPending) return <Loading rows={4} />
  if (!run) {
    return (
      <Panel title="Last sync">
        <Text size="sm">There was none yet. Start one with “Sync now”.</Text>
      </Panel>
    )
  }
  const { calls, seconds } = callsOf(run)
  return (
    <Panel
      title="Last sync"
      aside={
        <AnchorLink to="/runs/$run" params={{ run: String(run.id) }} size="sm">
          Sync {run.id}
        </AnchorLink>
      }
    >
      <Text size="sm" mb="xs" component="div">
        <Status value={run.status} /> · {startedWord(run)} <Moment at={run.startedAt} /> by {starterOf(run)} ·{' '}
        {calls !== null && `${count(calls)} calls of Wiz in `}
        {duration(seconds * 1000)}
        {calls !== null && seconds > 0 && ` (${(calls / seconds).toFixed(1)} per second)`}
      </Text>
      <Stack gap="sm">
        <HeldRemovals run={run} />
        <ReceiptsTable receipts={run.receipts} />
      </Stack>
    </Panel>
  )
}

function callsOf(run: RunDetail) {
  const calls = run.receipts.reduce<number | null>(
    (sum, receipt) => (sum === null || receipt.calls === null ? null : sum + receipt.calls),
    0,
  )
  const end = run.finishedAt ? Date.parse(run.finishedAt) : Date.now()
  return { calls, seconds: Math.max(0, (end - Date.parse(run.startedAt)) / 1000) }
}
