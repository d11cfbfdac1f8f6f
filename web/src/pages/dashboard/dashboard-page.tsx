import { Group, SegmentedControl, Select, SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { ask } from '../../api/client.ts'
import { connectionsQuery } from '../../api/queries.ts'
import type { Dashboard } from '../../api/types.ts'
import { textOf } from '../../app/search-params.ts'
import { ButtonLink } from '../../ui/anchor-link.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { FreshnessTable } from './freshness-table.tsx'
import { OpenTiles } from './open-tiles.tsx'
import { TimeToFix } from './time-to-fix.tsx'
import { TopList } from './top-list.tsx'

const Charts = lazy(() => import('./charts.tsx').then((module) => ({ default: module.Charts })))

/** How findings stand, at a glance; every number leads to the list behind it. */
export function DashboardPage() {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const days = textOf(search.days) ?? '90'
  const connection = textOf(search.connection)
  const { data: connections } = useQuery(connectionsQuery)
  const { data, error, refetch } = useQuery({
    queryKey: ['dashboard', days, connection],
    queryFn: ({ signal }) => ask<Dashboard>('/dashboard', { query: { days, connection }, signal }),
    staleTime: 60_000,
  })
  const show = (change: { days?: string; connection?: string | undefined }) =>
    void navigate({ to: '/', search: { days, connection, ...change }, replace: true })
  if (connections?.length === 0) {
    return (
      <Page title="Dashboard">
        <Empty title="Nothing is connected yet" action={<ButtonLink to="/integrations">Connect Wiz</ButtonLink>}>
          Connect a Wiz tenant; its issues, vulnerabilities, configuration findings and assets appear here.
        </Empty>
      </Page>
    )
  }
  return (
    <Page
      title="Dashboard"
      actions={
        <Group gap="xs">
          {connections && connections.length > 1 && (
            <Select
              size="xs"
              aria-label="Connection"
              placeholder="All connections"
              clearable
              data={connections.map((each) => each.name)}
              value={connection ?? null}
              onChange={(next) => show({ connection: next ?? undefined })}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="Time shown"
            data={[
              { value: '30', label: '30 days' },
              { value: '90', label: '90 days' },
              { value: '365', label: '1 year' },
            ]}
            value={days}
            onChange={(next) => show({ days: next })}
          />
        </Group>
      }
    >
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={4} height={140} />}
      {data && (
        <>
          <OpenTiles open={data.open} connection={connection} />
          <Suspense fallback={<Loading rows={1} height={288} />}>
            <Charts dashboard={data} connection={connection} />
          </Suspense>
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} className="thirds">
            <TopList title="Assets with the most open" field="assetId" items={data.topAssets} connection={connection} />
            <TopList
              title="Projects with the most open"
              field="projectIds"
              items={data.topProjects}
              connection={connection}
            />
            <TopList title="Rules with the most open" field="rule" items={data.topRules} connection={connection} />
          </SimpleGrid>
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Panel title={`Time to fix, last ${days} days`}>
              <TimeToFix rows={data.timeToFix} />
            </Panel>
            <Panel title="Freshness">
              <FreshnessTable rows={data.freshness} />
            </Panel>
          </SimpleGrid>
        </>
      )}
    </Page>
  )
}
