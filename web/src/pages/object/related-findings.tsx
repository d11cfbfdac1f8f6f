import { Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/client.ts'
import { kindsQuery } from '../../api/queries.ts'
import type { Page, Row } from '../../api/types.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { kindName } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Severity } from '../../ui/severity.tsx'
import { Status } from '../../ui/status.tsx'

interface Props {
  readonly title: string
  readonly assetId: string
  readonly connection: string
  /** The finding that is shown already. */
  readonly except?: string
}

const MOST = 12

/** The findings on an asset, the worst first. */
export function RelatedFindings({ title, assetId, connection, except }: Props) {
  const filter = [`assetId=${assetId}`, `connection=${connection}`]
  const { data: kinds } = useQuery(kindsQuery)
  const { data, error, refetch } = useQuery({
    queryKey: ['rows', 'findings', 'on', assetId, connection],
    queryFn: ({ signal }) => ask<Page<Row>>('/findings', { query: { filter, limit: MOST + 1 }, signal }),
  })
  const rows = data?.items.filter((row) => row.id !== except).slice(0, MOST) ?? []
  return (
    <Panel
      title={title}
      aside={
        <AnchorLink to="/browse/$plural" params={{ plural: 'findings' }} search={{ filter }} size="sm">
          Show all
        </AnchorLink>
      }
    >
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={4} />}
      {data && rows.length === 0 && (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      )}
      <Table verticalSpacing={6} layout="fixed">
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={`${row.kind} ${row.id}`}>
              <Table.Td>
                <AnchorLink
                  to="/browse/$plural/$id"
                  params={{
                    plural: kinds?.find((kind) => kind.name === row.kind)?.plural ?? 'issues',
                    id: String(row.id),
                  }}
                  search={{ connection }}
                  inherit
                >
                  {String(row.title ?? row.id)}
                </AnchorLink>
                <Group gap="2px 16px">
                  <Severity value={row.severity} />
                  <Status value={row.status} />
                  <Text size="xs" c="dimmed" component="div">
                    {kindName(String(row.kind))} · <Moment at={row.detectedAt} />
                  </Text>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
