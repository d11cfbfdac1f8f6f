import { SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { connectionsQuery } from '../../api/queries.ts'
import { Loading } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ConnectionTile, ConnectTile } from './tiles.tsx'

/** What Wizbridge is connected to. */
export function IntegrationsPage() {
  const { data: connections, error, refetch } = useQuery(connectionsQuery)
  return (
    <Page title="Integrations" about="Each connection is one Wiz tenant with one service account.">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!connections && !error && <Loading rows={2} height={150} />}
      {connections && (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {connections.map((connection) => (
            <ConnectionTile key={connection.id} connection={connection} />
          ))}
          <ConnectTile isFirst={connections.length === 0} />
        </SimpleGrid>
      )}
    </Page>
  )
}
