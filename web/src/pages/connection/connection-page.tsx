import { Button, Group, Tabs, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { connectionQuery } from '../../api/queries.ts'
import { useMay } from '../../api/role.ts'
import type { ConnectionDetail } from '../../api/types.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Status } from '../../ui/status.tsx'
import { TabList } from '../../ui/tab-list.tsx'
import { HistoryTab } from './history-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { RemovedTab } from './removed-tab.tsx'
import { SettingsTab } from './settings-tab.tsx'
import { useStartSync } from './start-sync.ts'

const BrowseList = lazy(() => import('../list/browse-list.tsx').then((module) => ({ default: module.BrowseList })))
const PlansTab = lazy(() => import('../plans/plans-tab.tsx').then((module) => ({ default: module.PlansTab })))

const TABS = [
  ['overview', 'Overview'],
  ['findings', 'Finding View'],
  ['assets', 'Asset View'],
  ['history', 'Integration History'],
  ['removed', 'Removed'],
  ['plans', 'Plans'],
  ['settings', 'Settings'],
] as const

/** Everything about one connection. */
export function ConnectionPage() {
  const { name = '', tab = 'overview' } = useParams({ strict: false })
  const navigate = useNavigate()
  const mayOperate = useMay('operator')
  const sync = useStartSync(name)
  const { data: connection, error, refetch } = useQuery(connectionQuery(name))
  const tabName = TABS.find(([value]) => value === tab)?.[1]
  const isList = tab === 'findings' || tab === 'assets'
  const heading = connection && (
    <Group gap="sm">
      {name}
      <Text component="span" size="sm" fw={400}>
        <Status value={connection.status} />
      </Text>
    </Group>
  )
  return (
    <Page
      title={tabName ? `${tabName} · ${name}` : name}
      heading={heading ?? name}
      isFull={isList}
      about={
        connection ? (
          <>
            {URL.parse(connection.apiUrl)?.host} · last complete sync{' '}
            <Moment at={connection.lastSuccessAt} missing="never" />
          </>
        ) : (
          '\u00a0'
        )
      }
      actions={
        mayOperate &&
        connection &&
        connection.status !== 'not-connected' && (
          <Button
            size="xs"
            loading={sync.isPending}
            onClick={() => sync.mutate({})}
            leftSection={<IconRefresh size={14} aria-hidden />}
          >
            Sync now
          </Button>
        )
      }
    >
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ to: '/connections/$name/$tab', params: { name, tab: value ?? 'overview' }, search: {} })
        }
        keepMounted={false}
        className={isList ? 'tabs-full' : undefined}
      >
        <TabList open={tab}>
          {TABS.map(([value, text]) => (
            <Tabs.Tab key={value} value={value}>
              {text}
            </Tabs.Tab>
          ))}
        </TabList>
        {error && <Problem error={error} retry={() => void refetch()} />}
        {!connection && !error && <Loading />}
        {connection && (
          <Tabs.Panel value={tab} className={isList ? 'tab-panel-full' : undefined}>
            <Suspense fallback={<Loading />}>
              <TabContent tab={tab} connection={connection} />
            </Suspense>
          </Tabs.Panel>
        )}
      </Tabs>
    </Page>
  )
}

function TabContent({ tab, connection }: { tab: string; connection: ConnectionDetail }) {
  const { name } = connection
  switch (tab) {
    case 'settings':
      return <SettingsTab connection={connection} />
    case 'plans':
      return <PlansTab connection={name} />
    case 'findings':
      return <BrowseList plural="findings" connection={name} />
    case 'assets':
      return <BrowseList plural="assets" connection={name} />
    case 'history':
      return <HistoryTab connection={name} />
    case 'removed':
      return <RemovedTab connection={name} />
    default:
      return <OverviewTab connection={connection} />
  }
}
